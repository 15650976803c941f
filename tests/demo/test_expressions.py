"""Variables and expressions of the demo's dialplan, as Asterisk 22 evaluates them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amictl.demo.expressions import evaluate, is_true, substitute
from amictl.demo.functions import UnknownFunctionError, read_value, write_value
from amictl.demo.world import World

VALUES = {"EXTEN": "02079460101", "QUEUE": "support", "EMPTY": "", "N": "3", "INNER": "QUEUE"}
SMALL = st.integers(-1000, 1000)


def look_up(name: str) -> str:
    return VALUES.get(name, "")


# What a real Asterisk 22 put into UserEvent for each.
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("${QUEUE}", "support"),
        ("a${EMPTY}b", "ab"),
        ("${EXTEN:-3}", "101"),
        ("${EXTEN:2}", "079460101"),
        ("${EXTEN:0:3}", "020"),
        ("${EXTEN:-4:2}", "01"),
        ("${EXTEN:2:-3}", "079460"),
        ("${${INNER}}", "support"),
        ("$[1 + 2]", "3"),
        ("$[${N} * 2 + 1]", "7"),
        ("$[(1 + 2) * 3]", "9"),
        ("$[7 / 2]", "3.5"),
        ('$["${QUEUE}" = "support"]', "1"),
        ('$["${QUEUE}" != "support"]', "0"),
        ('$["${EMPTY}" = ""]', "1"),
        ("$[10 > 9]", "1"),
        ("$[abc < abd]", "1"),
        ("$[0 | 5]", "5"),
        ("$[4 & 0]", "0"),
        ("$[!0]", "1"),
        ("cost: 5$", "cost: 5$"),
        ("$[1 +]", "0"),
        ("$[]", ""),
        ("$[5 % 3]", "2"),
        ("$[3=3]", "1"),
        ("$[ab =~ b]", "1"),
        ("$[0.5 + 1]", "1.5"),
        ("${NOPE}", ""),
    ],
)
def test_what_stands_in_data_is_replaced(text: str, value: str) -> None:
    assert substitute(text, look_up) == value


@given(st.text(st.characters(exclude_characters="$")))
def test_a_text_without_a_dollar_stays_as_it_is(text: str) -> None:
    assert substitute(text, look_up) == text


@given(SMALL, SMALL, SMALL)
def test_sums_and_products_are_those_of_arithmetic(one: int, two: int, three: int) -> None:
    assert float(evaluate(f"{one} + {two} * {three}")) == one + two * three
    assert evaluate(f"{one} < {two}") == str(int(one < two))
    assert evaluate(f"({one} = {two}) | ({one} != {two})") == "1"


@given(st.text('0123456789+-*/%()&|<>=! "abc', max_size=30))
def test_no_expression_is_too_strange_to_have_a_value(expression: str) -> None:
    assert isinstance(evaluate(expression), str)


@pytest.mark.parametrize(
    ("value", "holds"),
    [("", False), ("0", False), (" 0", False), ("00", False), ("1", True), ("-1", True), ("no", True)],
)
def test_only_nothing_and_zero_do_not_hold(value: str, holds: bool) -> None:
    assert is_true(value) is holds


def test_functions_read_and_write_what_a_channel_is() -> None:
    world = World(start=1_796_057_400)
    phone = world.phones.get("1001")
    assert phone is not None
    channel = phone.dial("*97")
    assert channel is not None
    assert read_value(world, channel, "CALLERID(name)") == "Anna Schmidt"
    write_value(world, channel, "CALLERID(all)", '"Somebody Else" <99>')
    assert read_value(world, channel, "CALLERID(num)") == "99"
    write_value(world, channel, "CHANNEL(language)", "de")
    assert channel.language == "de"
    assert read_value(world, channel, "CHANNEL(state)") == "Ring"
    assert read_value(world, channel, "EXTEN") == "*97"
    assert read_value(world, channel, "CUT(QUEUES,|,2)") == "sales"
    assert read_value(world, channel, "LEN(four)") == "4"
    assert read_value(world, channel, "IF($[1]?yes:no)") in {"yes", "no"}
    assert read_value(world, None, "COMPANY") == "Harbour Supplies"
    with pytest.raises(UnknownFunctionError):
        read_value(world, channel, "NOSUCHTHING(1)")
    with pytest.raises(UnknownFunctionError):
        write_value(world, channel, "LEN(four)", "5")
