"""Bearer tokens for programs: shown once, stored as a hash, limited and revocable."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from amictl.errors import InvalidInput, NotAuthenticated, NotFound, StorageUnavailable
from amictl.store.extensions import DatabaseSession
from amictl.store.models import ApiToken, User, read_utc_clock
from amictl.store.permissions import check_permissions
from amictl.store.storage_faults import PATIENCE_OPTION

TOKEN_PREFIX = "amictl_"  # noqa: S105 - lets secret scanners recognise a leaked token
_TOKEN_BYTES = 32
_MAX_DAYS = 3650
_USE_RESOLUTION = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token just made; ``text`` is to be shown once and cannot be had again."""

    record: ApiToken
    text: str = field(repr=False)


class Tokens:
    """The API tokens in the database; every method that changes something commits.

    Args:
        session: The database session of the present application context.
        clock: Returns the present instant, aware.
    """

    def __init__(self, session: DatabaseSession, clock: Callable[[], datetime] = read_utc_clock) -> None:
        self._session = session
        self._clock = clock

    def all(self) -> Sequence[ApiToken]:
        """Return the tokens, oldest first."""
        return self._session.scalars(select(ApiToken).order_by(ApiToken.id)).all()

    def find(self, token_id: int) -> ApiToken | None:
        """Return the token of that ID, or None."""
        return self._session.get(ApiToken, token_id)

    def create(
        self,
        user: User,
        *,
        name: str = "",
        days: int | None = None,
        permissions: Iterable[str] | None = None,
        parent: ApiToken | None = None,
    ) -> IssuedToken:
        """Make a token for a user.

        Args:
            user: The owner; the token never allows more than the owner's role.
            name: What the token is for, at most 64 characters.
            days: Days until it expires; None means never.
            permissions: Limit the token to these; None means all of the owner's, or of the parent's.
            parent: The token by which this one is made: it allows no more, lasts no longer and ends with it.

        Raises:
            InvalidInput: A value is out of bounds, or a permission is not the owner's.
        """
        if days is not None and not 1 <= days <= _MAX_DAYS:
            raise InvalidInput.of("days", f"Use 1 to {_MAX_DAYS} days.")
        if len(name) > 64:
            raise InvalidInput.of("name", "Use at most 64 characters.")
        limited = _limit_permissions(user, permissions, parent)
        now = self._clock()
        expires_at = None if days is None else now + timedelta(days=days)
        if parent is not None and parent.expires_at is not None:
            expires_at = parent.expires_at if expires_at is None else min(expires_at, parent.expires_at)
        text = TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
        record = ApiToken(
            user_id=user.id,
            name=name,
            token_hash=_hash_token(text),
            permissions=limited,
            created_at=now,
            expires_at=expires_at,
            parent_id=None if parent is None else parent.id,
        )
        self._session.add(record)
        self._session.commit()
        return IssuedToken(record, text)

    def authenticate(self, text: str) -> ApiToken:
        """Return the token behind its text, and note that it was used.

        Raises:
            NotAuthenticated: The token is unknown, expired or revoked, or its owner is inactive.
        """
        token = self._session.scalar(select(ApiToken).where(ApiToken.token_hash == _hash_token(text)))
        now = self._clock()
        good = _check_usable(token, now)
        self._note_use(good, now)
        return good

    def recheck(self, token_id: int) -> ApiToken:
        """Return the token that a long-lived connection was authenticated with, while it is still good.

        Raises:
            NotAuthenticated: As ``authenticate``.
        """
        token = self._session.get(ApiToken, token_id, populate_existing=True)
        return _check_usable(token, self._clock())

    def revoke(self, token_id: int) -> ApiToken:
        """End a token, and those made by it, for good; ending it again changes nothing.

        Raises:
            NotFound: There is no such token.
        """
        token = self._session.get(ApiToken, token_id)
        if token is None:
            raise NotFound(f"There is no token {token_id}.")
        now = self._clock()
        generation: Sequence[ApiToken] = (token,)
        while generation:
            for each in generation:
                each.revoked_at = each.revoked_at or now
            parents = [each.id for each in generation]
            generation = self._session.scalars(
                select(ApiToken).where(ApiToken.parent_id.in_(parents), ApiToken.revoked_at.is_(None))
            ).all()
        self._session.commit()
        return token

    def _note_use(self, token: ApiToken, now: datetime) -> None:
        """Write the time of use, at most once a minute; a busy database does not refuse the program."""
        if token.last_used_at is not None and now - token.last_used_at < _USE_RESOLUTION:
            return
        statement = (
            update(ApiToken)
            .where(
                ApiToken.id == token.id,
                or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= now - _USE_RESOLUTION),
            )
            .values(last_used_at=now)
        )
        try:
            self._session.execute(statement, execution_options={PATIENCE_OPTION: 0.0})
            self._session.commit()
        except StorageUnavailable:
            self._session.rollback()


def _check_usable(token: ApiToken | None, now: datetime) -> ApiToken:
    """Return the token when it may be used now."""
    if token is None:
        raise NotAuthenticated("The token is not known here.")
    if token.revoked_at is not None:
        raise NotAuthenticated("The token was revoked.")
    if token.expires_at is not None and token.expires_at <= now:
        raise NotAuthenticated("The token has expired.")
    if not token.user.active:
        raise NotAuthenticated("The token's owner is not active.")
    return token


def _limit_permissions(
    user: User, permissions: Iterable[str] | None, parent: ApiToken | None
) -> frozenset[str] | None:
    """Return the permissions that a new token is limited to; None means all that its owner has.

    Raises:
        InvalidInput: A name is not a permission, or not one of the owner's or the parent's.
    """
    if permissions is None:
        return None if parent is None else parent.effective_permissions
    limited = check_permissions(permissions)
    beyond = sorted(limited - (user.role.permissions if parent is None else parent.effective_permissions))
    if beyond:
        who = user.username if parent is None else "the token that asks"
        raise InvalidInput.of("permissions", f"{who} does not have {', '.join(beyond)}.")
    return limited


def _hash_token(text: str) -> str:
    """Return the hex SHA-256 of a token; its 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
