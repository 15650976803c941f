"""What the PBX tells of queues beyond the live picture."""

from __future__ import annotations

from typing import Any

from amictl.pbx.ami_values import read_int, read_text
from amictl.pbx.readings.raw import Reading
from amictl.protocol import Message


def read_queue_summary(message: Message) -> Reading:
    """Return a ``QueueSummary`` event; times are seconds."""
    return {
        "queue": message.get("Queue", ""),
        "logged_in": read_int(message.get("LoggedIn")),
        "available": read_int(message.get("Available")),
        "callers": read_int(message.get("Callers")),
        "hold_time": read_int(message.get("HoldTime")),
        "talk_time": read_int(message.get("TalkTime")),
        "longest_hold_time": read_int(message.get("LongestHoldTime")),
    }


def read_penalty_rules(message: Message) -> list[Reading]:
    """Return the penalty rules of a ``QueueRule`` response, each with its steps.

    The response has ``RuleList`` with a rule's name, then one ``Rule`` for each step
    (Asterisk apps/app_queue.c, manager_queue_rule_show).
    """
    rules: list[Reading] = []
    for name, value in message.headers:
        if name == "RuleList":
            rules.append({"rule": value, "steps": []})
        elif name == "Rule" and rules:
            rules[-1]["steps"].append(_read_step(value))
    return rules


def _read_step(text: str) -> Reading:
    """Return ``seconds,maximum,minimum[,raise]``; a sign makes a penalty relative to the one before."""
    after, *penalties = text.split(",")
    step: dict[str, Any] = {"after": read_int(after)}
    padded = (*penalties, "", "", "")
    for name, value in zip(("max_penalty", "min_penalty", "raise_penalty"), padded, strict=False):
        shown = read_text(value)
        step[name] = read_int(shown)
        step[f"{name}_relative"] = None if shown is None else shown[0] in "+-"
    return step
