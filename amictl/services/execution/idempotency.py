"""Carrying a write out only once: a retry with the same ``Idempotency-Key`` gets the first answer again."""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import orjson
import structlog
from sqlalchemy.exc import SQLAlchemyError

from amictl.errors import (
    AmictlError,
    ConfigurationError,
    Conflict,
    InvalidInput,
    OutcomeUnknown,
    RateLimited,
    StorageUnavailable,
)
from amictl.store.crypto import SecretBox
from amictl.store.idempotency_keys import IdempotencyKeys, StoredAnswer

HEADER: Final = "Idempotency-Key"
LIFETIME: Final = timedelta(hours=24)
_MOST_KEYS: Final = 20_000  # of one owner: a write every 4 seconds for a day
_LONGEST_ANSWER: Final = 1024 * 1024
_MOST_OWED: Final = 1000
_POLL: Final = 1.0  # seconds after which it is worth asking again for the answer to a request that is at work
_log = structlog.get_logger(__name__)
_KEY: Final = re.compile(r"[!-~]{1,255}")


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """The first answer to a request, as it was given.

    Args:
        status: The HTTP status.
        media_type: The content type.
        body: What was said.
    """

    status: int
    media_type: str
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Slot:
    """A key of the request that is carried out now; `finish`, `finish_unknown` or `abandon` must follow."""

    claim_id: int


class IdempotencyService:
    """Remembers the first answers for 24 hours.

    Args:
        keys: The keys in the database.
        box: Encrypts the answers, which may hold a new token.
    """

    def __init__(self, keys: IdempotencyKeys, box: SecretBox) -> None:
        self._keys = keys
        self._box = box
        self._owed: deque[Callable[[], None]] = deque(maxlen=_MOST_OWED)

    def begin(self, owner: str, route: str, key: str, asked: bytes) -> Slot | FirstAnswer:
        """Return the slot of a new key, or the first answer of one that was used.

        Args:
            owner: Whose key it is: another user or token may use the same text.
            route: Method and path.
            key: What the request's header says.
            asked: Query string and body as `describe_request` returns them.

        Raises:
            InvalidInput: This is no key.
            Conflict: The key was used for something else, or its first request is still at work.
            RateLimited: The owner has used too many keys today.
            StorageUnavailable: The key cannot be stored: nothing may be done.
        """
        if not _KEY.fullmatch(key):
            raise InvalidInput.of(HEADER, "Use 1 to 255 visible ASCII characters, such as a random UUID.")
        body_hash = hashlib.sha256(asked).hexdigest()
        key_hash = hashlib.sha256(f"{owner}\n{route}\n{key}".encode("utf-8", "replace")).hexdigest()
        self._pay_owed()
        claim = self._keys.claim(owner, key_hash, body_hash, LIFETIME, _MOST_KEYS)
        if claim.id is None:
            raise RateLimited("Too many idempotency keys were used within 24 hours. Send this one without.")
        if claim.is_new:
            return Slot(claim.id)
        if claim.body_hash != body_hash:
            raise Conflict(f"This {HEADER} was used for a request with another body. Use a new one.")
        if claim.answer is None:
            detail = f"The first request with this {HEADER} is still in progress. Ask again later."
            raise Conflict(detail, _POLL)
        return self._read(claim.answer)

    def finish(self, slot: Slot, answer: FirstAnswer) -> None:
        """Keep the first answer; a database that fails now must not hide it from who asked."""
        if len(answer.body) > _LONGEST_ANSWER:
            answer = _describe_problem(
                Conflict, "This was carried out before; its answer was too long to be kept."
            )
        stored = self._seal(answer)
        self._store(lambda: self._keys.keep(slot.claim_id, stored))

    def abandon(self, slot: Slot) -> None:
        """Forget a key of which nothing was done, so that a retry is carried out."""
        self._store(lambda: self._keys.release(slot.claim_id))

    def finish_unknown(self, slot: Slot) -> None:
        """Store "outcome unknown" as the answer of a request."""
        self.finish(slot, _OUTCOME_UNKNOWN)

    def settle_interrupted(self) -> int:
        """Store "outcome unknown" for every request that amictl's stop interrupted; call it at a start."""
        return self._keys.settle_interrupted(self._seal(_OUTCOME_UNKNOWN))

    def _store(self, work: Callable[[], None]) -> None:
        """Store what became of a request now, or else when the database can be written again."""
        try:
            work()
        except (SQLAlchemyError, StorageUnavailable) as error:
            _log.error("idempotency_answer_not_stored", why=str(error))
            self._owed.append(work)

    def _pay_owed(self) -> None:
        """Store the answers that could not be stored before: their keys would seem to be at work."""
        while self._owed:
            self._owed[0]()
            self._owed.popleft()

    def _seal(self, answer: FirstAnswer) -> StoredAnswer:
        """Return an answer as it is stored."""
        return StoredAnswer(answer.status, answer.media_type, self._box.encrypt(answer.body))

    def _read(self, stored: StoredAnswer) -> FirstAnswer:
        """Return a stored answer."""
        try:
            return FirstAnswer(stored.status, stored.media_type, self._box.decrypt(stored.answer))
        except ConfigurationError:
            raise Conflict("This was carried out before; its answer cannot be read any more.") from None


def describe_request(query: list[tuple[str, str]], body: bytes) -> bytes:
    """Return a request in a form that does not depend on blanks or on the order of its fields.

    Args:
        query: The arguments of the query string.
        body: The body as it came.
    """
    arguments = sorted(map(list, query))
    try:
        content = orjson.loads(body) if body else None
        return orjson.dumps([arguments, content], option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # the latter: nested too deeply
        return orjson.dumps([arguments, hashlib.sha256(body).hexdigest()])


def _describe_problem(kind: type[AmictlError], detail: str, **members: str) -> FirstAnswer:
    """Return an answer that amictl gives in place of the first one ("RFC 9457")."""
    problem = kind.describe(detail) | {"title": "The first answer is not known", **members}
    return FirstAnswer(kind.status, "application/problem+json", orjson.dumps(problem).decode())


_OUTCOME_UNKNOWN: Final = _describe_problem(
    OutcomeUnknown,
    "The first request was interrupted: nobody knows whether the PBX did it. It was not sent again.",
    outcome="unknown",
)
