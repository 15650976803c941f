"""The first answers to writes that carried an ``Idempotency-Key``, for as long as a retry may come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, String, Table, Text, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from amictl.store.extensions import Base, UtcDateTime
from amictl.store.models import read_utc_clock
from amictl.store.serial_writer import SerialWriter


class IdempotencyKey(Base):
    """One key that somebody used, by its hash, with the first answer once there is one.

    The answer is encrypted: the one to a new token holds the token.
    """

    __tablename__ = "idempotency_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    status: Mapped[int | None] = mapped_column(default=None)
    media_type: Mapped[str | None] = mapped_column(String(64), default=None)
    answer: Mapped[str | None] = mapped_column(Text, default=None)


_KEYS = cast("Table", IdempotencyKey.__table__)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it is stored.

    Args:
        status: The HTTP status.
        media_type: The content type.
        answer: The encrypted body.
    """

    status: int
    media_type: str
    answer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """The state of a key when a request wanted to use it.

    Args:
        id: The key's row; None when the owner has too many keys.
        is_new: Whether the caller is the first, and must carry the request out.
        body_hash: What the first request asked.
        answer: The first request's answer; None while it is still at work.
    """

    id: int | None
    is_new: bool = False
    body_hash: str = ""
    answer: StoredAnswer | None = None


class IdempotencyKeys:
    """The keys in the database; every method commits, and needs no application context.

    Args:
        writer: Writes one change after the other.
        clock: Returns the present instant, aware.
    """

    def __init__(self, writer: SerialWriter, clock: Callable[[], datetime] = read_utc_clock) -> None:
        self._writer = writer
        self._clock = clock

    def claim(self, owner: str, key_hash: str, body_hash: str, lifetime: timedelta, most: int) -> Claim:
        """Take a key, or find who has it; expired keys are forgotten first.

        Args:
            owner: Whose key it is.
            key_hash: The hash of owner, route and key.
            body_hash: The hash of what is asked.
            lifetime: How long the answer is kept.
            most: How many keys one owner may have at a time.
        """
        now = self._clock()
        with self._writer.begin() as connection:
            connection.execute(delete(_KEYS).where(_KEYS.c.expires_at <= now))
            found = _find(connection, key_hash)
            if found is not None:
                return found
            held = connection.execute(
                select(func.count()).select_from(_KEYS).where(_KEYS.c.owner == owner)
            ).scalar_one()
            if held >= most:
                return Claim(None)
            made = insert(_KEYS).values(
                owner=owner, key_hash=key_hash, body_hash=body_hash, expires_at=now + lifetime
            )
            number = connection.execute(made.returning(_KEYS.c.id)).scalar_one()
            return Claim(number, is_new=True)

    def keep(self, claim_id: int, answer: StoredAnswer) -> None:
        """Store the first answer to a key."""
        with self._writer.begin() as connection:
            connection.execute(
                update(_KEYS)
                .where(_KEYS.c.id == claim_id)
                .values(status=answer.status, media_type=answer.media_type, answer=answer.answer)
            )

    def release(self, claim_id: int) -> None:
        """Forget a key of which nothing was done."""
        with self._writer.begin() as connection:
            connection.execute(delete(_KEYS).where(_KEYS.c.id == claim_id))

    def settle_interrupted(self, answer: StoredAnswer) -> int:
        """Store an answer for every key that is still at work; call it at a start, when none can be.

        Returns:
            How many there were.
        """
        with self._writer.begin() as connection:
            done = connection.execute(
                update(_KEYS)
                .where(_KEYS.c.status.is_(None))
                .values(status=answer.status, media_type=answer.media_type, answer=answer.answer)
            )
            return int(done.rowcount)


def _find(connection: Connection, key_hash: str) -> Claim | None:
    """Return the stored state of a key; None for a new one."""
    row = connection.execute(select(_KEYS).where(_KEYS.c.key_hash == key_hash)).one_or_none()
    if row is None:
        return None
    answer = None if row.status is None else StoredAnswer(row.status, row.media_type, row.answer)
    return Claim(row.id, body_hash=row.body_hash, answer=answer)
