"""Bridges."""

from __future__ import annotations

from typing import Annotated

from amictl.pbx.value import About, Value


class Bridge(Value, frozen=True):
    """A bridge: what connects channels."""

    bridge_id: Annotated[str, About("Asterisk's BridgeUniqueid; the bridge's key", "BridgeUniqueid")]
    type: Annotated[str | None, About("basic, base, holding, …", "BridgeType")]
    technology: Annotated[str | None, About("simple_bridge, softmix, native_rtp, …", "BridgeTechnology")]
    name: Annotated[
        str | None, About("The name that its creator gave it: the room of a conference", "BridgeName")
    ]
    creator: Annotated[str | None, About("What made it, such as ConfBridge", "BridgeCreator")]
    channels: Annotated[tuple[str, ...], About("Unique IDs of the channels in it, sorted")] = ()
