"""The gate: the only way in which something of a PBX goes out to somebody.

A role that is limited to queues sees the calls of its queues and what belongs to them, and nothing else; what
cannot be told to belong is not shown. What belongs where is `amictl.pbx.topics.events.queue_homes`' to say.
How much of a value is seen, its topic says (`TopicSpec.see`). Values of the picture become JSON here alone,
and rows of the PBX's own lists pass by the channel, device or queue that they name. What is about a PBX as a
whole is refused by `amictl.services.access.rights.require_whole_pbx`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Final, TypeVar, cast

from amictl.errors import PermissionDenied
from amictl.manager import Pbx
from amictl.pbx.changes import PBX
from amictl.pbx.log.topic_log import Payload
from amictl.pbx.payloads import value_payload
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import SPECS
from amictl.pbx.readings.raw import show_raw
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.events.homes import EventHomes, read_device_homes, read_hint_homes
from amictl.pbx.topics.events.queue_homes import NO_QUEUES, NOW
from amictl.pbx.topics.events.received import ReceivedEvent
from amictl.pbx.topics.events.redaction import redact_channel
from amictl.pbx.topics.links.value import LinkStatus
from amictl.pbx.value import Value, Written
from amictl.protocol import Message
from amictl.services.access.rights import Actor, Audience, audience_of

Seen = TypeVar("Seen", bound=Value)

_SEES: Final = {spec.value: spec.see for spec in SPECS.values()}


class Gate:
    """Decides what an audience sees of one PBX; opened anew for each look, since calls move on.

    Args:
        picture: The PBX.
        audience: Who sees it.
    """

    def __init__(self, picture: LivePicture, audience: Audience) -> None:
        self._picture = picture
        self._audience = audience
        self._queues = audience.queues

    @property
    def orders_of(self) -> str | None:
        """Whose ordered calls are seen wherever they lead."""
        return self._audience.orders_of

    @property
    def queues(self) -> frozenset[str]:
        """The queues that are seen, where they are limited."""
        return self._queues or NO_QUEUES

    @property
    def is_open(self) -> bool:
        """Whether the audience sees every queue, though maybe redacted."""
        return self._queues is None

    # Values of the picture.

    def see(self, value: Seen) -> Seen | None:
        """Return the value as the audience sees it, maybe a limited copy; None where it sees none of it."""
        if self._queues is None:
            return value
        return cast("Seen | None", _SEES[type(value)](value, self))

    def sees(self, value: Value) -> bool:
        """Return whether anything of a value is seen."""
        return self.see(value) is not None

    def show(self, value: Seen) -> Written[Seen] | None:
        """Return the JSON of a value as the audience sees it; None where it sees nothing of it."""
        seen = self.see(value)
        return None if seen is None else self.write(seen)

    def write(self, seen: Seen, *messages: Message) -> Written[Seen]:
        """Return the JSON of what `see` returned, or of a part of that.

        Args:
            seen: The value.
            messages: The AMI messages that shall stand beside it, if any.
        """
        payload = value_payload(seen)
        # The arguments of an application may hold digits and variables.
        if isinstance(seen, Channel) and not self._audience.sensitive:
            payload = redact_channel(payload)
        if messages:
            payload["raw"] = show_raw(True, *messages)
        return cast("Written[Seen]", payload)

    def show_all(self, values: Iterable[Seen]) -> tuple[Written[Seen], ...]:
        """Return the JSON of the values that are seen, in their order."""
        return tuple([written for value in values if (written := self.show(value)) is not None])

    def show_limit(self, topic: str) -> Payload | None:
        """Return the JSON of why events alone do not keep a topic true (everybody may know), or None."""
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

    def sees_call(self, linked_id: str) -> bool:
        """Return whether a call is seen."""
        return self._queues is None or linked_id in self._calls

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
        """Check that a channel may be controlled: the audience must see it.

        Raises:
            PermissionDenied: Its call is in no queue of the audience.
        """
        if not self.sees_channel(channel.unique_id, channel.linked_id):
            raise PermissionDenied("The call is in no queue of your scope.")

    @cached_property
    def _calls(self) -> frozenset[str]:
        return self._picture.calls_of(self.queues)

    @cached_property
    def _devices(self) -> frozenset[str]:
        return self._picture.devices_of(self.queues)

    def _has_any(self, homes: frozenset[str]) -> bool:
        return self._queues is None or not self._queues.isdisjoint(homes)

    def _has_all(self, homes: EventHomes) -> bool:
        """Return whether an event names something, and all of it is seen."""
        return bool(homes) and all(map(self._has_any, homes))


def show_link(pbx: Pbx) -> Written[LinkStatus] | None:
    """Return the JSON of a PBX's link, which everybody may know, or None before there is one."""
    return cast("Written[LinkStatus] | None", pbx.picture.read(PBX).snapshot.get(pbx.name))


def open_gate(pbx: Pbx, actor: Actor) -> Gate:
    """Return the gate through which an actor sees a PBX at this moment."""
    return Gate(pbx.picture, audience_of(actor))
