"""Configuration files are read as Asterisk reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from amictl.demo.configuration import (
    is_false,
    is_true,
    parse_configuration,
    read_configuration,
    to_integer,
)
from amictl.errors import ConfigurationError


def test_a_section_has_its_settings_in_order_and_the_last_of_a_name_wins() -> None:
    (section,) = parse_configuration("[support]\nmember => A/1\nmember=A/2\n timeout = 5 \ntimeout=7\n")
    assert section.name == "support"
    assert section.all("member") == ["A/1", "A/2"]
    assert section.get("TIMEOUT") == "7"
    assert section.get("retry", "5") == "5"


def test_comments_go_and_escaped_semicolons_stay() -> None:
    text = (
        "[a] ; one\nx = 1 ; two\ny = a\\;b;c\n;-- gone\nz = 1\n;-- deeper --; still gone\n--;\n"
        "v = before;-- in --;after\n;--- a rule\nw = 2\n"
    )
    (section,) = parse_configuration(text)
    assert [(each.name, each.value) for each in section.settings] == [
        ("x", "1"),
        ("y", "a;b"),
        ("v", "beforeafter"),
        ("w", "2"),
    ]


def test_templates_are_inherited_from_and_are_no_sections() -> None:
    text = "[base](!)\nstrategy=ringall\ntimeout=3\n[one](base)\ntimeout=4\n[two](base)\n[one](+)\nretry=9\n"
    one, two = parse_configuration(text)
    assert (one.get("strategy"), one.get("timeout"), one.get("retry")) == ("ringall", "4", "9")
    assert (two.get("timeout"), two.get("retry")) == ("3", "")
    assert two.templates == ["base"]


def test_two_sections_of_one_name_stay_two() -> None:
    first, second = parse_configuration("[1001]\ntype=auth\n[1001]\ntype=aor\n")
    assert (first.get("type"), second.get("type")) == ("auth", "aor")


def test_a_value_is_lengthened() -> None:
    (section,) = parse_configuration("[a]\nx = 1\nx += ,2\ny += 3\n")
    assert (section.get("x"), section.get("y")) == ("1 ,2", "3")


def test_files_are_included(tmp_path: Path) -> None:
    (tmp_path / "main.conf").write_text('[a]\n#include "more.conf"\n#tryinclude nothing.conf\ny = 2\n')
    (tmp_path / "more.conf").write_text("x = 1\n[b]\n")
    a, b = read_configuration(tmp_path / "main.conf")
    assert (a.get("x"), a.get("y"), b.get("y")) == ("1", "", "2")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1\n", "line 1: a setting before"),
        ("[a\n", "no closing ]"),
        ("[a](b\n", r"no closing \)"),
        ("\n[a](b)\n", r"line 2: there is no section \[b\]"),
        ("[a]\nwhat\n", "line 2: no = in it"),
        ("[a]\n#exec x\n", "only #include"),
        ("[a]\n#include nothing.conf\n", "there is no nothing.conf"),
    ],
)
def test_what_asterisk_would_not_read_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        parse_configuration(text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing\.conf: No such file"):
        read_configuration(tmp_path / "missing.conf")


def test_words_and_numbers_are_those_of_asterisk() -> None:
    assert all(map(is_true, ("yes", "TRUE", "y", "t", "1", "On")))
    assert all(map(is_false, ("no", "False", "n", "f", "0", "off")))
    assert not is_true("2")
    assert not is_false("2")
    assert not is_true(None)
    assert [to_integer(text) for text in ("12", " -3x", "+4", "x1", "", None)] == [12, -3, 4, 0, 0, 0]
