from __future__ import annotations

import pytest

from amictl.pbx.values import read_duration, read_epoch, read_flag, read_float, read_int, read_text


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
