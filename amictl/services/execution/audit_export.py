"""Rows of the audit log as programs and spreadsheets read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from sqlalchemy import RowMapping

from amictl.services.execution.visible_text import show_controls

COLUMNS: Final = (
    "id", "at", "kind", "asked_id", "user_id", "username", "role", "via", "token_id", "session_id",
    "address", "request_id", "route", "pbx", "queue", "permission", "asked", "action", "headers", "outcome",
    "message", "took_ms", "previous_hash", "hash",
)  # fmt: skip
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - some take full width too
_ROWS_AT_ONCE: Final = 200


def describe_entry(row: RowMapping) -> dict[str, Any]:
    """Return a row for JSON, with what was asked and sent as JSON values instead of text."""
    entry = {name: row[name] for name in COLUMNS}
    entry["at"] = _format_instant(row["at"])
    for name in ("asked", "headers"):
        entry[name] = None if row[name] is None else orjson.loads(row[name])
    return entry


def write_json_lines(rows: Iterable[RowMapping]) -> Iterator[str]:
    """Yield the rows as JSON, one on each line."""
    for row in rows:
        yield show_controls(orjson.dumps(describe_entry(row)).decode()) + "\n"


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
    """Return the text in the buffer and empty it."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _make_cell(value: Any) -> str:  # noqa: ANN401 - a column's value
    """Return a column's value as a cell."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _format_instant(value)
    if not isinstance(value, str):
        return str(value)
    text = show_controls(value)
    return f"'{text}" if value.startswith(_FORMULA_STARTS) else text


def _format_instant(instant: datetime) -> str:
    """Return an instant as ISO 8601 in UTC, with microseconds as the hashes need them."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
