"""Where the live picture and a list of the PBX differ, and how one difference is mended.

Everything here is about values, so that it needs no lock and no hurry: a list is compared at leisure with the
values that the topic had at the list's place in the stream. One comparison proves nothing: lists of Asterisk
22 are ahead of events that are still on their way, and those of Asterisk 16 come from caches that are behind
them (see `amictl.pbx.picture.unconfirmed_drift`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from amictl.protocol import Message

Value = Any
"""A value of a topic, or a row inside of one: a frozen struct."""
Values = Mapping[str, Value]
"""The values of one topic by their keys."""

Fault = Literal["missing", "extra", "changed"]


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


class Place(Struct, frozen=True):
    """What differs: a value, a row of it, or a field of either.

    Args:
        key: The value's key within the topic.
        inner: The field that holds the row; empty for the value itself.
        row: The row's key.
        field: The field that differs; empty for a value or row that only one side has.
    """

    key: str
    inner: str = ""
    row: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """One difference between the picture and a list.

    Args:
        place: What differs.
        kind: What people and metrics call it: ``channels.missing``, ``queues.member.changed:paused``.
        fault: Whether it is missing in the picture, extra there, or changed.
        holder: The value or row of the picture, which is another one after each event that touched it; for a
            missing row, the value that it is missing in; None for a missing value.
        ours: What the picture says; None for one that is missing there.
        told: What the list says; None for one that is not in it.
        counter: Whether it is a number of which only the difference can persist.
    """

    place: Place
    kind: str
    fault: Fault
    holder: object
    ours: Any
    told: Any
    counter: bool = False

    @property
    def way(self) -> object:
        """How it differs: equal for two looks that see the same difference."""
        if self.fault != "changed":
            return self.fault
        if self.counter and None not in (self.ours, self.told):
            return self.told - self.ours
        return (self.ours, self.told)


def compare(check: ListCheck, keys: Iterable[str], ours: Values, told: Values) -> Iterator[Difference]:
    """Yield what differs.

    Args:
        check: How to compare.
        keys: The values to look at.
        ours: The picture's values.
        told: The list's.
    """
    for key in keys:
        mine, theirs = ours.get(key), told.get(key)
        if mine is not None and theirs is not None:
            yield from _compare_rows(check.topic, Place(key), check.rows, mine, theirs)
        elif check.complete:
            yield _lone(check.topic, Place(key), mine, mine, theirs)


def mend(check: ListCheck, value: Value, differences: Sequence[Difference]) -> Value:
    """Return a value with differences taken away; the others stay.

    Args:
        check: How they were found.
        value: What the picture holds now; None for nothing.
        differences: All about this value.

    Returns:
        The right value; None when there is none.
    """
    for difference in differences:
        place = difference.place
        if place.inner:
            mended = _mend_rows(check.rows.inner[place.inner], getattr(value, place.inner), difference)
            value = replace(value, **{place.inner: mended})
        elif difference.fault == "changed":
            value = replace(value, **{place.field: difference.told})
        else:
            value = difference.told
    return value


def still_holds(check: ListCheck, value: Value, difference: Difference) -> bool:
    """Tell whether what the picture holds now is what it held when the difference was found.

    Args:
        check: How it was found.
        value: What the picture holds now at the difference's key; None for nothing.
        difference: What was found.
    """
    place = difference.place
    if place.inner and value is not None:
        inner = check.rows.inner[place.inner]
        value = _by_key(inner, getattr(value, place.inner)).get(place.row)
    elif place.inner:
        return False
    if difference.fault == "missing" or value is None:
        return difference.fault == "missing" and value is None
    return difference.fault == "extra" or bool(getattr(value, place.field) == difference.ours)


def _compare_rows(word: str, place: Place, rows: Rows, mine: Value, theirs: Value) -> Iterator[Difference]:
    if mine == theirs:
        return
    for name in rows.fields:
        if getattr(mine, name) != getattr(theirs, name):
            yield _changed(word, place, name, mine, theirs)
    for name, most in rows.near.items():
        if not _is_near(getattr(mine, name), getattr(theirs, name), most):
            yield _changed(word, place, name, mine, theirs)
    for name in rows.counters:
        if getattr(mine, name) != getattr(theirs, name):
            yield _changed(word, place, name, mine, theirs, counter=True)
    for name, inner in rows.inner.items():
        yield from _compare_inner(f"{word}.{inner.word}", Place(place.key, name), inner, mine, theirs)


def _compare_inner(
    word: str, inside: Place, inner: InnerRows, mine: Value, theirs: Value
) -> Iterator[Difference]:
    ours = _by_key(inner, getattr(mine, inside.inner))
    told = _by_key(inner, getattr(theirs, inside.inner))
    for key in ours.keys() | told.keys():
        place = replace(inside, row=key)
        one, other = ours.get(key), told.get(key)
        if one is not None and other is not None:
            yield from _compare_rows(word, place, inner.rows, one, other)
        else:
            yield _lone(word, place, mine if one is None else one, one, other)


def _lone(word: str, place: Place, holder: object, mine: object, theirs: object) -> Difference:
    fault: Final[Fault] = "missing" if mine is None else "extra"
    return Difference(place, f"{word}.{fault}", fault, holder, mine, theirs)


def _changed(
    word: str, place: Place, name: str, mine: object, theirs: object, *, counter: bool = False
) -> Difference:
    ours, told = getattr(mine, name), getattr(theirs, name)
    place = replace(place, field=name)
    return Difference(place, f"{word}.changed:{name}", "changed", mine, ours, told, counter)


def _is_near(ours: float | None, told: float | None, most: float) -> bool:
    return ours == told or (ours is not None and told is not None and abs(ours - told) <= most)


def _mend_rows(inner: InnerRows, rows: Sequence[Value], difference: Difference) -> tuple[Value, ...]:
    by_key = _by_key(inner, rows)
    row = difference.place.row
    if difference.fault == "extra":
        by_key.pop(row, None)
    elif difference.fault == "missing" and inner.order is not None:
        by_key = {row: difference.told, **by_key}  # before who has its place now, and moves up
    elif difference.fault == "missing":
        by_key[row] = difference.told
    elif row in by_key:
        by_key[row] = replace(by_key[row], **{difference.place.field: difference.told})
    mended = tuple(by_key.values())
    order = inner.order
    return mended if order is None else tuple(sorted(mended, key=lambda one: getattr(one, order) or 0))


def _by_key(inner: InnerRows, rows: Sequence[Value]) -> dict[str, Value]:
    return {getattr(row, inner.key): row for row in rows}
