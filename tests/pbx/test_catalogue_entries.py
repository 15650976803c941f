"""The catalogue itself: whole, consistent, and written for people."""

from __future__ import annotations

import re

import pytest

from amictl.pbx.catalogue import CATALOGUE, FAMILIES, Kind, KnownAction, ReplyKind
from amictl.pbx.catalogue.entries import name_in_api

KNOWN = sorted(CATALOGUE.values(), key=lambda known: known.name)
CLASSES = {
    *("system", "call", "log", "verbose", "command", "agent", "user", "config", "dtmf", "reporting", "cdr"),
    *("dialplan", "originate", "agi", "cc", "aoc", "test", "security", "message"),
}  # Asterisk main/manager.c, perms


def test_every_action_is_there_once() -> None:
    names = [known.name for actions in FAMILIES.values() for known in actions]

    assert len(names) == len({name.lower() for name in names}) >= 165
    assert {name.lower() for name in names} == set(CATALOGUE)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_an_entry_is_consistent(known: KnownAction) -> None:
    names = [parameter.name for parameter in known.parameters]
    headers = [parameter.header.lower() for parameter in known.parameters]

    assert len(set(names)) == len(names)
    assert len(set(headers)) == len(headers)
    assert known.rights <= CLASSES
    assert known.reply is not ReplyKind.UNMARKED_LIST or not known.changes_pbx
    assert all(re.fullmatch(r"\d\d\.\d+\.\d+", release) for release in known.since)
    assert not known.successor or known.successor.lower() in CATALOGUE
    for parameter in known.parameters:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", parameter.name)
        assert bool(parameter.choices) == (parameter.kind is Kind.CHOICE)
        assert not parameter.pattern or parameter.hint or parameter.kind is Kind.VARIABLES
        re.compile(parameter.pattern)
    for rule in known.rules:
        named = set(re.findall(r"[a-z_]+\d?", rule.text))
        assert named & set(names)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_a_purpose_is_one_short_sentence(known: KnownAction) -> None:
    assert re.fullmatch(r"[A-Z][^.]{5,110}(\.conf)?[^.]*\.", known.purpose)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("CallerID", "caller_id"),
        ("Exten", "exten"),
        ("DAHDIChannel", "dahdi_channel"),
        ("Call-ID", "call_id"),
        ("Base64Body", "base64_body"),
        ("UnitAmount(0)", "unit_amount_0"),
        ("Action-000000", "action_000000"),
        ("URI", "uri"),
    ],
)
def test_a_header_has_a_name_in_snake_case(header: str, name: str) -> None:
    assert name_in_api(header) == name


def test_lists_that_ami_does_not_mark_are_those_that_the_protocol_knows() -> None:
    unmarked = {known.name for known in KNOWN if known.reply is ReplyKind.UNMARKED_LIST}

    assert unmarked == {"FAXSession", "FAXStats", "WaitEvent"}
