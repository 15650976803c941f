"""What differs is suspected first, and called a drift only when later lists see the very same."""

from __future__ import annotations

import pytest
from msgspec import Struct

from amictl.pbx.picture.drift import Difference, DifferenceKey
from amictl.pbx.picture.unconfirmed_drift import UnconfirmedDrift

SETTLE = 5.0


class Row(Struct, frozen=True):
    """What the picture holds; events that touch it make a new one."""

    state: str


def changed(holder: Row, told: str = "Up") -> Difference:
    place = DifferenceKey("17.1", field="state")
    return Difference(place, "channels.changed:state", "changed", holder, holder.state, told)


def counted(ours: int, told: int) -> Difference:
    place = DifferenceKey("support", field="completed")
    kind = "queues.changed:completed"
    return Difference(place, kind, "changed", object(), ours, told, counter=True)


@pytest.fixture
def suspects() -> UnconfirmedDrift:
    return UnconfirmedDrift(SETTLE)


def test_what_is_seen_once_proves_nothing(suspects: UnconfirmedDrift) -> None:
    assert suspects.judge([changed(Row("Ring"))], 0.0) == []
    assert len(suspects) == 1


def test_what_a_second_list_sees_in_the_same_way_is_a_drift(suspects: UnconfirmedDrift) -> None:
    row = Row("Ring")
    suspects.judge([changed(row)], 0.0)
    again = changed(row)
    assert suspects.judge([again], SETTLE) == [again]
    suspects.clear([again])
    assert len(suspects) == 0


def test_a_second_list_that_comes_too_soon_proves_nothing_yet(suspects: UnconfirmedDrift) -> None:
    row = Row("Ring")
    suspects.judge([changed(row)], 0.0)
    assert suspects.judge([changed(row)], SETTLE - 0.1) == []
    assert len(suspects.judge([changed(row)], SETTLE)) == 1


def test_what_agrees_in_between_is_forgiven(suspects: UnconfirmedDrift) -> None:
    row = Row("Ring")
    suspects.judge([changed(row)], 0.0)
    suspects.judge([], SETTLE)
    assert len(suspects) == 0
    assert suspects.judge([changed(row)], 2 * SETTLE) == []


def test_what_differs_in_another_way_begins_anew(suspects: UnconfirmedDrift) -> None:
    row = Row("Ring")
    suspects.judge([changed(row, "Up")], 0.0)
    assert suspects.judge([changed(row, "Busy")], SETTLE) == []
    assert suspects.judge([changed(Row("Down"), "Busy")], 2 * SETTLE) == []
    assert suspects.judge([changed(Row("Down"), "Up")], 3 * SETTLE) == []


def test_what_events_touched_needs_four_looks_since_it_may_be_in_the_middle_of_a_change_twice(
    suspects: UnconfirmedDrift,
) -> None:
    looks = [suspects.judge([changed(Row("Ring"))], look * SETTLE) for look in range(4)]
    assert [len(proved) for proved in looks] == [0, 0, 0, 1]


def test_a_missing_row_that_came_and_went_in_between_needs_four_looks_too(suspects: UnconfirmedDrift) -> None:
    def missing(queue: Row, since: str) -> Difference:
        place = DifferenceKey("support", "members", "PJSIP/1")
        return Difference(place, "queues.member.missing", "missing", queue, None, Row(since))

    queue = Row("as it was")
    suspects.judge([missing(queue, "ten")], 0.0)
    assert suspects.judge([missing(Row("with other members"), "ten")], SETTLE) == []
    suspects.judge([], 2 * SETTLE)
    suspects.judge([missing(queue, "ten")], 3 * SETTLE)
    assert suspects.judge([missing(queue, "eleven")], 4 * SETTLE) == []


def test_a_busy_counter_that_is_behind_by_the_same_number_all_the_time_is_a_drift(
    suspects: UnconfirmedDrift,
) -> None:
    looks = [suspects.judge([counted(10 * look, 10 * look + 1)], look * SETTLE) for look in range(4)]
    assert [len(proved) for proved in looks] == [0, 0, 0, 1]


def test_a_busy_counter_that_is_behind_now_and_then_is_none(suspects: UnconfirmedDrift) -> None:
    for look in range(12):
        found = [] if look % 4 == 3 else [counted(10 * look, 10 * look + 1)]
        assert suspects.judge(found, look * SETTLE) == []


def test_what_could_not_be_mended_is_proved_again_by_the_next_list(suspects: UnconfirmedDrift) -> None:
    row = Row("Ring")
    for now in (0.0, SETTLE):
        suspects.judge([changed(row)], now)
    assert len(suspects.judge([changed(row)], SETTLE + 1.0)) == 1
