"""Rows of the audit log: which are asked for, and how programs and spreadsheets read them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import AwareDatetime, BeforeValidator, Field, StrictStr
from pydantic_core import PydanticCustomError
from sqlalchemy import RowMapping

from amictl.pbx.payloads.times import format_instant
from amictl.pbx.value import About
from amictl.services.execution.visible_text import show_controls
from amictl.services.requests import Fields, PbxName
from amictl.services.results import Result, write_result

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - some take full width too
_ROWS_AT_ONCE: Final = 200
_NUMBER: Final = re.compile(r"[\s+\-.\d]*")
_LARGEST_ID: Final = 2**53


def _refuse_number(value: object) -> object:
    """Check that an instant is not given as a number, which pydantic would take for seconds since 1970."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        raise PydanticCustomError("instant", "Write ISO 8601 with a zone, such as 2026-01-31T08:00:00Z")
    return value


Kind = Literal["asked", "outcome", "refused", "event"]
Instant = Annotated[AwareDatetime, BeforeValidator(_refuse_number)]
_Part = Annotated[StrictStr, Field(max_length=255)]


class AuditFilter(Fields):
    """Which rows of the audit log."""

    user: Annotated[_Part | None, Field(description="The actor's name")] = None
    kind: Annotated[Kind | None, Field(description="What the row tells of")] = None
    route: Annotated[_Part | None, Field(description="A part of method and path, such as originate/")] = None
    action: Annotated[_Part | None, Field(description="The AMI action, such as QueuePause")] = None
    pbx: Annotated[PbxName | None, Field(description="The PBX")] = None
    outcome: Annotated[_Part | None, Field(description="done, asked, or an error's code")] = None
    since: Annotated[Instant | None, Field(alias="from", description="The first instant, with its zone")] = (
        None
    )
    until: Annotated[
        Instant | None, Field(alias="to", description="The instant after the last one, with its zone")
    ] = None
    text: Annotated[
        _Part | None, Field(description="A part of what was asked, sent or answered, or of the name")
    ] = None


class AuditPageQuery(AuditFilter):
    """One page of rows."""

    limit: Annotated[int, Field(ge=1, le=500, description="Rows on a page")] = 100
    cursor: Annotated[
        int | None, Field(ge=1, le=_LARGEST_ID, description="next_cursor of the page before")
    ] = None


class AuditExportQuery(AuditFilter):
    """All rows that match, as a file."""

    format: Annotated[
        Literal["csv", "jsonl"], Field(description="CSV with a heading, or one JSON object a line")
    ] = "jsonl"


class AuditEntry(Result, frozen=True):
    """One row of the audit log."""

    id: int
    at: datetime
    kind: Annotated[Kind, About("asked is written before an action is sent, outcome after its reply")]
    asked_id: Annotated[int | None, About("For an outcome: the row that told what was asked")]
    user_id: int | None
    username: str
    role: str
    via: Annotated[str, About("session, token, command, or none for a stranger")]
    token_id: int | None
    session_id: Annotated[str | None, About("A name of the login session, not its secret")]
    address: str | None
    request_id: Annotated[str | None, About("As in the answer's X-Request-ID and in the log")]
    route: str
    pbx: str | None
    queue: str | None
    permission: str | None
    asked: Annotated[Any, About("The request's fields, secrets masked")]
    action: Annotated[str | None, About("The AMI action")]
    headers: Annotated[Any, About("The action's headers as pairs, secrets masked")]
    outcome: Annotated[str, About("done, asked while it is not known, or an error's code")]
    message: Annotated[str | None, About("The PBX's own words, or why it was refused")]
    took_ms: float | None
    previous_hash: str
    hash: Annotated[str, About("SHA-256 of this row with the hash of the one before")]


class AuditPage(Result, frozen=True):
    """Rows, newest first."""

    entries: tuple[AuditEntry, ...]
    next_cursor: Annotated[int | None, About("Send it as cursor for older rows; null at the end")]


COLUMNS: Final = AuditEntry.__struct_fields__


def read_entry(row: RowMapping) -> AuditEntry:
    """Return a row with what was asked and sent as values instead of text."""
    texts = {name: None if row[name] is None else orjson.loads(row[name]) for name in ("asked", "headers")}
    return AuditEntry(**{name: row[name] for name in COLUMNS} | texts)


def write_json_lines(rows: Iterable[RowMapping]) -> Iterator[str]:
    """Yield the rows as JSON, one on each line."""
    for row in rows:
        yield show_controls(orjson.dumps(write_result(read_entry(row))).decode()) + "\n"


def write_csv(rows: Iterable[RowMapping]) -> Iterator[str]:
    """Yield the rows as CSV with a heading ("RFC 4180").

    A text that a spreadsheet would run as a formula gets an apostrophe before it, and what would act on a
    terminal is escaped.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for number, row in enumerate(rows, start=1):
        writer.writerow([_make_cell(row[name]) for name in COLUMNS])
        if number % _ROWS_AT_ONCE == 0:
            yield _empty(buffer)
    yield _empty(buffer)


def _empty(buffer: io.StringIO) -> str:
    """Return what was written so far, and begin anew."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _make_cell(value: Any) -> str:  # noqa: ANN401 - a column's value
    """Return a column's value as a cell."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return format_instant(value)
    if not isinstance(value, str):
        return str(value)
    text = show_controls(value)
    return f"'{text}" if value.startswith(_FORMULA_STARTS) else text
