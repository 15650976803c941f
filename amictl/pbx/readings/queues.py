"""What the PBX tells of queues beyond the live picture."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET

from amictl.pbx.ami_values import read_int, read_text
from amictl.pbx.readings.raw import Raw, show_raw
from amictl.pbx.value import About, Value
from amictl.protocol import Message


class QueueSummary(Value, frozen=True):
    """The numbers of a queue; times are seconds."""

    queue: str
    logged_in: Annotated[int | None, About("Members that are there")]
    available: Annotated[int | None, About("Members that could take a call")]
    callers: int | None
    hold_time: int | None
    talk_time: int | None
    longest_hold_time: int | None
    raw: Raw = UNSET


class PenaltyStep(Value, frozen=True):
    """What a caller's penalties become after some waiting; a relative one changes the one before."""

    after: Annotated[int | None, About("Seconds of waiting")]
    max_penalty: int | None
    max_penalty_relative: bool | None
    min_penalty: int | None
    min_penalty_relative: bool | None
    raise_penalty: int | None
    raise_penalty_relative: bool | None


class PenaltyRule(Value, frozen=True):
    """A penalty rule."""

    rule: str
    steps: tuple[PenaltyStep, ...]


def read_queue_summary(message: Message, *, raw: bool = False) -> QueueSummary:
    """Return a ``QueueSummary`` event, with itself where that is wanted."""
    return QueueSummary(
        message.get("Queue", ""),
        logged_in=read_int(message.get("LoggedIn")),
        available=read_int(message.get("Available")),
        callers=read_int(message.get("Callers")),
        hold_time=read_int(message.get("HoldTime")),
        talk_time=read_int(message.get("TalkTime")),
        longest_hold_time=read_int(message.get("LongestHoldTime")),
        raw=show_raw(raw, message),
    )


def read_penalty_rules(message: Message) -> tuple[PenaltyRule, ...]:
    """Return the penalty rules of a ``QueueRule`` response, each with its steps.

    The response has ``RuleList`` with a rule's name, then one ``Rule`` for each step
    (Asterisk apps/app_queue.c, manager_queue_rule_show).
    """
    rules: list[tuple[str, list[PenaltyStep]]] = []
    for name, value in message.headers:
        if name == "RuleList":
            rules.append((value, []))
        elif name == "Rule" and rules:
            rules[-1][1].append(_read_step(value))
    return tuple(PenaltyRule(rule, tuple(steps)) for rule, steps in rules)


def _read_step(text: str) -> PenaltyStep:
    """Return ``seconds,maximum,minimum[,raise]``; a sign makes a penalty relative to the one before."""
    after, maximum, minimum, raised, *_ = (*text.split(","), "", "", "")
    return PenaltyStep(
        read_int(after), *_read_penalty(maximum), *_read_penalty(minimum), *_read_penalty(raised)
    )


def _read_penalty(text: str) -> tuple[int | None, bool | None]:
    """Return a penalty, and whether it is relative."""
    shown = read_text(text)
    return read_int(shown), None if shown is None else shown[0] in "+-"
