"""A person's or a program's own API tokens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from amictl.errors import NotFound
from amictl.services.access import Actor
from amictl.services.accounts.identity import Identity
from amictl.services.execution.audit import AuditService
from amictl.store.accounts import Accounts
from amictl.store.models import ApiToken
from amictl.store.permissions import Permission
from amictl.store.tokens import Tokens


class TokenService:
    """Makes, lists and revokes tokens; needs the application's database context.

    Args:
        accounts: The users.
        tokens: The tokens.
        audit: Records what was made and revoked.
    """

    def __init__(self, accounts: Accounts, tokens: Tokens, audit: AuditService) -> None:
        self._accounts = accounts
        self._tokens = tokens
        self._audit = audit

    def list_tokens(self, actor: Actor) -> list[dict[str, Any]]:
        """Return the actor's own tokens, or everybody's for who has ``users.admin``; never their text."""
        return [_describe(token) for token in self._tokens.all() if _may_manage(actor, token)]

    def create(
        self, identity: Identity, name: str, permissions: Iterable[str] | None, days: int | None
    ) -> dict[str, Any]:
        """Make a token for the actor itself; its text is in this answer and nowhere else.

        A token that is made by a token allows no more, lasts no longer, and ends with it.

        Args:
            identity: Who asks, with the token that it asks by.
            name: What the new token is for.
            permissions: Limit it to these; None means all that the asker has.
            days: Days until it expires; None means never.

        Raises:
            InvalidInput: A value is out of bounds, or a permission is not the asker's.
        """
        owner = self._accounts.find(identity.actor.username)
        parent = None if identity.token_id is None else self._tokens.recheck(identity.token_id)
        made = self._tokens.create(owner, name=name, days=days, permissions=permissions, parent=parent)
        self._audit.record_change(identity.actor, f"Made the token {made.record.id}.")
        return {**_describe(made.record), "token": made.text}

    def revoke(self, actor: Actor, token_id: int) -> dict[str, Any]:
        """End a token, and those that were made by it, for good.

        Raises:
            NotFound: There is no such token, or it is somebody else's.
        """
        token = self._tokens.find(token_id)
        if token is None or not _may_manage(actor, token):
            raise NotFound(f"You have no token {token_id}.")
        revoked = self._tokens.revoke(token.id)
        self._audit.record_change(actor, f"Revoked the token {revoked.id} of {revoked.user.username}.")
        return _describe(revoked)


def _may_manage(actor: Actor, token: ApiToken) -> bool:
    """Return whether a token is the actor's own, or the actor manages everybody's."""
    return token.user_id == actor.user_id or actor.may(Permission.USERS_ADMIN)


def _describe(token: ApiToken) -> dict[str, Any]:
    """Return the fields of a token that may be shown."""
    return {
        "id": token.id,
        "user": token.user.username,
        "name": token.name,
        "permissions": sorted(token.effective_permissions),
        "limited": token.permissions is not None,
        "state": token.describe_state(datetime.now(UTC)),
        "created_at": _format(token.created_at),
        "expires_at": _format(token.expires_at),
        "last_used_at": _format(token.last_used_at),
        "revoked_at": _format(token.revoked_at),
        "parent_id": token.parent_id,
    }


def _format(instant: datetime | None) -> str | None:
    """Return an instant as ISO 8601 in UTC."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
