"""Where the live picture and a list of the PBX differ, and how one difference is mended.

Everything here is about values, so that it needs no lock and no hurry: a list is compared at leisure with the
values that the topic had at the list's place in the stream. One comparison proves nothing: lists of Asterisk
22 are ahead of events that are still on their way, and those of Asterisk 16 come from caches that are behind
them (see `amictl.pbx.picture.unconfirmed_drift`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from amictl.pbx.lists import InnerRows, ListCheck, Rows, Value, Values

Fault = Literal["missing", "extra", "changed"]


class DifferenceKey(Struct, frozen=True):
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

    place: DifferenceKey
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
            yield from _compare_rows(check.topic, DifferenceKey(key), check.rows, mine, theirs)
        elif check.complete:
            yield _lone(check.topic, DifferenceKey(key), mine, mine, theirs)


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


def _compare_rows(
    word: str, place: DifferenceKey, rows: Rows, mine: Value, theirs: Value
) -> Iterator[Difference]:
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
        yield from _compare_inner(f"{word}.{inner.word}", DifferenceKey(place.key, name), inner, mine, theirs)


def _compare_inner(
    word: str, inside: DifferenceKey, inner: InnerRows, mine: Value, theirs: Value
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


def _lone(word: str, place: DifferenceKey, holder: object, mine: object, theirs: object) -> Difference:
    fault: Final[Fault] = "missing" if mine is None else "extra"
    return Difference(place, f"{word}.{fault}", fault, holder, mine, theirs)


def _changed(
    word: str, place: DifferenceKey, name: str, mine: object, theirs: object, *, counter: bool = False
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
