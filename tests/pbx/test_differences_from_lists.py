"""Where a picture and a list differ: found by kind, mended one by one, and nothing else touched."""

from __future__ import annotations

import dataclasses

import pytest
from msgspec import Struct
from msgspec.structs import replace

from amictl.pbx.lists import InnerRows, ListCheck, Rows
from amictl.pbx.picture.drift import Difference, DifferenceKey, compare, mend, still_holds


class Person(Struct, frozen=True):
    name: str
    place: int
    busy: bool = False


class Room(Struct, frozen=True):
    colour: str
    area: float | None
    visits: int
    people: tuple[Person, ...] = ()
    remark: str = ""


PEOPLE = InnerRows("person", "name", Rows(fields=("place", "busy")), order="place")
ROWS = Rows(fields=("colour",), near={"area": 2.0}, counters=("visits",), inner={"people": PEOPLE})
CHECK = ListCheck("rooms", ROWS, read=lambda _items, known, _now: known)
ANNA, BERTA, CARLA = Person("Anna", 1), Person("Berta", 2), Person("Carla", 3)
HALL = Room("red", 10.0, 7, (ANNA, BERTA))


def find(ours: dict[str, Room], told: dict[str, Room], check: ListCheck = CHECK) -> dict[str, Difference]:
    found = list(compare(check, sorted(ours.keys() | told.keys()), ours, told))
    by_kind = {difference.kind: difference for difference in found}
    assert len(by_kind) == len(found)
    return by_kind


def test_what_agrees_is_no_difference_though_the_list_does_not_tell_all() -> None:
    assert find({"hall": HALL}, {"hall": replace(HALL, area=11.9, remark="told by nobody")}) == {}


@pytest.mark.parametrize(
    ("told", "kind", "place"),
    [
        (replace(HALL, colour="blue"), "rooms.changed:colour", DifferenceKey("hall", field="colour")),
        (replace(HALL, area=12.1), "rooms.changed:area", DifferenceKey("hall", field="area")),
        (replace(HALL, area=None), "rooms.changed:area", DifferenceKey("hall", field="area")),
        (replace(HALL, visits=9), "rooms.changed:visits", DifferenceKey("hall", field="visits")),
        (replace(HALL, people=(ANNA,)), "rooms.person.extra", DifferenceKey("hall", "people", "Berta")),
        (
            replace(HALL, people=(ANNA, BERTA, CARLA)),
            "rooms.person.missing",
            DifferenceKey("hall", "people", "Carla"),
        ),
        (
            replace(HALL, people=(ANNA, replace(BERTA, busy=True))),
            "rooms.person.changed:busy",
            DifferenceKey("hall", "people", "Berta", "busy"),
        ),
    ],
)
def test_each_difference_has_its_kind_and_its_place_and_is_mended_alone(
    told: Room, kind: str, place: DifferenceKey
) -> None:
    found = find({"hall": HALL}, {"hall": replace(told, remark="told by nobody")})
    assert {name: difference.place for name, difference in found.items()} == {kind: place}
    now = replace(HALL, remark="kept")
    assert still_holds(CHECK, now, found[kind])
    mended = mend(CHECK, now, [found[kind]])
    assert mended == replace(told, remark="kept")
    assert not still_holds(CHECK, mended, found[kind])


def test_values_that_only_one_side_has_come_and_go() -> None:
    found = find({"hall": HALL}, {"cellar": HALL})
    assert sorted(found) == ["rooms.extra", "rooms.missing"]
    missing, extra = found["rooms.missing"], found["rooms.extra"]
    assert still_holds(CHECK, None, missing)
    assert not still_holds(CHECK, HALL, missing)
    assert mend(CHECK, None, [missing]) == HALL
    assert still_holds(CHECK, HALL, extra)
    assert not still_holds(CHECK, None, extra)
    assert mend(CHECK, HALL, [extra]) is None


def test_a_list_that_tells_of_some_values_says_nothing_of_others() -> None:
    partial = dataclasses.replace(CHECK, complete=False)
    assert find({"hall": HALL}, {"cellar": HALL}, partial) == {}
    about_red = dataclasses.replace(CHECK, among=lambda room: room.colour == "red")
    ours = {"hall": HALL, "attic": replace(HALL, colour="blue")}
    assert dict(about_red.pick(ours)) == {"hall": HALL}
    assert CHECK.pick(ours) is ours


def test_several_differences_of_one_value_are_mended_together_and_rows_stay_in_order() -> None:
    told = replace(HALL, colour="blue", people=(replace(BERTA, place=1), CARLA))
    found = find({"hall": HALL}, {"hall": told})
    assert sorted(found) == [
        "rooms.changed:colour",
        "rooms.person.changed:place",
        "rooms.person.extra",
        "rooms.person.missing",
    ]
    assert mend(CHECK, HALL, list(found.values())) == told


def test_a_missing_row_goes_before_who_stands_at_its_place() -> None:
    first = replace(CARLA, place=1)
    found = find({"hall": HALL}, {"hall": replace(HALL, people=(first, ANNA, BERTA))})
    assert mend(CHECK, HALL, list(found.values())).people == (first, ANNA, BERTA)


def test_what_the_picture_changed_meanwhile_is_left_alone() -> None:
    found = find({"hall": HALL}, {"hall": replace(HALL, people=(replace(ANNA, busy=True),))})
    busy, extra = found["rooms.person.changed:busy"], found["rooms.person.extra"]
    assert not still_holds(CHECK, replace(HALL, people=(BERTA,)), busy)
    assert not still_holds(CHECK, replace(HALL, people=(replace(ANNA, busy=True),)), busy)
    assert not still_holds(CHECK, replace(HALL, people=(ANNA,)), extra)
    assert not still_holds(CHECK, None, extra)
    assert still_holds(CHECK, replace(HALL, visits=8), busy)


def test_counters_differ_by_how_much_and_everything_else_by_what_both_say() -> None:
    def way(ours: Room, told: Room) -> object:
        (difference,) = find({"hall": ours}, {"hall": told}).values()
        return difference.way

    later = replace(HALL, visits=70)
    assert way(HALL, replace(HALL, visits=6)) == way(later, replace(later, visits=69))
    assert way(HALL, replace(HALL, visits=6)) != way(later, replace(later, visits=68))
    assert way(HALL, replace(HALL, colour="blue")) != way(HALL, replace(HALL, colour="green"))
    assert way(HALL, replace(HALL, people=(ANNA,))) == way(HALL, replace(HALL, people=(BERTA,)))
