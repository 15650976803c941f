"""Reading channels and bridges from the live picture."""

from __future__ import annotations

from amictl.errors import NotFound
from amictl.manager import Pbx
from amictl.pbx.changes import BRIDGES, QUEUES
from amictl.pbx.topics.bridges import topic as bridges_topic
from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.channels import topic as channels_topic
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.value import Written
from amictl.services.access import Actor, open_gate
from amictl.services.access.pbxes import read_topic
from amictl.services.pbx_service import PictureService
from amictl.services.requests import PbxQuery, Text
from amictl.services.results import LiveResult, Result


class Channels(LiveResult, frozen=True):
    """All channels of a PBX."""

    channels: tuple[Written[Channel], ...]


class OneChannel(LiveResult, frozen=True):
    """One channel of a PBX."""

    channel: Written[Channel]


class Bridges(LiveResult, frozen=True):
    """All bridges of a PBX."""

    bridges: tuple[Written[Bridge], ...]


class StatusQuery(PbxQuery):
    """A read of all channels, or of one by name or unique ID."""

    channel: Text | None = None


class Counts(Result, frozen=True):
    """How much is going on."""

    channels: int
    bridges: int
    queues: int
    callers_waiting: int


class Status(Channels, frozen=True):
    """What is going on."""

    counts: Counts


class ChannelService(PictureService):
    """Reads of channels and bridges, by ``live.read``; none of them asks the PBX."""

    def list_channels(self, actor: Actor, pbx_name: str | None = None) -> Channels:
        """Return the channels of a PBX that the actor may see, and how fresh they are."""
        pbx = self._find_pbx(actor, pbx_name)
        source, channels = read_topic(pbx, channels_topic.TOPIC)
        return Channels(*source, open_gate(pbx, actor).show_all(channels.values()))

    def show_channel(self, actor: Actor, name: str, pbx_name: str | None = None) -> OneChannel:
        """Return one channel; one that the actor may not see is not found."""
        pbx = self._find_pbx(actor, pbx_name)
        source, channels = read_topic(pbx, channels_topic.TOPIC)
        found = channels.get(name) or next((each for each in channels.values() if each.channel == name), None)
        shown = None if found is None else open_gate(pbx, actor).show(found)
        if shown is None:
            raise _no_such_channel(pbx)
        return OneChannel(*source, shown)

    def list_bridges(self, actor: Actor, pbx_name: str | None = None) -> Bridges:
        """Return the bridges of a PBX, with the channels in each that the actor may see."""
        pbx = self._find_pbx(actor, pbx_name)
        source, bridges = read_topic(pbx, bridges_topic.TOPIC)
        return Bridges(*source, open_gate(pbx, actor).show_all(bridges.values()))

    def show_status(self, actor: Actor, asked: StatusQuery) -> Status:
        """Return counts, and all channels or the one that is asked for, of what the actor may see."""
        pbx = self._find_pbx(actor, asked.pbx)
        source, values = read_topic(pbx, channels_topic.TOPIC, BRIDGES, QUEUES)
        gate = open_gate(pbx, actor)
        channels = gate.show_all(values.values())
        queues = [queue for queue in pbx.picture.queues() if gate.sees_queue(queue.queue)]
        counts = Counts(
            channels=len(channels),
            bridges=sum(map(gate.sees, pbx.picture.bridges())),
            queues=len(queues),
            callers_waiting=sum(len(queue.callers) for queue in queues),
        )
        if asked.channel is not None:
            channels = tuple(
                each for each in channels if asked.channel in (each["channel"], each["unique_id"])
            )
            if not channels:
                raise _no_such_channel(pbx)
        return Status(*source, channels, counts)


def _no_such_channel(pbx: Pbx) -> NotFound:
    return NotFound(f"There is no such channel on {pbx.name}; it may have ended.")
