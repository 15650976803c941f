"""Who may subscribe to a topic, and with whom a subscriber shares a room."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from amictl.pbx.changes import AGENTS, CALLS, CHANNELS, CONFERENCES, EVENTS, PARKING, QUEUES
from amictl.services.access import Actor, require
from amictl.store.permissions import Permission


@dataclass(frozen=True, slots=True)
class Audience:
    """What sets some subscribers of a topic apart: they see the same, so a batch is encoded once for all.

    Args:
        sensitive: Whether digits, variables and dialplan data are shown.
        queues: The queues that are shown; None means all.
    """

    sensitive: bool = True
    queues: frozenset[str] | None = None

    @property
    def name(self) -> str:
        """Return a short text that is the same for equal audiences only."""
        if self.queues is None:
            scope = "all"
        else:
            listing = "\n".join(sorted(self.queues))
            scope = hashlib.sha256(listing.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{'plain' if self.sensitive else 'redacted'}:{scope}"


EVERYBODY = Audience()

# What a topic never shows does not divide its audience.
_WITH_SENSITIVE: Final = frozenset({CHANNELS})
_BY_QUEUE: Final = frozenset({CALLS, QUEUES, AGENTS, PARKING, CONFERENCES})


def is_event_topic(topic: str) -> bool:
    """Return whether a topic carries raw AMI events instead of changes."""
    return topic == EVENTS or topic.startswith("event:")


def audience_for(topic: str, actor: Actor) -> Audience:
    """Return the audience that an actor belongs to."""
    raw = is_event_topic(topic)
    return Audience(
        sensitive=actor.may(Permission.EVENTS_SENSITIVE) or not (raw or topic in _WITH_SENSITIVE),
        queues=actor.queue_scope if raw or topic in _BY_QUEUE else None,
    )


def require_topic(actor: Actor, pbx: str, topic: str) -> None:
    """Check that an actor may subscribe to a topic.

    Raises:
        PermissionDenied: The permission is missing, or the PBX or the queue is out of scope.
    """
    permission = Permission.EVENTS_READ if is_event_topic(topic) else Permission.LIVE_READ
    queue = topic.removeprefix("queue:") if topic.startswith("queue:") else None
    require(actor, permission, pbx, queue)


def room_name(pbx: str, topic: str, audience: Audience) -> str:
    """Return the Socket.IO room of an audience; neither a PBX's nor an audience's name has a bar in it."""
    return f"{pbx}|{topic}|{audience.name}"
