"""Lists of the PBX: how one is asked for and loaded, and what of it the picture must agree with.

Left out of a check is what a list does not tell, or tells otherwise than events do: moments that it tells in
whole seconds, a caller's priority, hold. Where Asterisk changes something without an event, the difference is
real: it is counted as a drift and mended like any other (see the limits in the docstrings of the tables).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from amictl.pbx.changes import Changes
from amictl.protocol import Action, Message, Reply

T = TypeVar("T")

Value = Any
"""A value of a topic, or a row inside of one: a frozen struct."""
Values = Mapping[str, Value]
"""The values of one topic by their keys."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a list tells of one value, or of one row inside of a value; nothing else is compared.

    Args:
        fields: Fields that must be equal.
        near: Numbers, and by how much they may differ: what the PBX rounds or averages.
        counters: Numbers that events keep changing, so that only their difference can persist.
        inner: Fields that hold a tuple of values.
    """

    fields: tuple[str, ...] = ()
    near: Mapping[str, float] = field(default_factory=dict)
    counters: tuple[str, ...] = ()
    inner: Mapping[str, InnerRows] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InnerRows:
    """A tuple of values inside of a value.

    Args:
        word: What a row is called in the kinds of drift, such as ``member``.
        key: The field that tells rows apart.
        rows: What is compared of them.
        order: The numeric field by which rows are sorted; None keeps the order in which they became known.
    """

    word: str
    key: str
    rows: Rows
    order: str | None = None


@dataclass(frozen=True, slots=True)
class ListCheck:
    """How a topic is compared with a list.

    Args:
        topic: The topic.
        rows: What the list tells of each value.
        read: Returns what the picture would hold if it agreed with the list, of the list's items, the values
            that the picture holds (for what the list does not tell), and the PBX's time.
        complete: Whether the list has every value, so that one that is in one of both only is a difference.
        among: Which of the topic's values the list is about; None are all.
        itemwise: Whether ``read`` makes a value of each item alone: a long list can be read in parts.
    """

    topic: str
    rows: Rows
    read: Callable[[Iterable[Message], Any, float], Values]
    complete: bool = True
    among: Callable[[Any], bool] | None = None
    itemwise: bool = False

    def pick(self, values: Values) -> Values:
        """Return those of a topic's values that the list is about."""
        among = self.among
        return values if among is None else {key: value for key, value in values.items() if among(value)}


class Tables(Protocol):
    """The tables of one AMI session, as lists are loaded into them."""

    def of(self, kind: type[T]) -> T:
        """Return the table of this kind."""

    def take_list(self, changes: Changes) -> Changes:
        """Return what a list changed in one table, with what follows from it in others."""

    def load_channels(self, items: Iterable[Message]) -> Changes:
        """Take a ``CoreShowChannels`` list."""

    def load_bridges(self, items: Iterable[Message]) -> Changes:
        """Take a ``BridgeList``."""

    def load_queues(self, items: Iterable[Message]) -> Changes:
        """Take a ``QueueStatus`` list."""

    def load_queue(self, queue: str, items: Iterable[Message]) -> Changes:
        """Take a ``QueueStatus`` list of one queue."""

    def load_hints(self, items: Iterable[Message]) -> Changes:
        """Take an ``ExtensionStateList``, which tells what hints are made of."""


Loader = Callable[[Tables, Iterable[Message]], Changes]


@dataclass(frozen=True, slots=True)
class SnapshotStep:
    """One list.

    Args:
        action: Asks for the list.
        read: Loads the list's items and returns what changed.
        optional: Whether a PBX may lack it, for want of a module or by its version: nothing to complain of.
        check: How the picture is compared with the list later on; None where it is not.
        then: Makes the steps that this one's reply calls for; None where there are none.
        reload_every: Seconds after which it is loaded again, for what no event tells; None is never, but five
            minutes for a step without a check that another list calls for.
        part_of: The list of which this one is a part; None where it is none.
        racy: Whether it can be ahead of events or behind them in ways that only a session's beginning heals:
            later on it is compared, and never loaded.
    """

    action: Action
    read: Loader
    optional: bool = False
    check: ListCheck | None = None
    then: Callable[[Reply], Steps] | None = None
    reload_every: float | None = None
    part_of: SnapshotStep | None = None
    racy: bool = False

    @property
    def name(self) -> str:
        """The AMI action's name."""
        return self.action.name

    def load(self, tables: Tables, reply: Reply) -> Changes:
        """Make tables equal to the list; no events may be applied in between its items.

        Args:
            tables: What changes.
            reply: The whole list. One that failed changes nothing.

        Returns:
            What changed.
        """
        if not reply.success:
            return ()
        is_list = reply.items or reply.empty or reply.complete is not None
        return self.read(tables, _one_by_one(reply.items) if is_list else (reply.response,))

    def follow_ups(self, reply: Reply) -> Steps:
        """Return what to ask next, because of what this list told.

        What they ask for may be gone when they are answered: then an error is the answer, and nothing to
        complain of. They are asked in order, after the list and before its next time.

        Args:
            reply: The whole list.
        """
        return self.then(reply) if self.then is not None and reply.success else ()


Steps = tuple[SnapshotStep, ...]


def load_into(kind: type[T], load: Callable[[T, Iterable[Message]], Changes]) -> Loader:
    """Return what loads a list by a method of a kind of table, with what follows in other tables."""
    return lambda tables, items: tables.take_list(load(tables.of(kind), items))


def _one_by_one(items: Iterable[Message]) -> Iterator[Message]:
    """Yield the items of a list, each of which lets go of what was parsed of it before the next one is."""
    for item in items:
        yield item
        item.forget()
