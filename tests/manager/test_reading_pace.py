"""When a reader gives way, when it rests, and when it says that too much comes."""

from __future__ import annotations

import pytest

from amictl.manager.reading_pace import CALM_AFTER, OVERLOAD_AFTER, READING_INTERVAL, ReadingPace


class Reader:
    """A reader in a world where work and giving way take as long as a test says."""

    def __init__(self) -> None:
        self.now = 100.0
        self.ways_given = 0
        self.others = 0.0
        self.rest = 0.0
        self.told: list[bool] = []
        self.pace = ReadingPace(self.told.append, give_way=self.give_way, clock=lambda: self.now)

    def give_way(self, seconds: float) -> None:
        self.ways_given += 1
        self.rest = seconds
        self.now += self.others

    def read(self, seconds: float = 0.003, *, more: bool = True, events: bool = True) -> None:
        self.now += seconds
        self.pace.note_portion(more=more, events=events)

    def fall_behind(self) -> None:
        end = self.now + OVERLOAD_AFTER + 0.1
        while self.now < end:
            self.read()


@pytest.fixture
def reader() -> Reader:
    return Reader()


def test_a_reader_that_keeps_up_gives_way_after_each_portion_and_says_nothing(reader: Reader) -> None:
    for _ in range(1000):
        reader.read(more=False)
    assert (reader.ways_given, reader.told) == (1000, [])


def test_a_reader_that_is_behind_keeps_a_share_of_the_time_whatever_the_others_do(reader: Reader) -> None:
    reader.others = 0.05
    began = reader.now
    for _ in range(1000):
        reader.read()
    assert 0.25 < 1000 * 0.003 / (reader.now - began) < 0.5
    assert reader.ways_given >= 100


def test_a_reader_rests_until_all_read_while_events_come_close_together(reader: Reader) -> None:
    reader.read(1.0, more=False)
    assert reader.rest == 0.0, "the first one after a silence is followed by no rest"
    reader.read(0.002, more=False)
    assert reader.now + reader.rest == pytest.approx(101.0 + READING_INTERVAL)
    reader.read(READING_INTERVAL, more=False)
    assert reader.rest == 0.0


def test_a_reader_rests_neither_after_replies_nor_soon_after_it_was_behind(reader: Reader) -> None:
    reader.read(more=False, events=False)
    assert reader.rest == 0.0
    reader.read(more=True)
    calm_from = reader.now
    while reader.now < calm_from + CALM_AFTER - 0.003:
        reader.read(more=False)
        assert reader.rest == 0.0
    reader.read(0.005, more=False)
    assert reader.rest > 0.0


def test_being_behind_for_some_time_is_an_overload_and_it_is_told_once(reader: Reader) -> None:
    reader.fall_behind()
    reader.fall_behind()
    assert reader.told == [True]


def test_far_too_much_is_an_overload_at_once_and_ends_like_any_other(reader: Reader) -> None:
    reader.read(more=False)
    reader.pace.note_overfull()
    reader.pace.note_overfull()
    assert reader.told == [True]
    reader.read(CALM_AFTER, more=False)
    assert reader.told == [True, False]


def test_a_burst_is_no_overload(reader: Reader) -> None:
    for _ in range(20):
        for _ in range(100):
            reader.read()
        reader.read(more=False)
    assert reader.told == []


def test_a_long_list_is_no_overload(reader: Reader) -> None:
    for _ in range(1000):
        reader.read(events=False)
    assert reader.told == []


def test_an_overload_ends_when_it_has_been_calm_for_a_while(reader: Reader) -> None:
    reader.fall_behind()
    calm_from = reader.now
    while reader.now < calm_from + CALM_AFTER - 0.01:
        reader.read(more=False)
    assert reader.told == [True]
    reader.read(0.02, more=False)
    assert reader.told == [True, False]
    reader.pace.end()
    assert reader.told == [True, False]


def test_a_storm_with_pauses_is_one_overload(reader: Reader) -> None:
    for _ in range(5):
        reader.fall_behind()
        reader.read(CALM_AFTER / 2, more=False)
    assert reader.told == [True]


def test_the_end_of_a_session_ends_its_overload(reader: Reader) -> None:
    reader.fall_behind()
    reader.pace.end()
    reader.pace.end()
    assert reader.told == [True, False]
