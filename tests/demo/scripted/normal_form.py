"""Events without what differs from run to run: names become roles, what is no fact is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.demo.scripted.stage import HeardEvent

# Values that are no facts of the call: times, lengths of time, addresses, and numbers that somebody drew.
_NO_FACTS = frozenset(
    {
        *("LoginTime", "LastCall", "LastPause", "HoldTime", "TalkTime", "RingTime", "Wait", "WaitTime"),
        *(
            "Duration",
            "DurationMs",
            "ParkingTimeout",
            "ParkingDuration",
            "EventTime",
            "ActionID",
            "URI",
            "Via",
        ),
        *("RoundtripUsec",),
    }
)
_NO_FACTS_OF_VARIABLES = re.compile(
    r"RTPAUDIOQOS.*|BRIDGEPVTCALLID|.*TIME(_MS)?|QUEUEWAIT(_MS)?|_*SIPREFER(TO|REDBY)HDR|VM_MESSAGEFILE|MIXMONITOR_FILENAME"
)
_CHANNEL = re.compile(r"\b(?P<base>[A-Za-z]+/[\w+@.*-]+)-(?P<number>[0-9a-f]{8})(?P<half>;[12])?")


@dataclass(frozen=True, slots=True)
class Deed:
    """One event in normal form.

    Args:
        step: In which step of the script it came.
        name: Its ``Event``.
        headers: All others, in order, with roles for names and ``…`` for what is no fact.
    """

    step: int
    name: str
    headers: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """The first header of this name, or an empty string."""
        return next((value for key, value in self.headers if key == name), "")

    def __str__(self) -> str:
        return " | ".join([f"{self.step} {self.name}", *(f"{name}: {value}" for name, value in self.headers)])


@dataclass(slots=True)
class _Roles:
    """Who is who, by first appearance."""

    known: dict[str, str] = field(default_factory=dict)
    count: Counter[str] = field(default_factory=Counter)

    def learn(self, secret: str, kind: str) -> None:
        if secret and secret not in self.known:
            self.count[kind] += 1
            self.known[secret] = f"<{kind} {self.count[kind]}>"

    def learn_event(self, event: HeardEvent) -> None:
        headers: Mapping[str, str] = dict(event.headers)
        for name, value in headers.items():
            if name.endswith("Uniqueid"):
                prefix = name.removesuffix("Uniqueid")
                if prefix.endswith("Bridge"):
                    self.learn(value, "bridge")
                elif found := _CHANNEL.fullmatch(headers.get(f"{prefix}Channel", "")):
                    half = found["half"] or ""
                    if found[0] not in self.known:
                        self.learn(found[0], f"{found['base']}{half}")
                    self.known.setdefault(value, f"<ID of {self.known[found[0]].strip('<>')}>")

    def name(self, value: str) -> str:
        if value in self.known:
            return self.known[value]
        return _CHANNEL.sub(lambda found: self.known.get(found[0], found[0]), value)


def normalise(events: Iterable[HeardEvent]) -> list[Deed]:
    """Bring the events of one script into normal form."""
    roles = _Roles()
    deeds = []
    for event in events:
        roles.learn_event(event)
        deeds.append(event)
    return [_deed(event, roles) for event in deeds]


def _deed(event: HeardEvent, roles: _Roles) -> Deed:
    variable = event.get("Variable") if event.name == "VarSet" else ""
    headers = tuple((name, _value(name, value, variable, roles)) for name, value in event.headers)
    return Deed(event.step, event.name, headers)


def _value(name: str, value: str, variable: str, roles: _Roles) -> str:
    if name in _NO_FACTS or (name == "Value" and value and _NO_FACTS_OF_VARIABLES.fullmatch(variable)):
        return "…"
    return roles.name(value)
