"""The gate: the only way in which something of a PBX goes out to somebody.

A role that is limited to queues sees the calls of its queues and what belongs to them, and nothing else; what
cannot be told to belong is not shown. What belongs where is `amictl.pbx.topics.events.queue_homes`' to say.
Values of the picture become JSON here alone, and rows of the PBX's own lists pass by the channel, device or
queue that they name. What is about a PBX as a whole is refused by
`amictl.services.access.rights.require_whole_pbx`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Final, TypeVar, cast

from msgspec.structs import replace

from amictl.errors import PermissionDenied
from amictl.manager import Pbx
from amictl.pbx.changes import Model
from amictl.pbx.log.topic_log import Payload
from amictl.pbx.payloads import value_payload
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.agents.table import limit_agent
from amictl.pbx.topics.agents.value import Agent
from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.calls.value import Call
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.conferences.value import Conference
from amictl.pbx.topics.endpoints.value import Endpoint
from amictl.pbx.topics.events.homes import EventHomes, read_device_homes, read_hint_homes
from amictl.pbx.topics.events.queue_homes import NO_QUEUES, NOW
from amictl.pbx.topics.events.received import ReceivedEvent
from amictl.pbx.topics.events.redaction import redact_channel
from amictl.pbx.topics.links.value import LinkStatus
from amictl.pbx.topics.originations.value import Origination
from amictl.pbx.topics.parking.value import ParkedCall
from amictl.pbx.topics.queues.value import MemberCall, Queue
from amictl.services.access.audiences import Audience, audience_of
from amictl.services.access.rights import Actor

Value = TypeVar("Value", bound=Model)


class Gate:
    """What an audience sees of one PBX; to be opened anew for each look, since calls move on.

    Args:
        picture: The PBX.
        audience: Who looks.
    """

    def __init__(self, picture: LivePicture, audience: Audience) -> None:
        self._picture = picture
        self._audience = audience
        self._queues = audience.queues

    @property
    def is_open(self) -> bool:
        """Whether everything is seen, though maybe redacted."""
        return self._queues is None

    # Values of the picture.

    def see(self, value: Value) -> Value | None:
        """Return a value as far as it is seen: a limited copy where some of it is not; None for nothing."""
        if self._queues is None:
            return value
        return cast("Value | None", _SEES[type(value)](self, value))

    def sees(self, value: Model) -> bool:
        """Return whether anything of a value is seen."""
        return self.see(value) is not None

    def show(self, value: Model) -> Payload | None:
        """Return the JSON of a value as far as it is seen, or None."""
        seen = self.see(value)
        return None if seen is None else self.write(seen)

    def write(self, seen: Model) -> Payload:
        """Return the JSON of what `see` returned."""
        payload = value_payload(seen)
        # The arguments of an application may hold digits and variables.
        hides = isinstance(seen, Channel) and not self._audience.sensitive
        return redact_channel(payload) if hides else payload

    def show_all(self, values: Iterable[Model]) -> list[Payload]:
        """Return the JSON of those of some values that are seen."""
        return [payload for payload in map(self.show, values) if payload is not None]

    def show_limit(self, topic: str) -> Payload | None:
        """Return why a topic does not follow the PBX by itself, which everybody may know, or None."""
        limit = self._picture.find_limit(topic)
        return None if limit is None else value_payload(limit)

    # Events.

    def sees_event(self, event: ReceivedEvent) -> bool:
        """Return whether an event is seen: by all queues and calls that it names, or else all devices."""
        return self._queues is None or self._has_all(event.read_homes(self._picture.homes))

    def show_event(self, event: ReceivedEvent) -> bytes | None:
        """Return the JSON of an event, or None when it is not seen."""
        return event.to_json(sensitive=self._audience.sensitive) if self.sees_event(event) else None

    # What rows of the PBX's own lists name.

    def sees_queue(self, queue: str) -> bool:
        """Return whether a queue is seen."""
        return self._queues is None or queue in self._queues

    def sees_channel(self, unique_id: str | None, linked_id: str | None = None) -> bool:
        """Return whether a channel is seen.

        Args:
            unique_id: The channel.
            linked_id: Its call, for a channel that is not known.
        """
        if self._queues is None:
            return True
        homes = self._picture.homes.of_channel(unique_id or "")
        if homes is None:
            return linked_id in self._calls
        return not homes.isdisjoint(self._queues)

    def sees_device(self, device: str) -> bool:
        """Return whether a device is seen: as a member of a queue, or through a channel of a call."""
        if self._queues is None or device in self._devices:
            return True
        return self._has_any(read_device_homes(device, NOW, self._picture.homes))

    def sees_hint(self, hint: str, exten: str, context: str) -> bool:
        """Return whether the state of an extension is seen: all of its phones, or itself as a member."""
        if self._queues is None or self.sees_device(f"hint:{exten}@{context}"):
            return True
        return self._has_all(read_hint_homes(hint, NOW, self._picture.homes))

    def require_channel(self, channel: Channel) -> None:
        """Check that a channel may be touched: whoever is limited to queues touches what it sees.

        Raises:
            PermissionDenied: Its call is in no queue of the audience.
        """
        if not self.sees_channel(channel.unique_id, channel.linked_id):
            raise PermissionDenied("The call is in no queue of your scope.")

    @cached_property
    def _calls(self) -> frozenset[str]:
        return self._picture.calls_of(self._queues or NO_QUEUES)

    @cached_property
    def _devices(self) -> frozenset[str]:
        return self._picture.devices_of(self._queues or NO_QUEUES)

    def _has_any(self, homes: frozenset[str]) -> bool:
        return self._queues is None or not self._queues.isdisjoint(homes)

    def _has_all(self, homes: EventHomes) -> bool:
        """Return whether something is named, and all of it is seen."""
        return bool(homes) and all(map(self._has_any, homes))

    # How much of a value is seen where queues are limited.

    def _see_channel(self, channel: Channel) -> Channel | None:
        return channel if (channel.linked_id or channel.unique_id) in self._calls else None

    def _see_call(self, call: Call) -> Call | None:
        """Return a call without what it went through in other queues."""
        if call.linked_id not in self._calls:
            return None
        journey = tuple(step for step in call.journey if self._sees_step_in(step.queue))
        return call if len(journey) == len(call.journey) else replace(call, journey=journey)

    def _sees_step_in(self, queue: str | None) -> bool:
        return queue is None or self.sees_queue(queue)

    def _see_bridge(self, bridge: Bridge) -> Bridge | None:
        """Return a bridge with the channels that are seen."""
        channels = tuple(each for each in bridge.channels if self.sees_channel(each))
        return replace(bridge, channels=channels) if channels else None

    def _see_queue(self, queue: Queue) -> Queue | None:
        """Return a queue without the callers whom its members talk to, where those went on elsewhere."""
        if not self.sees_queue(queue.queue):
            return None
        if all(self._sees_talk(member.in_call_with) for member in queue.members):
            return queue
        members = tuple(
            member if self._sees_talk(member.in_call_with) else replace(member, in_call_with=None)
            for member in queue.members
        )
        return replace(queue, members=members)

    def _see_agent(self, agent: Agent) -> Agent | None:
        """Return a person with the queues that are seen."""
        seen = limit_agent(agent, self._queues or NO_QUEUES)
        if seen is None or self._sees_talk(seen.in_call_with):
            return seen
        return replace(seen, in_call_with=None)

    def _sees_talk(self, talk: MemberCall | None) -> bool:
        return talk is None or self.sees_channel(talk.unique_id, talk.linked_id)

    def _see_parked(self, parked: ParkedCall) -> ParkedCall | None:
        return parked if self.sees_channel(parked.unique_id, parked.linked_id) else None

    def _see_conference(self, conference: Conference) -> Conference | None:
        """Return a conference with the parties that are seen."""
        parties = tuple(
            each for each in conference.parties if self.sees_channel(each.unique_id, each.linked_id)
        )
        return replace(conference, parties=parties) if parties else None

    def _see_endpoint(self, endpoint: Endpoint) -> Endpoint | None:
        return endpoint if self.sees_device(endpoint.endpoint) else None

    def _see_order(self, order: Origination) -> Origination | None:
        """Return an ordered call of one's own, or one that came to be a call that is seen."""
        mine = order.requested_by == self._audience.orders_of
        return order if mine or self.sees_channel(order.channel_id) else None

    def _see_link(self, link: LinkStatus) -> LinkStatus:
        return link


_SEES: Final[Mapping[type, Callable[[Gate, Any], Model | None]]] = {
    Agent: Gate._see_agent,  # noqa: SLF001 - its own
    Bridge: Gate._see_bridge,  # noqa: SLF001
    Call: Gate._see_call,  # noqa: SLF001
    Channel: Gate._see_channel,  # noqa: SLF001
    Conference: Gate._see_conference,  # noqa: SLF001
    Endpoint: Gate._see_endpoint,  # noqa: SLF001
    LinkStatus: Gate._see_link,  # noqa: SLF001
    Origination: Gate._see_order,  # noqa: SLF001
    ParkedCall: Gate._see_parked,  # noqa: SLF001
    Queue: Gate._see_queue,  # noqa: SLF001
}


def open_gate(pbx: Pbx, actor: Actor) -> Gate:
    """Return what an actor sees of a PBX at this moment."""
    return Gate(pbx.picture, audience_of(actor))
