"""Making the roles, the administrator and the first link at a first start."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from amictl.store.ami_servers import ServerFields
from amictl.store.database import Store
from amictl.store.permissions import ADMIN_ROLE, DEFAULT_ROLES

_GENERATED_PASSWORD_BYTES = 15  # 20 characters


@dataclass(frozen=True, slots=True)
class FirstStart:
    """The things that this start made; a later start makes nothing.

    Args:
        admin_username: The administrator made now, else None.
        generated_password: The password to print once, when the environment gave none; it must be changed.
        first_link: The name of the PBX made from the environment now, else None.
    """

    admin_username: str | None = None
    generated_password: str | None = field(default=None, repr=False)
    first_link: str | None = None


def run_first_start(store: Store) -> FirstStart:
    """Make what is missing for a first use; safe to run at each start, after ``upgrade_database``.

    The administrator is made only while there is no user at all, and the first link only while there is no
    server at all: what an administrator changes or removes later stays so.

    Raises:
        InvalidInput: The administrator's name or password, or the first link, cannot be used.
    """
    store.roles.seed(DEFAULT_ROLES)
    admin_username, generated_password = _make_admin(store)
    return FirstStart(admin_username, generated_password, _make_first_link(store))


def _make_admin(store: Store) -> tuple[str | None, str | None]:
    """Return the administrator's name and generated password, where made now."""
    if store.accounts.all():
        return None, None
    given = store.settings.admin_password
    generated = None if given else secrets.token_urlsafe(_GENERATED_PASSWORD_BYTES)
    admin = store.accounts.create(
        store.settings.admin_username,
        given or generated or "",
        ADMIN_ROLE.name,
        must_change_password=generated is not None,  # it stands in a terminal or a log
    )
    return admin.username, generated


def _make_first_link(store: Store) -> str | None:
    """Return the name of the server made now from the environment."""
    link = store.settings.first_link
    if link is None or store.servers.all():
        return None
    return store.servers.create(ServerFields.from_link(link)).name
