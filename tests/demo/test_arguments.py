"""Arguments and options of applications are taken apart as Asterisk does."""

from __future__ import annotations

import pytest

from amictl.demo.arguments import parse_options, split_arguments


@pytest.mark.parametrize(
    ("text", "limit", "arguments"),
    [
        ("support,tT,,,60", 9, ["support", "tT", "", "", "60", "", "", "", ""]),
        ("", 2, ["", ""]),
        ("a", 1, ["a"]),
        ("a,b,c,d", 2, ["a", "b,c,d"]),
        ('PJSIP/1,0,"Brown, Ann"', 4, ["PJSIP/1", "0", "Brown, Ann", ""]),
        (r"a\,b,c", 3, ["a,b", "c", ""]),
        ("f(1,2),[3,4]", 3, ["f(1,2)", "[3,4]", ""]),
        ('q,1.2,me,EVENT,"as, it"|stands', 5, ["q", "1.2", "me", "EVENT", '"as, it"|stands']),
    ],
)
def test_arguments_are_split_at_commas_outside_of_quotes_and_brackets(
    text: str, limit: int, arguments: list[str]
) -> None:
    assert split_arguments(text, limit) == arguments


def test_options_have_their_arguments() -> None:
    assert parse_options("tTb(handler^s^1)c") == {"t": "", "T": "", "b": "handler^s^1", "c": ""}
    assert parse_options("") == {}
    assert parse_options(r"b(sub^s^1(a,b))m(x\)y)") == {"b": "sub^s^1(a,b)", "m": "x)y"}
    assert parse_options("tb(never closed") == {"t": ""}
