"""Reading channels and bridges from the live picture."""

from __future__ import annotations

from typing import Any

from amictl.errors import NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.changes import BRIDGES, CHANNELS, QUEUES
from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.channels.value import Channel
from amictl.services.access import Actor, open_gate
from amictl.services.access.pbxes import find_pbx, read_topic


class ChannelService:
    """Reads of channels and bridges; none of them asks the PBX.

    Args:
        registry: The PBXes.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def list_channels(self, actor: Actor, pbx_name: str | None = None) -> dict[str, Any]:
        """Return the channels of a PBX that the actor may see, and how fresh they are.

        Args:
            actor: Needs ``live.read``.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX.
            LinkDown: The PBX was not reached yet.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        source, channels = read_topic(pbx, CHANNELS, Channel)
        return {**source._asdict(), "channels": open_gate(pbx, actor).show_all(channels.values())}

    def show_channel(self, actor: Actor, name: str, pbx_name: str | None = None) -> dict[str, Any]:
        """Return one channel.

        Args:
            actor: Needs ``live.read``.
            name: The channel's name or unique ID.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX or channel, or its call is out of the actor's scope.
            LinkDown: The PBX was not reached yet.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        source, channels = read_topic(pbx, CHANNELS, Channel)
        found = channels.get(name) or next((each for each in channels.values() if each.channel == name), None)
        shown = None if found is None else open_gate(pbx, actor).show(found)
        if shown is None:
            raise _no_such_channel(pbx)
        return {**source._asdict(), "channel": shown}

    def list_bridges(self, actor: Actor, pbx_name: str | None = None) -> dict[str, Any]:
        """Return the bridges of a PBX, with the channels in each that the actor may see.

        Args:
            actor: Needs ``live.read``.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX.
            LinkDown: The PBX was not reached yet.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        source, bridges = read_topic(pbx, BRIDGES, Bridge)
        return {**source._asdict(), "bridges": open_gate(pbx, actor).show_all(bridges.values())}

    def show_status(
        self, actor: Actor, channel: str | None = None, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Return counts, and all channels or the one that is asked for, of what the actor may see.

        Args:
            actor: Needs ``live.read``.
            channel: A channel's name or unique ID; None means all.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not read that PBX.
            NotFound: There is no such PBX or channel.
            LinkDown: The PBX was not reached yet.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        source, values = read_topic(pbx, CHANNELS, Channel, BRIDGES, QUEUES)
        gate = open_gate(pbx, actor)
        channels = list(gate.show_all(values.values()))
        queues = [queue for queue in pbx.picture.queues() if gate.sees_queue(queue.queue)]
        counts = {
            "channels": len(channels),
            "bridges": sum(map(gate.sees, pbx.picture.bridges())),
            "queues": len(queues),
            "callers_waiting": sum(len(queue.callers) for queue in queues),
        }
        if channel is not None:
            channels = [each for each in channels if channel in (each["channel"], each["unique_id"])]
            if not channels:
                raise _no_such_channel(pbx)
        return {**source._asdict(), "counts": counts, "channels": channels}


def _no_such_channel(pbx: Pbx) -> NotFound:
    return NotFound(f"There is no such channel on {pbx.name}; it may have ended.")
