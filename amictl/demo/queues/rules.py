"""Penalty rules of queuerules.conf: how the penalties that a caller accepts change while the caller waits."""

from __future__ import annotations

from bisect import insort_right
from dataclasses import dataclass
from typing import Self

from amictl.demo.configuration import Configuration, to_integer

NO_LIMIT = 2**31 - 1  # C's INT_MAX: the penalty is not limited


@dataclass(frozen=True, slots=True)
class Amount:
    """A value of a rule: a number to set, or one to add (``+1``, ``-1``, or nothing at all)."""

    value: int = 0
    is_relative: bool = True

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the amount that a text says; an empty one changes nothing."""
        return cls(to_integer(text), not text or text[0] in "+-")

    def apply(self, before: int) -> int:
        """Return the new value; never below zero."""
        return max(0, before + self.value if self.is_relative else self.value)

    def __str__(self) -> str:
        """Write it as the answer to QueueRule does."""
        return f"{'+' if self.is_relative and self.value >= 0 else ''}{self.value}"


@dataclass(frozen=True, slots=True)
class Penalties:
    """The penalties that a caller accepts; ``NO_LIMIT`` where nothing was said.

    Attributes:
        raised: Members below this penalty count as if they had it.
        raise_respects_minimum: Members below the minimum are not raised.
    """

    maximum: int = NO_LIMIT
    minimum: int = NO_LIMIT
    raised: int = NO_LIMIT
    raise_respects_minimum: bool = False

    def judge(self, penalty: int) -> int | None:
        """Return the penalty that a member has for this caller, or None where it is out of bounds."""
        if (
            self.raised != NO_LIMIT
            and penalty < self.raised
            and not (self.raise_respects_minimum and self.minimum != NO_LIMIT and penalty < self.minimum)
        ):
            penalty = self.raised
        if self.maximum != NO_LIMIT and penalty > self.maximum:
            return None
        if self.minimum != NO_LIMIT and penalty < self.minimum:
            return None
        return penalty


@dataclass(frozen=True, slots=True)
class PenaltyRule:
    """One ``penaltychange`` of a rule.

    Attributes:
        time: Seconds of waiting after which it applies.
    """

    time: int
    maximum: Amount = Amount()
    minimum: Amount = Amount()
    raised: Amount = Amount()
    raise_respects_minimum: bool = False

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return what ``time,max[,min[,raise]]`` says, or None where Asterisk would ignore it."""
        time, comma, rest = text.partition(",")
        if not comma or to_integer(time) < 0:
            return None
        maximum, _, rest = rest.partition(",")
        minimum, _, raised = rest.partition(",")
        respects = raised.startswith("r")
        return cls(
            to_integer(time),
            Amount.read(maximum.strip()),
            Amount.read(minimum.strip()),
            Amount.read(raised.removeprefix("r").strip()),
            respects,
        )

    def apply(self, before: Penalties) -> Penalties:
        """Return what a caller accepts from now on; what was never limited stays so."""
        maximum = before.maximum if before.maximum == NO_LIMIT else self.maximum.apply(before.maximum)
        minimum, raised, respects = before.minimum, before.raised, before.raise_respects_minimum
        if minimum != NO_LIMIT:
            minimum = min(maximum, self.minimum.apply(minimum))
        if raised != NO_LIMIT:
            raised = min(maximum, self.raised.apply(raised))
            respects = self.raise_respects_minimum
        return Penalties(maximum, minimum, raised, respects)

    def __str__(self) -> str:
        """Write it as the answer to QueueRule does, which leaves out what is raised."""
        return f"{self.time},{self.maximum},{self.minimum}"


@dataclass(frozen=True, slots=True)
class RuleList:
    """A rule of queuerules.conf: its changes in the order of their times."""

    name: str
    rules: tuple[PenaltyRule, ...]


def read_rules(configuration: Configuration) -> list[RuleList]:
    """Return the rules in the order of the file."""
    found = []
    for section in configuration:
        if section.name.lower() == "general":
            continue
        rules: list[PenaltyRule] = []
        for line in section.all("penaltychange"):
            rule = PenaltyRule.read(line)
            if rule is not None:
                insort_right(rules, rule, key=lambda each: each.time)
        found.append(RuleList(section.name, tuple(rules)))
    return found
