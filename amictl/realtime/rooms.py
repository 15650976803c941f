"""Who may subscribe to a topic, and with whom a subscriber shares a room."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from amictl.pbx.redaction import redact_channel, redact_event
from amictl.pbx.topics import Payload
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


def is_event_topic(topic: str) -> bool:
    """Return whether a topic carries raw AMI events instead of changes."""
    return topic == "events" or topic.startswith("event:")


def audience_for(topic: str, actor: Actor) -> Audience:
    """Return the audience that an actor belongs to; what a topic never shows does not divide it."""
    sensitive = actor.may(Permission.EVENTS_SENSITIVE)
    if is_event_topic(topic):
        return Audience(sensitive, actor.queue_scope)
    if topic == "channels":
        return Audience(sensitive)
    if topic == "queues":
        return Audience(queues=actor.queue_scope)
    return EVERYBODY


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


def show_snapshot(topic: str, audience: Audience, snapshot: Payload) -> dict[str, Any]:
    """Return a topic's snapshot as an audience may see it."""
    shown = {}
    for key, value in snapshot.items():
        if is_event_topic(topic):
            if _shows_event(audience, value):
                shown[key] = _show_event(audience, value)
        elif _shows_key(topic, audience, key):
            shown[key] = _show_value(topic, audience, value)
    return shown


def show_changes(topic: str, audience: Audience, changes: Iterable[Payload]) -> list[dict[str, Any]]:
    """Return the changes that an audience may see."""
    return [
        {**change, "value": _show_value(topic, audience, change["value"])}
        if "value" in change
        else dict(change)
        for change in changes
        if _shows_key(topic, audience, change["key"])
    ]


def show_events(audience: Audience, events: Iterable[Payload]) -> list[dict[str, Any]]:
    """Return the events that an audience may see."""
    return [_show_event(audience, event) for event in events if _shows_event(audience, event)]


def _shows_key(topic: str, audience: Audience, key: str) -> bool:
    """Return whether the value under a key is in the audience's scope."""
    return topic != "queues" or audience.queues is None or key in audience.queues


def _show_value(topic: str, audience: Audience, value: Payload) -> dict[str, Any]:
    """Return a value without what the audience must not see."""
    if topic == "channels" and not audience.sensitive:
        return redact_channel(value)
    return dict(value)


def _shows_event(audience: Audience, event: Payload) -> bool:
    """Return whether an event is about no queue, or about one in the audience's scope."""
    if audience.queues is None:
        return True
    named = event["data"].get("Queue")
    if named is None:
        return True
    return audience.queues.issuperset([named] if isinstance(named, str) else named)


def _show_event(audience: Audience, event: Payload) -> dict[str, Any]:
    """Return an event without what the audience must not see."""
    return dict(event) if audience.sensitive else redact_event(event)
