"""What an audience sees of a value or an event: scope and redaction, decided here alone.

A role that is limited to queues sees those queues, the people in them, and of calls those whose latest queue
is one of its own: a call that went on into another queue is that queue's. A call that was never in a queue is
nobody's, and so not shown. What is parked, and who takes part in a conference, follows the call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from amictl.pbx import LivePicture
from amictl.pbx.changes import CHANNELS, CONFERENCES, PARKING, QUEUES, Model
from amictl.pbx.models import Channel, Queue
from amictl.pbx.payloads import model_payload
from amictl.pbx.received import ReceivedEvent
from amictl.pbx.redaction import redact_channel
from amictl.pbx.topics import Payload
from amictl.realtime.rooms import Audience

FOLLOWS_CALLS: Final = frozenset({PARKING, CONFERENCES})
"""Topics in which what a limited role sees also depends on the call that a channel belongs to."""


def show_value(picture: LivePicture, topic: str, audience: Audience, value: Model) -> Payload | None:
    """Return a value as an audience may see it, or None when it may not.

    Args:
        picture: The PBX that it is from.
        topic: A topic without a part's name.
        audience: Who sees it.
        value: The value.
    """
    show = _SHOWS.get(topic)
    return model_payload(value) if show is None else show(picture, audience, value)


def shows_event(audience: Audience, event: ReceivedEvent) -> bool:
    """Return whether an event is about no queue, or about one in the audience's scope."""
    return audience.queues is None or audience.queues.issuperset(event.queues)


def _show_channel(_picture: LivePicture, audience: Audience, channel: Channel) -> Payload:
    """Return a channel; the arguments of its application may hold digits and variables."""
    payload = model_payload(channel)
    return payload if audience.sensitive else redact_channel(payload)


def _show_queue(_picture: LivePicture, audience: Audience, queue: Queue) -> Payload | None:
    """Return a queue in scope."""
    return model_payload(queue) if audience.queues is None or queue.queue in audience.queues else None


_SHOWS: Final[Mapping[str, Callable[[LivePicture, Audience, Any], Payload | None]]] = {
    CHANNELS: _show_channel,
    QUEUES: _show_queue,
}
