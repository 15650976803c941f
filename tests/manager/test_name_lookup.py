"""Where a PBX is: one question to the resolver at a time, and an answer that outlives the name server."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from amictl.config import LinkSettings
from amictl.errors import LinkDown
from amictl.manager.name_lookup import NameLookup
from tests.asterisk.server import await_condition

SETTINGS = LinkSettings("main", "pbx.example.com", 5038, "amictl", "secret")
NEVER = threading.Event()
HERE, THERE = [("here",)], [("there",)]


class Resolver:
    """Answers what a test says, once it lets it."""

    def __init__(self) -> None:
        self.asked = 0
        self.answering = threading.Event()
        self.answer: list[tuple[str]] | Exception = HERE

    def __call__(self, *_arguments: object, **_options: object) -> list[tuple[str]]:
        self.asked += 1
        assert self.answering.wait(30)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    resolver = Resolver()
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    return resolver


def look_up(names: NameLookup, seconds: float = 30.0) -> list[tuple[str]]:
    return names.addresses(time.monotonic() + seconds, NEVER)


def test_attempts_that_come_while_a_name_server_is_silent_wait_for_one_question(resolver: Resolver) -> None:
    names = NameLookup(SETTINGS)
    for _ in range(5):
        with pytest.raises(LinkDown, match="was not resolved in time"):
            look_up(names, 0.0)
    assert resolver.asked == 1
    resolver.answering.set()
    assert look_up(names) == HERE


def test_an_answer_that_comes_after_its_attempt_serves_the_next(resolver: Resolver) -> None:
    names = NameLookup(SETTINGS)
    with pytest.raises(LinkDown):
        look_up(names, 0.0)
    resolver.answering.set()
    await_condition(lambda: bool(names._found))
    resolver.answering.clear()
    assert look_up(names, 0.0) == HERE
    resolver.answering.set()


def test_the_last_answer_is_used_while_the_name_server_is_away(resolver: Resolver) -> None:
    names = NameLookup(SETTINGS)
    resolver.answering.set()
    assert look_up(names) == HERE
    resolver.answer = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    assert look_up(names) == HERE
    resolver.answering.clear()
    assert look_up(names) == HERE
    resolver.answer = THERE
    resolver.answering.set()
    await_condition(lambda: names._found == THERE)
    assert look_up(names) == THERE


def test_a_name_that_is_gone_is_told_whatever_is_remembered(resolver: Resolver) -> None:
    names = NameLookup(SETTINGS)
    resolver.answering.set()
    assert look_up(names) == HERE
    resolver.answer = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    with pytest.raises(LinkDown, match="Name or service not known"):
        look_up(names)
