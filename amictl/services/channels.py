"""Reading channels and bridges from the live picture."""

from __future__ import annotations

from typing import Any

from amictl.errors import NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.payloads import channel_payload
from amictl.pbx.redaction import redact_channel
from amictl.services.access import Actor
from amictl.services.pbxes import describe_freshness, find_pbx
from amictl.store.permissions import Permission


class ChannelService:
    """Reads of channels and bridges; none of them asks the PBX.

    Args:
        registry: The PBXes.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def list_channels(self, actor: Actor, pbx_name: str | None = None) -> dict[str, Any]:
        """Return all channels of a PBX, and how fresh they are.

        Args:
            actor: Needs ``live.read``.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX.
            LinkDown: The PBX was not reached yet.
        """
        pbx = find_pbx(self._registry, actor, Permission.LIVE_READ, pbx_name)
        return {**describe_freshness(pbx, "channels"), "channels": _read_channels(pbx, actor)}

    def show_channel(self, actor: Actor, name: str, pbx_name: str | None = None) -> dict[str, Any]:
        """Return one channel.

        Args:
            actor: Needs ``live.read``.
            name: The channel's name or unique ID.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX or channel.
            LinkDown: The PBX was not reached yet.
        """
        pbx = find_pbx(self._registry, actor, Permission.LIVE_READ, pbx_name)
        freshness = describe_freshness(pbx, "channels")
        found = pbx.picture.find_channel(name)
        if found is None:
            raise _no_such_channel(pbx)
        return {**freshness, "channel": _show(actor, channel_payload(found))}

    def list_bridges(self, actor: Actor, pbx_name: str | None = None) -> dict[str, Any]:
        """Return all bridges of a PBX with the channels in each, and how fresh they are.

        Args:
            actor: Needs ``live.read``.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX.
            LinkDown: The PBX was not reached yet.
        """
        pbx = find_pbx(self._registry, actor, Permission.LIVE_READ, pbx_name)
        freshness = describe_freshness(pbx, "bridges")
        return {**freshness, "bridges": list(pbx.picture.read("bridges").snapshot.values())}

    def show_status(
        self, actor: Actor, channel: str | None = None, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Return counts, and all channels or the one that is asked for.

        Args:
            actor: Needs ``live.read``.
            channel: A channel's name or unique ID; None means all.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX or channel.
            LinkDown: The PBX was not reached yet.
        """
        pbx = find_pbx(self._registry, actor, Permission.LIVE_READ, pbx_name)
        status = describe_freshness(pbx, "channels", "bridges", "queues")
        channels = _read_channels(pbx, actor)
        queues = [queue for queue in pbx.picture.queues() if actor.may_see_queue(queue.queue)]
        counts = {
            "channels": len(channels),
            "bridges": len(pbx.picture.bridges()),
            "queues": len(queues),
            "callers_waiting": sum(len(queue.callers) for queue in queues),
        }
        if channel is not None:
            channels = [each for each in channels if channel in (each["channel"], each["unique_id"])]
            if not channels:
                raise _no_such_channel(pbx)
        return {**status, "counts": counts, "channels": channels}


def _read_channels(pbx: Pbx, actor: Actor) -> list[dict[str, Any]]:
    """Return the payloads of a PBX's channels as the actor may see them."""
    return [_show(actor, channel) for channel in pbx.picture.read("channels").snapshot.values()]


def _show(actor: Actor, channel: dict[str, Any]) -> dict[str, Any]:
    """Return a channel's payload as the actor may see it."""
    return channel if actor.may(Permission.EVENTS_SENSITIVE) else redact_channel(channel)


def _no_such_channel(pbx: Pbx) -> NotFound:
    return NotFound(f"There is no such channel on {pbx.name}; it may have ended.")
