"""What happened in the queues on a day, counted from the queue log alone, as plainly as can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from amictl.demo.queues.queue_log import LogEntry

_GAVE_UP = {"ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "WITHDRAW"}
_ENDED = {"COMPLETECALLER", "COMPLETEAGENT", "BLINDTRANSFER", "ATTENDEDTRANSFER"}


@dataclass(slots=True)
class LoggedDay:
    """The counts of one queue."""

    joined: list[str] = field(default_factory=list)
    waits_of_answered: list[int] = field(default_factory=list)
    gave_up: int = 0
    left_by_key: int = 0
    talks: list[int] = field(default_factory=list)
    transferred: int = 0


def count_log(entries: Iterable[LogEntry], queue: str) -> LoggedDay:
    """Return what a log tells of one queue; it must all be of one day."""
    day = LoggedDay()
    for entry in entries:
        data = entry.data.split("|")
        if entry.queue != queue:
            continue
        if entry.event == "ENTERQUEUE":
            day.joined.append(entry.call)
        elif entry.event == "CONNECT":
            day.waits_of_answered.append(int(data[0]))
        elif entry.event in _GAVE_UP:
            day.gave_up += 1
        elif entry.event == "EXITWITHKEY":
            day.left_by_key += 1
        elif entry.event in _ENDED:
            day.talks.append(int(data[-2]))
            day.transferred += entry.event.endswith("TRANSFER")
    return day


def misfits(shown: Mapping[str, Any], logged: LoggedDay, level: int) -> list[str]:
    """Return where the day that amictl shows is not that of the log."""
    answered = len(logged.waits_of_answered)
    told = {
        "offered": len(logged.joined),
        "answered": answered,
        "abandoned": logged.gave_up,
        "left": logged.left_by_key,
        "waiting": len(logged.joined) - answered - logged.gave_up - logged.left_by_key,
        "transferred": logged.transferred,
        "answered_in_level": sum(wait <= level for wait in logged.waits_of_answered),
        "asa": _average(logged.waits_of_answered),
        "average_talk": _average(logged.talks),
        "complete": True,
    }
    return [
        f"{name}: amictl {shown[name]}, log {value}" for name, value in told.items() if shown[name] != value
    ]


def _average(seconds: list[int]) -> float | None:
    return round(sum(seconds) / len(seconds), 1) if seconds else None
