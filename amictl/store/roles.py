"""Roles: named sets of permissions, and where they hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from amictl.errors import Conflict, InvalidInput, NotFound
from amictl.store.accounts import require_remaining_admin
from amictl.store.extensions import DatabaseSession
from amictl.store.models import Role, User
from amictl.store.permissions import DefaultRole, check_permissions


@dataclass(frozen=True, slots=True)
class RoleFields:
    """The fields of a role that an administrator sets.

    Args:
        name: 1 to 64 characters.
        description: At most 255 characters.
        permissions: Permission names.
        pbx_scope: The PBXes where the role holds, at least one; None means all.
        queue_scope: The queues for which the role holds, at least one; None means all.
    """

    name: str
    description: str = ""
    permissions: frozenset[str] = frozenset()
    pbx_scope: frozenset[str] | None = None
    queue_scope: frozenset[str] | None = None


class Roles:
    """The roles in the database; every method that changes something commits.

    Args:
        session: The database session of the present application context.
    """

    def __init__(self, session: DatabaseSession) -> None:
        self._session = session

    def all(self) -> Sequence[Role]:
        """Return the roles by name."""
        return self._session.scalars(select(Role).order_by(Role.name)).all()

    def find(self, name: str) -> Role:
        """Return the role of that name.

        Raises:
            NotFound: There is none.
        """
        role = self._session.scalar(select(Role).where(Role.name == name))
        if role is None:
            raise NotFound(f"There is no role {name!r}.")
        return role

    def create(self, fields: RoleFields) -> Role:
        """Store a new role.

        Raises:
            InvalidInput: A field cannot be used.
            Conflict: The name is taken.
        """
        role = Role()
        _fill(role, fields)
        self._session.add(role)
        self._flush_unique(fields.name)
        self._session.commit()
        return role

    def update(self, role: Role, fields: RoleFields) -> None:
        """Change a role; it holds for its users from their next request on.

        Raises:
            InvalidInput: A field cannot be used.
            Conflict: The name is taken, or nobody could manage users any more.
        """
        _fill(role, fields)
        self._flush_unique(fields.name)
        require_remaining_admin(self._session)
        self._session.commit()

    def delete(self, role: Role) -> None:
        """Remove a role that nobody has.

        Raises:
            Conflict: Users have it.
        """
        holders = self._session.scalar(select(func.count()).select_from(User).where(User.role_id == role.id))
        if holders:
            raise Conflict(f"{holders} user(s) have the role {role.name!r}. Give them another one first.")
        self._session.delete(role)
        self._session.commit()

    def seed(self, defaults: Iterable[DefaultRole]) -> None:
        """Store the default roles when there is no role at all; an administrator's changes are kept."""
        if self._session.scalar(select(func.count()).select_from(Role)):
            return
        for default in defaults:
            self._session.add(
                Role(name=default.name, description=default.description, permissions=default.permissions)
            )
        self._session.commit()

    def _flush_unique(self, name: str) -> None:
        """Write the pending role; a taken name is a conflict."""
        try:
            self._session.flush()
        except IntegrityError as error:
            self._session.rollback()
            raise Conflict(f"There is already a role {name.strip()!r}.") from error


def _fill(role: Role, fields: RoleFields) -> None:
    """Check the fields, then put them into the role."""
    name = fields.name.strip()
    if not 1 <= len(name) <= 64 or not name.isprintable():
        raise InvalidInput.of("name", "Use 1 to 64 characters.")
    if len(fields.description) > 255:
        raise InvalidInput.of("description", "Use at most 255 characters.")
    for field, scope in (("pbx_scope", fields.pbx_scope), ("queue_scope", fields.queue_scope)):
        if scope is not None and not scope:
            raise InvalidInput.of(field, "Name at least one, or leave this out to mean all.")
    role.permissions = check_permissions(fields.permissions)
    role.name, role.description = name, fields.description
    role.pbx_scope, role.queue_scope = fields.pbx_scope, fields.queue_scope
