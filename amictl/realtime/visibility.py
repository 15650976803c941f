"""Who may subscribe to a topic, and which audience a subscriber belongs to."""

from __future__ import annotations

from typing import Final

from amictl.pbx.changes import ACTIONS, CHANNELS, EVENTS, PBX
from amictl.services.access import Actor, Audience, audience_of, require
from amictl.store.permissions import Permission

EVERYBODY: Final = Audience()


def is_event_topic(topic: str) -> bool:
    """Return whether a topic carries raw AMI events instead of changes."""
    return topic == EVENTS or topic.startswith("event:")


def audience_for(topic: str, actor: Actor) -> Audience:
    """Return an actor's audience for a topic; rights that make no difference there are left out."""
    if topic == PBX:
        return EVERYBODY
    own = audience_of(actor)
    return Audience(
        sensitive=own.sensitive or not (is_event_topic(topic) or topic == CHANNELS),
        queues=own.queues,
        orders_of=own.orders_of if topic == ACTIONS else None,
    )


def permission_for(topic: str) -> Permission:
    """Return the permission that a topic needs."""
    return Permission.EVENTS_READ if is_event_topic(topic) else Permission.LIVE_READ


def require_topic(actor: Actor, pbx: str, topic: str) -> None:
    """Check that an actor may subscribe to a topic.

    Raises:
        PermissionDenied: The permission is missing, or the PBX or the queue is out of scope.
    """
    queue = topic.removeprefix("queue:") if topic.startswith("queue:") else None
    require(actor, permission_for(topic), pbx, queue)
