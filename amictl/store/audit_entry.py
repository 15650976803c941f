"""The audit log's table: rows are added at its end, and neither changed nor removed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, cast

from sqlalchemy import DDL, Double, RowMapping, String, Table, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from amictl.store.extensions import Base, UtcDateTime

FIRST_PREVIOUS_HASH: Final = "0" * 64
DONE: Final = "done"
PENDING: Final = "asked"


class EntryKind(StrEnum):
    """The kind of a row of the audit log.

    ``asked`` is committed before an action is sent and ``outcome`` after its reply; ``refused`` is a write of
    which nothing was sent; ``event`` is a login, a logout or a change of amictl's own settings.
    """

    ASKED = "asked"
    OUTCOME = "outcome"
    REFUSED = "refused"
    EVENT = "event"


class AuditRow(Base):
    """One row of the audit log; no foreign keys, as it outlives what it tells of.

    ``hash`` is the SHA-256 of all other columns, among them the hash of the row before: a change anywhere
    shows in every row after it.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    kind: Mapped[str] = mapped_column(String(16))
    asked_id: Mapped[int | None] = mapped_column(default=None, index=True)
    user_id: Mapped[int | None] = mapped_column(default=None)
    username: Mapped[str] = mapped_column(String(64), index=True)
    role: Mapped[str] = mapped_column(String(64))
    via: Mapped[str] = mapped_column(String(16))
    token_id: Mapped[int | None] = mapped_column(default=None)
    session_id: Mapped[str | None] = mapped_column(String(16), default=None)
    address: Mapped[str | None] = mapped_column(String(64), default=None)
    request_id: Mapped[str | None] = mapped_column(String(64), default=None)
    route: Mapped[str] = mapped_column(String(255))
    pbx: Mapped[str | None] = mapped_column(String(32), default=None)
    queue: Mapped[str | None] = mapped_column(String(255), default=None)
    permission: Mapped[str | None] = mapped_column(String(32), default=None)
    asked: Mapped[str | None] = mapped_column(Text, default=None)
    action: Mapped[str | None] = mapped_column(String(64), default=None)
    headers: Mapped[str | None] = mapped_column(Text, default=None)
    outcome: Mapped[str] = mapped_column(String(32))
    message: Mapped[str | None] = mapped_column(Text, default=None)
    took_ms: Mapped[float | None] = mapped_column(Double, default=None)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the audit log, kept beside it: rows cut off at the end are missed here.

    Its one row has the ID 1. ``settled_id`` is the row up to which every ``asked`` row has its outcome.
    """

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64), default=FIRST_PREVIOUS_HASH)
    settled_id: Mapped[int] = mapped_column(default=0)


ENTRIES: Final = cast("Table", AuditRow.__table__)
HEAD: Final = cast("Table", AuditHead.__table__)
_COLUMNS: Final = tuple(column.name for column in ENTRIES.columns if column.name != "hash")


def hash_entry(values: Mapping[str, Any] | RowMapping) -> str:
    """Return the hash of a row: SHA-256 over its columns but ``hash``, as JSON with sorted keys.

    Args:
        values: The row's columns; instants are written as ISO 8601 in UTC with microseconds.
    """
    canonical = {name: _to_json(values[name]) for name in _COLUMNS}
    text = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _to_json(value: Any) -> Any:  # noqa: ANN401 - a column's value
    """Return a column's value as JSON can say it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


APPEND_ONLY_TRIGGERS: Final = (
    """
    CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'rows of the audit log cannot be changed'); END
    """,
    """
    CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'rows of the audit log cannot be removed'); END
    """,
    # INSERT OR REPLACE would take a row away without firing the trigger above ("SQLite, lang_conflict").
    """
    CREATE TRIGGER audit_entry_at_end BEFORE INSERT ON audit_entry
    WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id >= NEW.id)
    BEGIN SELECT RAISE(ABORT, 'rows of the audit log can only be added at its end'); END
    """,
    """
    CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    BEGIN SELECT RAISE(ABORT, 'the end of the audit log cannot be removed'); END
    """,
)
"""SQLite's own refusal; a database owner can drop triggers, so ``flask audit verify`` looks at the hashes."""

for _statement in APPEND_ONLY_TRIGGERS[:3]:
    event.listen(ENTRIES, "after_create", DDL(_statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
_refuse_head_removal = DDL(APPEND_ONLY_TRIGGERS[3])  # type: ignore[no-untyped-call]
event.listen(HEAD, "after_create", _refuse_head_removal.execute_if(dialect="sqlite"))
