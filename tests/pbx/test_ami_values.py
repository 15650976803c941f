from __future__ import annotations

import pytest

from amictl.pbx.ami_values import (
    WORDS,
    read_duration,
    read_epoch,
    read_flag,
    read_float,
    read_int,
    read_percentage,
    read_seconds,
    read_text,
    read_word,
)


@pytest.mark.parametrize("text", [None, "", "<unknown>"])
def test_what_asterisk_does_not_know_is_none(text: str | None) -> None:
    assert read_text(text) is None


def test_any_other_text_is_kept_as_it_is() -> None:
    assert read_text(" unknown ") == " unknown "


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("00:01:02", 62.0), ("123:00:00", 442800.0), ("", None), (None, None), ("01:02", None), ("a:b:c", None)],
)
def test_durations_are_seconds(text: str | None, seconds: float | None) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize(("text", "value"), [("17", 17), ("-1", -1), ("", None), (None, None), ("x", None)])
def test_numbers_are_numbers_or_none(text: str | None, value: int | None) -> None:
    assert read_int(text) == value
    assert read_float(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("0", False), ("", None), (None, None), ("2", None)]
)
def test_flags_are_yes_no_or_unknown(text: str | None, value: bool | None) -> None:
    assert read_flag(text) is value


@pytest.mark.parametrize(
    ("text", "value"), [("1700000000", 1700000000.0), ("0", None), ("", None), (None, None)]
)
def test_zero_is_never(text: str | None, value: float | None) -> None:
    assert read_epoch(text) == value


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30", 30), ("0", 0), ("-1", None), ("18446744073709551611", None), ("3000000000", None)],
)
def test_nothing_takes_less_than_no_time_however_asterisk_prints_that(text: str, seconds: int | None) -> None:
    assert read_seconds(text) == seconds


@pytest.mark.parametrize(("text", "value"), [("97.5", 97.5), ("nan", None), ("100.1", None), ("-0.1", None)])
def test_a_share_is_no_more_than_all(text: str, value: float | None) -> None:
    assert read_percentage(text) == value


@pytest.mark.parametrize("text", ["-1", "1e300", "253402300800", "nan"])
def test_a_time_of_no_calendar_is_none(text: str) -> None:
    assert read_epoch(text) is None


def test_words_are_held_once_and_not_without_a_bound() -> None:
    assert read_word(b"internal".decode()) is read_word(b"internal".decode())
    for number in range(5000):
        read_word(f"word-{number}")
    assert len(WORDS) <= 4096
    long = "x" * 101
    assert read_word(long) == long
    assert long not in WORDS
