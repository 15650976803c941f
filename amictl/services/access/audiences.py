"""Those who see the same."""

from __future__ import annotations

from dataclasses import dataclass

from amictl.services.access.rights import Actor
from amictl.store.permissions import Permission


@dataclass(frozen=True, slots=True)
class Audience:
    """What sets some people apart from others by what they see.

    Args:
        sensitive: Whether digits, variables and dialplan data are shown.
        queues: The queues whose calls are shown, with all that belongs to those; None means everything.
        orders_of: Whose ordered calls are shown wherever they lead, where queues are limited.
    """

    sensitive: bool = True
    queues: frozenset[str] | None = None
    orders_of: str | None = None


def audience_of(actor: Actor) -> Audience:
    """Return the audience of one actor alone."""
    return Audience(
        sensitive=actor.may(Permission.EVENTS_SENSITIVE),
        queues=actor.queue_scope,
        orders_of=None if actor.queue_scope is None else actor.username,
    )
