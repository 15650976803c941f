"""The audit log: adding rows, reading them by page, and proving that none was touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    RowMapping,
    Select,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from amictl.store.audit_entry import ENTRIES, FIRST_PREVIOUS_HASH, HEAD, EntryKind, hash_entry
from amictl.store.extensions import DatabaseSession
from amictl.store.models import read_utc_clock
from amictl.store.serial_writer import SerialWriter

_HEAD_ID = 1
_CHUNK = 500
_COMMAND_GRACE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class AuditFacts:
    """The content of one row; the log adds the number, the time and the hashes.

    Args:
        kind: The kind of row.
        outcome: ``done``, ``asked`` while it is not known, or the code of the error.
        user_id: The actor's user; None where nobody was recognised.
        username: The actor's name, or the name that somebody tried to log in with.
        role: The actor's role.
        via: ``session``, ``token``, ``command``, ``none`` or ``amictl`` itself.
        token_id: The token, for a program.
        session_id: A name of the login session that does not tell the session's own ID.
        address: Where the request came from.
        request_id: The request's name in the log and in its answer.
        route: Method and path, or the command line's command.
        pbx: The PBX that it is about.
        queue: The queue that it is about.
        permission: What it needed.
        asked: The request's body as JSON, secrets masked.
        action: The AMI action.
        headers: The action's headers as a JSON array of pairs, secrets masked.
        message: The PBX's own words, or why it was refused.
        took_ms: Milliseconds from asking the PBX to its answer.
        asked_id: For an outcome: the row that told what was asked.
    """

    kind: EntryKind
    outcome: str
    user_id: int | None = None
    username: str = ""
    role: str = ""
    via: str = "none"
    token_id: int | None = None
    session_id: str | None = None
    address: str | None = None
    request_id: str | None = None
    route: str = ""
    pbx: str | None = None
    queue: str | None = None
    permission: str | None = None
    asked: str | None = None
    action: str | None = None
    headers: str | None = None
    message: str | None = None
    took_ms: float | None = None
    asked_id: int | None = None


@dataclass(frozen=True, slots=True)
class AuditStamp:
    """The number and the hash of a row, which tell its place in the chain."""

    id: int
    hash: str


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which rows to read; None takes all.

    Args:
        user: The actor's name.
        kind: The kind of row.
        route: A part of method and path.
        action: The AMI action, in any case of letters.
        pbx: The PBX.
        outcome: The outcome's code.
        since: The first instant.
        until: The instant after the last one.
        text: A part of what was asked, sent or answered.
        pbx_scope: The PBXes that the reader may see.
        queue_scope: The queues that the reader may see; of all other rows only the reader's own are read.
        reader: The reader's user ID.
    """

    user: str | None = None
    kind: str | None = None
    route: str | None = None
    action: str | None = None
    pbx: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None
    pbx_scope: frozenset[str] | None = None
    queue_scope: frozenset[str] | None = None
    reader: int | None = None


class AuditLog:
    """The rows of the audit log; there is no method that changes or removes one.

    Args:
        writer: Writes one row after the other.
        session: Reads, in the present application context.
        clock: Returns the present instant, aware.
    """

    def __init__(
        self,
        writer: SerialWriter,
        session: DatabaseSession,
        clock: Callable[[], datetime] = read_utc_clock,
    ) -> None:
        self._writer = writer
        self._session = session
        self._clock = clock

    def append(self, facts: AuditFacts) -> AuditStamp:
        """Add a row at the end and commit it; needs no application context."""
        values = asdict(facts)
        with self._writer.begin() as connection:
            return _append(connection, {**values, "kind": str(facts.kind), "at": self._clock()})

    def settle_interrupted(self, message: str, outcome: str) -> int:
        """Add an outcome row, which says that the outcome is unknown, for every asked row without one.

        Call it at a start, before anything is sent. The rows of commands are left alone for a minute:
        a command is a process of its own, which may still wait for its answer.

        Args:
            message: What the new rows say.
            outcome: The code that they carry.

        Returns:
            How many rows were added.
        """
        now = self._clock()
        with self._writer.begin() as connection:
            head = _lock_head(connection)
            pending = connection.execute(_select_unsettled(head.settled_id)).all()
            settled = 0
            for row in pending:
                if row.via == "command" and now - row.at < _COMMAND_GRACE:
                    continue
                values = {
                    **row._mapping,  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
                    "kind": str(EntryKind.OUTCOME),
                    "at": now,
                    "asked_id": row.id,
                    "outcome": outcome,
                    "message": message,
                }
                _append(connection, values)
                settled += 1
            if settled == len(pending):
                last = connection.execute(select(HEAD.c.entry_id).where(HEAD.c.id == _HEAD_ID)).scalar_one()
                connection.execute(update(HEAD).where(HEAD.c.id == _HEAD_ID).values(settled_id=last))
        return settled

    def page(self, query: AuditQuery, limit: int, before: int | None = None) -> Sequence[RowMapping]:
        """Return the newest rows that match, newest first.

        Args:
            query: Which rows.
            limit: How many at most.
            before: Only rows with a smaller number than this.
        """
        statement = select(ENTRIES).where(*_conditions_of(query)).order_by(ENTRIES.c.id.desc())
        if before is not None:
            statement = statement.where(ENTRIES.c.id < before)
        return self._session.execute(statement.limit(limit)).mappings().all()

    def walk(self, query: AuditQuery = AuditQuery()) -> Iterator[RowMapping]:
        """Yield the rows that match, oldest first, in chunks: no connection is held in between."""
        last: int | None = None
        while True:
            statement = select(ENTRIES).where(*_conditions_of(query)).order_by(ENTRIES.c.id)
            if last is not None:
                statement = statement.where(ENTRIES.c.id > last)
            rows = self._session.execute(statement.limit(_CHUNK)).mappings().all()
            self._session.rollback()
            yield from rows
            if len(rows) < _CHUNK:
                return
            last = rows[-1]["id"]

    def read_head(self) -> AuditStamp | None:
        """Return number and hash of the last row, as kept beside the log; None when they are missing."""
        head = self._session.execute(select(HEAD).where(HEAD.c.id == _HEAD_ID)).one_or_none()
        self._session.rollback()
        return None if head is None else AuditStamp(head.entry_id, head.hash)


def _append(connection: Connection, values: dict[str, object]) -> AuditStamp:
    """Add a row after the present end, and move the end."""
    head = _lock_head(connection)
    number = head.entry_id + 1
    values = {**values, "id": number, "previous_hash": head.hash}
    values["hash"] = hash_entry(values)
    connection.execute(insert(ENTRIES), values)
    connection.execute(update(HEAD).where(HEAD.c.id == _HEAD_ID).values(entry_id=number, hash=values["hash"]))
    return AuditStamp(number, str(values["hash"]))


def _lock_head(connection: Connection) -> Row[Any]:
    """Return the end of the log; other databases than SQLite lock its row here until the commit."""
    statement = select(HEAD).where(HEAD.c.id == _HEAD_ID).with_for_update()
    head = connection.execute(statement).one_or_none()
    if head is None:
        last = connection.execute(
            select(ENTRIES.c.id, ENTRIES.c.hash).order_by(ENTRIES.c.id.desc()).limit(1)
        ).one_or_none()
        connection.execute(
            insert(HEAD).values(
                id=_HEAD_ID,
                entry_id=0 if last is None else last.id,
                hash=FIRST_PREVIOUS_HASH if last is None else last.hash,
                settled_id=0,
            )
        )
        head = connection.execute(statement).one()
    return head


def _select_unsettled(settled_id: int) -> Select[Any]:
    """Return the query for the asked rows without an outcome, after those known to have one."""
    outcome = ENTRIES.alias()
    return (
        select(ENTRIES)
        .where(
            ENTRIES.c.id > settled_id,
            ENTRIES.c.kind == str(EntryKind.ASKED),
            ~exists().where(outcome.c.asked_id == ENTRIES.c.id),
        )
        .order_by(ENTRIES.c.id)
    )


def _conditions_of(query: AuditQuery) -> list[ColumnElement[bool]]:
    """Return the conditions that a row must fulfil to match."""
    exact = {
        ENTRIES.c.username: query.user,
        ENTRIES.c.kind: query.kind,
        ENTRIES.c.pbx: query.pbx,
        ENTRIES.c.outcome: query.outcome,
    }
    conditions: list[ColumnElement[bool]] = [
        column == value for column, value in exact.items() if value is not None
    ]
    if query.route is not None:
        conditions.append(ENTRIES.c.route.icontains(query.route, autoescape=True))
    if query.action is not None:
        conditions.append(func.lower(ENTRIES.c.action) == query.action.lower())
    if query.since is not None:
        conditions.append(ENTRIES.c.at >= query.since)
    if query.until is not None:
        conditions.append(ENTRIES.c.at < query.until)
    if query.text is not None:
        columns = (ENTRIES.c.asked, ENTRIES.c.headers, ENTRIES.c.message, ENTRIES.c.username)
        conditions.append(or_(*(column.icontains(query.text, autoescape=True) for column in columns)))
    if query.pbx_scope is not None:
        conditions.append(ENTRIES.c.pbx.in_(query.pbx_scope))
    if query.queue_scope is not None:
        visible: list[ColumnElement[bool]] = [ENTRIES.c.queue.in_(query.queue_scope)]
        if query.reader is not None:
            visible.append(ENTRIES.c.user_id == query.reader)
        conditions.append(or_(*visible))
    return conditions
