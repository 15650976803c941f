"""Who asks, and whether they may: permission, PBX scope, queue scope, and what they see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from amictl.errors import PermissionDenied
from amictl.store.models import ApiToken, User
from amictl.store.permissions import IMPLIED_BY, PERMISSIONS, Permission


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a program with its rights at one moment.

    Args:
        user_id: The user's primary key; a token acts for its owner.
        username: The user's name, for logs.
        role: The name of the user's role.
        permissions: What the actor may do; a token may have fewer than its owner.
        pbx_scope: The PBXes that it may see; None means all.
        queue_scope: The queues that it may see; None means all.
        via: How it authenticated; ``command`` is somebody with a shell on amictl's own machine.
    """

    user_id: int
    username: str
    role: str
    permissions: frozenset[str]
    pbx_scope: frozenset[str] | None
    queue_scope: frozenset[str] | None
    via: Literal["session", "token", "command"]

    def may(self, permission: str) -> bool:
        """Return whether the actor has a permission, or another that implies it."""
        return permission in self.permissions or IMPLIED_BY.get(permission) in self.permissions

    def may_see_pbx(self, pbx: str) -> bool:
        """Return whether a PBX is in the actor's scope."""
        return self.pbx_scope is None or pbx in self.pbx_scope

    def may_see_queue(self, queue: str) -> bool:
        """Return whether a queue is in the actor's scope."""
        return self.queue_scope is None or queue in self.queue_scope


def actor_of(user: User, token: ApiToken | None = None) -> Actor:
    """Return the rights of a user, or of a token of that user.

    Args:
        user: The person, or the token's owner.
        token: The token that authenticated the request; None for a session.
    """
    role = user.role
    return Actor(
        user_id=user.id,
        username=user.username,
        role=role.name,
        permissions=role.permissions if token is None else token.effective_permissions,
        pbx_scope=role.pbx_scope,
        queue_scope=role.queue_scope,
        via="session" if token is None else "token",
    )


@dataclass(frozen=True, slots=True)
class Audience:
    """The rights that decide which values and events somebody sees: all of one audience see the same.

    Args:
        sensitive: Whether digits, variables and dialplan data are shown.
        queues: The queues whose calls are shown, with all that belongs to those; None means everything.
        orders_of: The user whose ordered calls are shown wherever they lead; only where queues are limited.
    """

    sensitive: bool = True
    queues: frozenset[str] | None = None
    orders_of: str | None = None


def audience_of(actor: Actor) -> Audience:
    """Return the audience that an actor belongs to."""
    return Audience(
        sensitive=actor.may(Permission.EVENTS_SENSITIVE),
        queues=actor.queue_scope,
        orders_of=None if actor.queue_scope is None else actor.username,
    )


def require(actor: Actor, permission: Permission, pbx: str | None = None, queue: str | None = None) -> None:
    """Check that an actor has a permission for a PBX and a queue.

    Args:
        actor: Who asks.
        permission: What it needs.
        pbx: The PBX that it is about, if any.
        queue: The queue that it is about, if any.

    Raises:
        PermissionDenied: The permission is missing, or the PBX or queue is out of scope.
    """
    if not actor.may(permission):
        raise PermissionDenied(
            f"This needs the permission {permission!s} ({PERMISSIONS[permission].lower()})."
        )
    require_scope(actor, pbx, queue)


def require_scope(actor: Actor, pbx: str | None, queue: str | None = None) -> None:
    """Check that a PBX and a queue are in an actor's scope.

    Args:
        actor: Who asks.
        pbx: The PBX that it is about, if any.
        queue: The queue that it is about, if any.

    Raises:
        PermissionDenied: The PBX or queue is out of scope.
    """
    if pbx is not None and not actor.may_see_pbx(pbx):
        raise PermissionDenied(f"The PBX {pbx} is outside your scope.")
    if queue is not None and not actor.may_see_queue(queue):
        raise PermissionDenied(f"The queue {queue} is outside your scope.")


def require_every_queue(actor: Actor) -> None:
    """Check that an actor's scope has every queue, for what touches all of them.

    Args:
        actor: Who asks.

    Raises:
        PermissionDenied: The actor's role is limited to some queues.
    """
    if actor.queue_scope is not None:
        raise PermissionDenied(
            "This is about all queues, and your role is limited to some: name one of them."
        )


def require_whole_pbx(actor: Actor) -> None:
    """Check that an actor's scope has every queue, for what is about a PBX as a whole.

    Args:
        actor: Who asks.

    Raises:
        PermissionDenied: The actor's role is limited to some queues.
    """
    if actor.queue_scope is not None:
        raise PermissionDenied("This is about the whole PBX, and your role is limited to some queues.")
