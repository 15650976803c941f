"""Faults of what a PBX sends: each costs itself alone, and whoever keeps the link hears of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from types import TracebackType
from typing import Final, Self, TypeVar

from amictl.protocol import Message

Value = TypeVar("Value")


class Fault(StrEnum):
    """What is wrong with something that came; the words are those of counters and metrics."""

    UNREADABLE_VALUE = "unreadable_values"
    UNUSABLE_ITEM = "unusable_items"
    INCOMPLETE_EVENT = "incomplete_events"


Report = Callable[[Fault, str], None]

# One for each thread that reads what a PBX sends: values are read by plain functions, far below any link.
_REPORT: Final[ContextVar[Report | None]] = ContextVar("report", default=None)


@contextmanager
def reporting_to(report: Report) -> Iterator[None]:
    """Let a function hear of the faults that this thread meets inside of the block.

    Args:
        report: Takes the fault and an example of it; it must not wait.
    """
    token = _REPORT.set(report)
    try:
        yield
    finally:
        _REPORT.reset(token)


def report_fault(fault: Fault, example: str) -> None:
    """Tell of a fault, where somebody listens.

    Args:
        fault: Its kind.
        example: What came.
    """
    report = _REPORT.get()
    if report is not None:
        report(fault, example)


class Sparing:
    """A block that uses one item of a list: an item that cannot be used costs itself, and not the list.

    Args:
        item: The item.
    """

    __slots__ = ("_item",)

    def __init__(self, item: Message) -> None:
        self._item = item

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if not isinstance(problem, Exception):
            return False
        _report_item(self._item, problem)
        return True


def read_each(items: Iterable[Message], read: Callable[[Message], Value]) -> Iterator[tuple[Message, Value]]:
    """Yield the items of a list that can be read, each with what it tells.

    Args:
        items: The items.
        read: Reads one of them.
    """
    for item in items:
        try:
            value = read(item)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the other items are none the worse
            _report_item(item, problem)
        else:
            yield item, value


def _report_item(item: Message, problem: Exception) -> None:
    report_fault(Fault.UNUSABLE_ITEM, f"{item.name or 'Response'}: {problem!r}")
