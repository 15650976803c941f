"""Bridges."""

from __future__ import annotations

from amictl.pbx.models.value import Value


class Bridge(Value, frozen=True):
    """One bridge: what connects channels.

    Args:
        bridge_id: Asterisk's BridgeUniqueid; the bridge's key.
        type: ``basic``, ``base``, ``holding``, …
        technology: ``simple_bridge``, ``softmix``, ``native_rtp``, …
        name: The name that its creator gave it (the room of a conference).
        creator: What made it, such as ``ConfBridge``.
        channels: Unique IDs of the channels in it, sorted.
    """

    bridge_id: str
    type: str | None
    technology: str | None
    name: str | None
    creator: str | None
    channels: tuple[str, ...] = ()
