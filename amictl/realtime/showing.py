"""What an audience sees of a value or an event: scope and redaction.

A role that is limited to queues sees those queues, the people in them, and the calls that
`amictl.services.call_scope` allows. What is parked, and who takes part in a conference, follows the call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from amictl.pbx import LivePicture
from amictl.pbx.agents import limit_agent
from amictl.pbx.changes import AGENTS, CALLS, CHANNELS, CONFERENCES, PARKING, QUEUES, Model
from amictl.pbx.models import Agent, Call, Channel, Conference, ParkedCall, Queue
from amictl.pbx.payloads import model_payload
from amictl.pbx.received import ReceivedEvent
from amictl.pbx.redaction import redact_channel
from amictl.pbx.topics import Payload
from amictl.realtime.rooms import Audience
from amictl.services.call_scope import is_in_scope, scope_call

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


def _show_agent(_picture: LivePicture, audience: Audience, agent: Agent) -> Payload | None:
    """Return a person with the queues in scope."""
    seen = agent if audience.queues is None else limit_agent(agent, audience.queues)
    return None if seen is None else model_payload(seen)


def _show_call(_picture: LivePicture, audience: Audience, call: Call) -> Payload | None:
    """Return a call in scope."""
    seen = scope_call(call, audience.queues)
    return None if seen is None else model_payload(seen)


def _show_parked(picture: LivePicture, audience: Audience, parked: ParkedCall) -> Payload | None:
    """Return a parked call in scope."""
    return model_payload(parked) if _sees_call(picture, audience, parked.linked_id) else None


def _show_conference(picture: LivePicture, audience: Audience, conference: Conference) -> Payload | None:
    """Return a conference with the parties in scope; without any it is not shown."""
    if audience.queues is not None:
        parties = [each for each in conference.parties if _sees_call(picture, audience, each.linked_id)]
        if not parties:
            return None
        conference = replace(conference, parties=tuple(parties))
    return model_payload(conference)


def _sees_call(picture: LivePicture, audience: Audience, linked_id: str | None) -> bool:
    """Return whether a call is in an audience's scope; one that is not known is in no limited one."""
    if audience.queues is None:
        return True
    call = None if linked_id is None else picture.find(CALLS, linked_id)
    return isinstance(call, Call) and is_in_scope(call, audience.queues)


_SHOWS: Final[Mapping[str, Callable[[LivePicture, Audience, Any], Payload | None]]] = {
    CHANNELS: _show_channel,
    QUEUES: _show_queue,
    AGENTS: _show_agent,
    CALLS: _show_call,
    PARKING: _show_parked,
    CONFERENCES: _show_conference,
}
