"""What a dialled number means in the demo's dialplan: patterns, includes, labels and hints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amictl.demo.extensions import Extensions, Step, could_begin, matches, specificity
from amictl.demo.world import CONFIGURATION

DIGITS = st.text("0123456789*#", min_size=1, max_size=12)
PLACES = st.sampled_from(["X", "Z", "N", "[2-4]", "[5*]", "0", "7", "#"])
PATTERNS = st.builds(
    lambda places, ending: "_" + "".join(places) + ending,
    st.lists(PLACES, min_size=1, max_size=8),
    st.sampled_from(["", ".", "!"]),
)
FILE = """
[general]
autofallthrough = yes
[globals]
RING = 20
[desk]
include => outside
exten => 100,1,NoOp(first)
 same => n(ring),Dial(PJSIP/100,${RING})
 same => n,Hangup()
exten => _1XX,1,NoOp(any)
exten => _1[0-5]X,1,NoOp(some)
exten => 100,hint,PJSIP/100&Custom:x
[outside]
exten => _0X.,1,Dial(PJSIP/${EXTEN}@carrier)
"""


@pytest.fixture
def extensions(tmp_path: Path) -> Extensions:
    path = tmp_path / "extensions.conf"
    path.write_text(FILE, encoding="utf-8")
    return Extensions(path)


def slow_match(pattern: str, digits: str) -> bool:
    """The same by a regular expression, as Asterisk's manual explains patterns."""
    classes = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]", ".": ".+", "!": ".*"}
    parts = re.findall(r"\[[^\]]+\]|.", pattern[1:])
    made = "".join(classes.get(part, part if part.startswith("[") else re.escape(part)) for part in parts)
    return re.fullmatch(made, digits) is not None


@given(PATTERNS, DIGITS)
def test_a_pattern_means_the_numbers_that_the_manual_says(pattern: str, digits: str) -> None:
    assert matches(pattern, digits) is slow_match(pattern, digits)


@given(PATTERNS, DIGITS)
def test_whoever_dials_a_number_of_a_pattern_was_on_the_way_to_it_with_each_digit(
    pattern: str, digits: str
) -> None:
    if matches(pattern, digits):
        assert all(could_begin(pattern, digits[:length]) for length in range(1, len(digits) + 1))


@given(st.lists(PATTERNS, min_size=2, max_size=6))
def test_patterns_with_an_open_end_come_after_those_that_are_longer_by_a_digit(patterns: list[str]) -> None:
    for pattern in patterns:
        stem = pattern.rstrip(".!")
        assert specificity(f"{stem}X") < specificity(f"{stem}.") < specificity(f"{stem}!")


@pytest.mark.parametrize(
    ("exten", "data"),
    [("100", "first"), ("101", "some"), ("150", "some"), ("160", "any")],
)
def test_the_number_itself_comes_before_the_narrowest_pattern(
    extensions: Extensions, exten: str, data: str
) -> None:
    assert extensions.step("desk", exten, 1) == Step("NoOp", data)


def test_what_is_included_is_found_and_nothing_else(extensions: Extensions) -> None:
    assert extensions.step("desk", "0171", 1) == Step("Dial", "PJSIP/${EXTEN}@carrier")
    assert extensions.find("outside", "100") is None
    assert extensions.find("nowhere", "100") is None


def test_labels_hints_and_globals_are_read(extensions: Extensions) -> None:
    assert extensions.label("desk", "100", "ring") == 2
    assert extensions.label("desk", "100", "nothing") is None
    hint = extensions.hint("desk", "100")
    assert hint is not None
    assert (hint[0], hint[1].hint) == ("desk", "PJSIP/100&Custom:x")
    assert extensions.globals == {"RING": "20"}


def test_what_a_module_adds_is_found_until_it_is_taken_out(extensions: Extensions) -> None:
    assert extensions.find("desk", "700") is None
    extensions.add("desk", "700", 1, Step("Park"), label="park", registrar="res_parking")
    assert extensions.label("desk", "700", "park") == 1
    assert not extensions.remove("desk", "700", 2)
    assert extensions.remove("desk", "700", 1)
    assert extensions.find("desk", "700") is None
    assert not extensions.remove("desk", "700")


@pytest.mark.parametrize("line", ["exten => 1,first,NoOp()", "exten => 1,1,()", "switch => Realtime"])
def test_a_line_that_is_not_understood_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "extensions.conf"
    path.write_text(f"[desk]\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="desk"):
        Extensions(path)


def test_more_digits_are_waited_for_only_where_they_could_mean_something() -> None:
    extensions = Extensions(CONFIGURATION / "extensions.conf")
    assert extensions.can_go_on("from-phones", "100")
    assert not extensions.can_go_on("from-phones", "1002")
