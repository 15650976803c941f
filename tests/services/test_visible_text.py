"""What a terminal, a log or a sheet is given: every character that acts is an escape."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amictl.services.execution.audit_entries import COLUMNS, write_csv, write_json_lines
from amictl.services.execution.visible_text import show_controls, show_controls_in_cell

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("show", [show_controls, show_controls_in_cell])
def test_every_control_direction_and_surrogate_is_escaped(show: Callable[[str], str]) -> None:
    acting = [chr(number) for number in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xD800, 0xDFFF)]
    for character in (*acting, *BIDI):
        if show is show_controls and character in "\n\t":
            continue
        assert show(f"a{character}b") == f"a\\u{ord(character):04x}b"


@given(st.text(st.characters()))
def test_whatever_comes_out_can_be_printed_and_acts_no_more(text: str) -> None:
    shown = show_controls_in_cell(text)
    shown.encode()
    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(shown) & set(BIDI)


@pytest.mark.parametrize("text", ["Zoë Мария 中文 عربى 👩‍👩‍👧 \xa0x", "a\tb\nc", r"back\slash"])
def test_what_only_is_read_stays(text: str) -> None:
    assert show_controls(text) == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_stays_json_and_says_the_same(text: str) -> None:
    assert json.loads(show_controls(json.dumps({"text": text}, ensure_ascii=False))) == {"text": text}


def make_row(message: str) -> dict[str, object]:
    return dict.fromkeys(COLUMNS) | {"id": 1, "at": datetime(2026, 1, 1, tzinfo=UTC), "message": message}


def test_the_audit_log_is_exported_with_escapes_and_without_formulas() -> None:
    message = "=HYPERLINK(1)\x1b]0;owned\x07\u202e\x9b"
    written = "".join(write_csv([make_row(message)]))  # type: ignore[list-item] - read as a mapping
    (row,) = csv.DictReader(io.StringIO(written))
    assert row["message"] == r"'=HYPERLINK(1)\u001b]0;owned\u0007\u202e\u009b"
    (line,) = write_json_lines([make_row(message)])  # type: ignore[list-item] - read as a mapping
    assert line.rstrip("\n").isprintable()
    assert json.loads(line)["message"] == message


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])  # noqa: RUF001
def test_no_cell_begins_as_a_formula(start: str) -> None:
    written = "".join(write_csv([make_row(f"{start}1")]))  # type: ignore[list-item] - read as a mapping
    (row,) = csv.DictReader(io.StringIO(written))
    assert row["message"].startswith("'")
