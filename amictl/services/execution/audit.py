"""Saying in the audit log who asked for what, from where, and what became of it."""

from __future__ import annotations

import dataclasses
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from sqlalchemy import RowMapping
from sqlalchemy.exc import SQLAlchemyError

from amictl.errors import OutcomeUnknown, StorageUnavailable
from amictl.protocol import Action
from amictl.services.access import Actor
from amictl.services.execution.audit_entries import AuditFilter, AuditPage, AuditPageQuery, read_entry
from amictl.services.execution.masking import clean_text, encode_json, mask_fields, mask_headers
from amictl.store.audit_entry import DONE, PENDING, EntryKind
from amictl.store.audit_log import AuditFacts, AuditLog, AuditQuery, AuditStamp
from amictl.store.permissions import Permission

INTERRUPTED: Final = "Outcome unknown: amictl stopped before the answer came."
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a request, and the outcomes that the audit log has of it so far.

    Args:
        route: Method and path, or the command line's command.
        address: The remote address, if any.
        request_id: The request's name in the log and in its answer.
        token_id: The token that authenticated it.
        session_id: The login session that authenticated it.
        via: What the request came by where nobody was recognised: ``none``, or ``command``.
        username: Who runs the command.
        body: What was asked, as JSON values.
        outcomes: The outcomes that were recorded for it, in order; grows while the request is served.
    """

    route: str = ""
    address: str | None = None
    request_id: str | None = None
    token_id: int | None = None
    session_id: str | None = None
    via: str = "none"
    username: str = ""
    body: Any = None
    outcomes: list[str] = field(default_factory=list)


ReadOrigin = Callable[[], Origin]
"""Returns the origin of the request that is being served; the same object each time."""


@dataclass(frozen=True, slots=True)
class AskedRow:
    """The row that was recorded before an action is sent.

    Args:
        stamp: Where the row stands.
        facts: What it tells.
        origin: The request that it belongs to.
    """

    stamp: AuditStamp
    facts: AuditFacts
    origin: Origin


class UnauthenticatedRowBudget:
    """Bounds the rows a minute of requests in which nobody was recognised: those must not fill the disk.

    Args:
        most: Rows in a minute.
        clock: Returns seconds that only grow.
    """

    def __init__(self, most: int = 120, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._begun = clock()
        self._used = 0
        self._left_out = 0

    def spend(self) -> int | None:
        """Return how many rows were left out since the last one, or None when this row is left out too."""
        with self._lock:
            now = self._clock()
            if now - self._begun >= 60:
                self._begun, self._used = now, 0
            if self._used >= self._most:
                self._left_out += 1
                return None
            self._used += 1
            left_out, self._left_out = self._left_out, 0
            return left_out


class AuditService:
    """Records writes, refusals, logins and changes of settings; reads them for those who may.

    Args:
        log: The audit log.
        read_origin: Returns where the present request came from.
        row_budget: Bounds the rows of requests in which nobody was recognised.
    """

    def __init__(
        self, log: AuditLog, read_origin: ReadOrigin, row_budget: UnauthenticatedRowBudget | None = None
    ) -> None:
        self._log = log
        self._read_origin = read_origin
        self._row_budget = row_budget or UnauthenticatedRowBudget()

    def record_action(
        self, actor: Actor, pbx: str, action: Action, permission: Permission, queue: str | None = None
    ) -> AskedRow:
        """Record that an action is about to be sent; it is in the database when this returns.

        Args:
            actor: For whom.
            pbx: The PBX's name.
            action: What will be sent.
            permission: What it needed.
            queue: The queue that it is about, if any.
        """
        origin = self._read_origin()
        facts = dataclasses.replace(
            _describe(origin, actor),
            kind=EntryKind.ASKED,
            outcome=PENDING,
            pbx=pbx,
            queue=queue,
            permission=str(permission),
            action=clean_text(action.name, 64),
            headers=encode_json(mask_headers(action.headers)),
        )
        return AskedRow(self._log.append(facts), facts, origin)

    def record_outcome(
        self, asked: AskedRow, outcome: str, message: str | None, took_ms: float
    ) -> AuditStamp | None:
        """Record what became of an action.

        A database that fails now must not hide what the PBX did: it is logged, and the asked row stays
        without an outcome until the next start.

        Args:
            asked: The row that told what was asked.
            outcome: ``done``, or the code of the error.
            message: The PBX's own words, or why it was not done.
            took_ms: Milliseconds from asking to the answer.
        """
        asked.origin.outcomes.append(outcome)
        facts = dataclasses.replace(
            asked.facts,
            kind=EntryKind.OUTCOME,
            outcome=outcome,
            message=None if message is None else clean_text(message),
            took_ms=round(took_ms, 3),
            asked_id=asked.stamp.id,
        )
        try:
            return self._log.append(facts)
        except (SQLAlchemyError, StorageUnavailable) as error:
            _log.error("audit_outcome_lost", asked=asked.stamp.id, outcome=outcome, why=str(error))
            return None

    def record_refusal(self, actor: Actor | None, outcome: str, message: str) -> None:
        """Record a write of the present request that was refused before anything was sent.

        Args:
            actor: Who asked; None where nobody is recognised.
            outcome: The code of the error.
            message: Why.
        """
        self.record_event(actor, outcome, message, kind=EntryKind.REFUSED)

    def record_event(
        self,
        actor: Actor | None,
        outcome: str = DONE,
        message: str | None = None,
        *,
        kind: EntryKind = EntryKind.EVENT,
        username: str | None = None,
    ) -> None:
        """Record something that the present request did, or was refused, without an action.

        Args:
            actor: Who asked; None where nobody is recognised.
            outcome: ``done``, or the code of the error.
            message: What was done, or why not.
            kind: What the row tells of.
            username: The name that somebody gave at a login that failed.

        Raises:
            StorageUnavailable: It cannot be recorded: what was to be done must not be.
        """
        origin = self._read_origin()
        if actor is None and origin.via == "none":
            left_out = self._row_budget.spend()
            if left_out is None:
                origin.outcomes.append(outcome)
                return
            if left_out:
                message = f"{message or ''} ({left_out} more before this were not recorded)".strip()
        facts = _describe(origin, actor)
        pbx = origin.body.get("pbx") if isinstance(origin.body, dict) else None
        queue = origin.body.get("queue") if isinstance(origin.body, dict) else None
        self._log.append(
            dataclasses.replace(
                facts,
                kind=kind,
                outcome=outcome,
                message=None if message is None else clean_text(message),
                username=facts.username if username is None else clean_text(username, 64),
                pbx=clean_text(pbx, 32) if isinstance(pbx, str) else None,
                queue=clean_text(queue, 255) if isinstance(queue, str) else None,
            )
        )
        origin.outcomes.append(outcome)

    def record_change(self, actor: Actor | None, message: str) -> None:
        """Record a change of the settings that is stored already.

        A database that fails now must not hide that: the row that is lost is logged.

        Args:
            actor: Who asked.
            message: What was done.
        """
        try:
            self.record_event(actor, message=message)
        except (SQLAlchemyError, StorageUnavailable) as error:
            _log.error("audit_row_lost", done=message, why=str(error))

    def settle_interrupted(self) -> int:
        """Record "outcome unknown" for every action without a recorded outcome; call it at a start."""
        return self._log.settle_interrupted(INTERRUPTED, OutcomeUnknown.code)

    def page(self, actor: Actor, asked: AuditPageQuery) -> AuditPage:
        """Return the newest rows that match, newest first, by ``audit.read``."""
        rows = self._log.page(_limit(actor, asked), asked.limit, asked.cursor)
        cursor = rows[-1]["id"] if len(rows) == asked.limit else None
        return AuditPage(tuple(map(read_entry, rows)), cursor)

    def walk(self, actor: Actor, asked: AuditFilter) -> Iterator[RowMapping]:
        """Return all rows that match, oldest first, by ``audit.read``; read bit by bit."""
        return self._log.walk(_limit(actor, asked))


def _limit(actor: Actor, asked: AuditFilter) -> AuditQuery:
    """Return what an actor may see of a filter: PBXes and queues in its scope, and what it did itself."""
    return AuditQuery(
        **asked.model_dump(include=set(AuditFilter.model_fields)),
        pbx_scope=actor.pbx_scope,
        queue_scope=actor.queue_scope,
        reader=actor.user_id,
    )


def _describe(origin: Origin, actor: Actor | None) -> AuditFacts:
    """Return the facts that every row has: who asked, and from where."""
    facts = AuditFacts(
        kind=EntryKind.EVENT,
        outcome=DONE,
        username=clean_text(origin.username, 64),
        via=origin.via,
        token_id=origin.token_id,
        session_id=None if origin.session_id is None else _shorten(origin.session_id),
        address=None if origin.address is None else clean_text(origin.address, 64),
        request_id=origin.request_id,
        route=clean_text(origin.route, 255),
        asked=None if origin.body is None else encode_json(mask_fields(origin.body)),
    )
    if actor is None:
        return facts
    return dataclasses.replace(
        facts, user_id=actor.user_id, username=actor.username, role=actor.role, via=actor.via
    )


def _shorten(session_id: str) -> str:
    """Return a name for a session that cannot be used in its place."""
    return hashlib.sha256(session_id.encode("utf-8", "replace")).hexdigest()[:16]
