"""Values are read from messages by what their types declare."""

from __future__ import annotations

from typing import Annotated

import pytest

from amictl.pbx.ami_values import read_seconds
from amictl.pbx.reader import Listed, reader_of
from amictl.pbx.value import About, Time, Value
from tests.pbx.ami_events import ami_event


class _Phone(Value, frozen=True):
    name: Annotated[str, About("Its name", "PhoneName")]
    owner: Annotated[str | None, About("Whose it is", "Owner")]
    since: Annotated[Time | None, About("Since when", "Since")]
    rest: Annotated[int | None, About("Seconds", "Rest", read_seconds)]
    seen_at: Annotated[Time | None, About("When it was seen")] = None


class _Shelf(Listed, frozen=True):
    shelf_name: str
    books: Annotated[tuple[str, ...], About("What stands there", "BookList")]
    is_full: bool | None
    weight: Annotated[float | None, About("Told by something else", header="")] = None


class _Needy(Value, frozen=True):
    name: Annotated[str, About("Its name", "Name")]
    place: int
    owner: Annotated[str, About("Whose it is", "Owner")]


class _Odd(Value, frozen=True):
    count: Annotated[int, About("How many", "Count")]
    name: Annotated[str, About("Its name", "Name")]


def test_fields_are_read_by_their_types_and_what_no_header_tells_is_given() -> None:
    phone = ami_event("Phone", PhoneName="100", Owner="<unknown>", Since="12.5", Rest="-1", Seen_At="7")
    assert reader_of(_Phone)(phone, seen_at=1.0) == _Phone("100", None, 12.5, None, 1.0)
    assert reader_of(_Phone)(ami_event("Phone")) == _Phone("", None, None, None)


def test_what_is_given_counts_more_than_a_header() -> None:
    phone = ami_event("Phone", PhoneName="100", Owner="Zoë")
    assert reader_of(_Phone)(phone, owner="Ann").owner == "Ann"


def test_what_is_listed_has_the_headers_of_its_names_where_it_says_none() -> None:
    shelf = ami_event("Shelf", ShelfName="a", BookList="x, y,", IsFull="yes", Weight="3")
    assert reader_of(_Shelf)(shelf) == _Shelf("a", ("x", "y"), True)


def test_a_field_that_nothing_tells_must_be_given() -> None:
    read = reader_of(_Needy)
    assert read(ami_event("Needy", Name="a", Owner="b"), place=1) == _Needy("a", 1, "b")
    with pytest.raises(TypeError, match="place"):
        read(ami_event("Needy", Name="a", Owner="b"))


def test_a_type_that_nothing_reads_is_refused() -> None:
    with pytest.raises(TypeError, match=r"_Odd\.count"):
        reader_of(_Odd)
