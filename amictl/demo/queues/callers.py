"""What a caller brings along into a queue, and how that changes with the time it waits."""

from __future__ import annotations

import re
from typing import Final

from amictl.demo.channels import Channel
from amictl.demo.functions import read_value
from amictl.demo.queues.queue import Entry
from amictl.demo.queues.rules import NO_LIMIT, Penalties

_NUMBER: Final = re.compile(r"\s*([+-]?\d+)")


def make_entry(channel: Channel, now: int, limit: int | None) -> Entry:
    """Return the caller that a channel is, by its variables ``QUEUE_…``.

    Args:
        channel: The channel.
        now: Unix seconds.
        limit: For how many seconds it waits at most; None is without end.
    """
    return Entry(
        channel,
        started=now,
        expires=0 if limit is None else now + limit,
        priority=_read_number(channel, "QUEUE_PRIO", 0),
        penalties=_read_penalties(channel),
    )


def apply_rules(entry: Entry, now: int) -> None:
    """Change what penalties a caller accepts, where it has waited long enough, and tell it in variables."""
    while entry.rules and now - entry.started >= entry.rules[0].time:
        rule, *entry.rules = entry.rules
        after = entry.penalties = rule.apply(entry.penalties)
        raised = f"{'r' if after.raise_respects_minimum else ''}{after.raised}"
        for name, limit, text in (
            ("QUEUE_MAX_PENALTY", after.maximum, str(after.maximum)),
            ("QUEUE_MIN_PENALTY", after.minimum, str(after.minimum)),
            ("QUEUE_RAISE_PENALTY", after.raised, raised),
        ):
            if limit != NO_LIMIT:
                entry.channel.set_variable(name, text)


def _read_penalties(channel: Channel) -> Penalties:
    raised = read_value(channel.world, channel, "QUEUE_RAISE_PENALTY")
    number = _NUMBER.match(raised.removeprefix("r"))
    return Penalties(
        maximum=_read_number(channel, "QUEUE_MAX_PENALTY", NO_LIMIT),
        minimum=_read_number(channel, "QUEUE_MIN_PENALTY", NO_LIMIT),
        raised=int(number[1]) if number else NO_LIMIT,
        raise_respects_minimum=raised.startswith("r"),
    )


def _read_number(channel: Channel, variable: str, default: int) -> int:
    found = _NUMBER.match(read_value(channel.world, channel, variable))
    return int(found[1]) if found else default
