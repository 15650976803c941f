"""A person's or a program's own API tokens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from msgspec.structs import asdict
from pydantic import Field, StrictInt, StrictStr

from amictl.errors import NotFound
from amictl.pbx.value import About, Time
from amictl.services.access import Actor
from amictl.services.accounts.identity import Identity
from amictl.services.execution.audit import AuditService
from amictl.services.requests import Fields
from amictl.services.results import Result
from amictl.store.accounts import Accounts
from amictl.store.models import ApiToken, TokenState
from amictl.store.permissions import Permission
from amictl.store.tokens import Tokens

_LARGEST_ID = 2**31 - 1  # that the column holds


class TokenBody(Fields):
    """A token to make for oneself."""

    name: Annotated[StrictStr, Field(max_length=64, description="What the token is for")] = ""
    permissions: Annotated[
        list[Annotated[StrictStr, Field(max_length=64)]] | None,
        Field(max_length=64, description="Limit it to these; all of your own when left out"),
    ] = None
    expires_in_days: Annotated[
        StrictInt | None, Field(ge=1, le=3650, description="Never expires when left out")
    ] = None


class Token(Result, frozen=True):
    """A token, without its text."""

    id: int
    user: Annotated[str, About("Whose rights it acts with")]
    name: str
    permissions: Annotated[tuple[str, ...], About("What it allows now")]
    limited: Annotated[bool, About("Whether it has fewer permissions than its user may get")]
    state: TokenState
    created_at: Time
    expires_at: Time | None
    last_used_at: Annotated[Time | None, About("To the minute")]
    revoked_at: Time | None
    parent_id: Annotated[int | None, About("The token that made it, with which it ends")]


class NewToken(Token, frozen=True):
    """A token just made."""

    token: Annotated[str, About("The text to send as Bearer; it is never shown again")]


class TokenList(Result, frozen=True):
    """Tokens, oldest first."""

    tokens: tuple[Token, ...]


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

    def list_tokens(self, actor: Actor) -> TokenList:
        """Return the actor's own tokens, or everybody's for who has ``users.admin``; never their text."""
        return TokenList(tuple(_read(token) for token in self._tokens.all() if _may_manage(actor, token)))

    def create(self, identity: Identity, asked: TokenBody) -> NewToken:
        """Make a token for the actor itself; its text is in this answer and nowhere else.

        A token that is made by a token allows no more, lasts no longer, and ends with it.

        Raises:
            InvalidInput: A value is out of bounds, or a permission is not the asker's.
        """
        owner = self._accounts.find(identity.actor.username)
        parent = None if identity.token_id is None else self._tokens.recheck(identity.token_id)
        made = self._tokens.create(
            owner,
            name=asked.name,
            days=asked.expires_in_days,
            permissions=asked.permissions,
            parent=parent,
        )
        self._audit.record_change(identity.actor, f"Made the token {made.record.id}.")
        return NewToken(**asdict(_read(made.record)), token=made.text)

    def revoke(self, actor: Actor, token_id: int) -> Token:
        """End a token, and those that were made by it, for good.

        Raises:
            NotFound: There is no such token, or it is somebody else's.
        """
        token = self._tokens.find(token_id) if token_id <= _LARGEST_ID else None
        if token is None or not _may_manage(actor, token):
            raise NotFound(f"You have no token {token_id}.")
        revoked = self._tokens.revoke(token.id)
        self._audit.record_change(actor, f"Revoked the token {revoked.id} of {revoked.user.username}.")
        return _read(revoked)


def _may_manage(actor: Actor, token: ApiToken) -> bool:
    """Return whether a token is the actor's own, or the actor manages everybody's."""
    return token.user_id == actor.user_id or actor.may(Permission.USERS_ADMIN)


def _read(token: ApiToken) -> Token:
    """Return what may be shown of a token."""
    return Token(
        id=token.id,
        user=token.user.username,
        name=token.name,
        permissions=tuple(sorted(token.effective_permissions)),
        limited=token.permissions is not None,
        state=token.describe_state(datetime.now(UTC)),
        created_at=token.created_at.timestamp(),
        expires_at=_seconds(token.expires_at),
        last_used_at=_seconds(token.last_used_at),
        revoked_at=_seconds(token.revoked_at),
        parent_id=token.parent_id,
    )


def _seconds(instant: datetime | None) -> float | None:
    return None if instant is None else instant.timestamp()
