from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amictl.pbx.topics import Tail, TopicLog


def filled(*keys: str, size: int = 100) -> TopicLog[str]:
    log: TopicLog[str] = TopicLog("e", size, 1000, parts=True)
    for number, key in enumerate(keys, start=1):
        log.append(key, f"{key}{number}", 1)
    return log


def test_a_reader_gets_what_came_after_its_cursor() -> None:
    assert filled("a", "b", "a").since("e", 1) == Tail(3, 1, ((2, "b2"), (3, "a3")))


def test_a_reader_who_has_everything_gets_nothing() -> None:
    assert filled("a").since("e", 1) == Tail(1, 1, ())
    assert filled().since("e", 0) == Tail(0, 0, ())


def test_a_cursor_of_another_epoch_or_from_the_future_is_a_gap() -> None:
    log = filled("a")

    assert log.since("f", 0) is None
    assert log.since("e", 2) is None
    assert log.since("e", -1) is None


def test_a_cursor_that_the_log_no_longer_reaches_is_a_gap() -> None:
    log = filled("a", "a", "a", size=2)

    assert log.since("e", 0) is None
    assert log.since("e", 1) == Tail(3, 1, ((2, "a2"), (3, "a3")))


def test_a_part_tells_which_cursor_is_right_before_its_first_item() -> None:
    log = filled("a", "b", "b", "a")

    assert log.since("e", 2, "a") == Tail(4, 1, ((4, "a4"),))
    assert log.since("e", 0, "b") == Tail(4, 0, ((2, "b2"), (3, "b3")))
    assert log.since("e", 3, "b") == Tail(4, 3, ())
    assert log.since("e", 0, "c") == Tail(4, 0, ())


def test_a_quiet_part_has_no_gap_when_the_rest_of_the_log_runs_over() -> None:
    log = filled("a", *"bbbbbb", size=3)

    assert log.since("e", 1, "a") == Tail(7, 1, ())
    assert log.since("e", 0, "a") is None


def test_the_newest_items_come_oldest_first() -> None:
    log = filled("a", "b", "a", "a")

    assert log.last(2) == ((3, "a3"), (4, "a4"))
    assert log.last(2, "a") == ((3, "a3"), (4, "a4"))
    assert log.last(9, "b") == ((2, "b2"),)


@given(
    keys=st.lists(st.sampled_from("abc"), max_size=40),
    size=st.integers(1, 20),
    part=st.sampled_from(["a", "b", None]),
    cursors=st.lists(st.integers(0, 40), max_size=6),
)
def test_readers_of_any_part_get_every_item_once_or_are_told_of_the_gap(
    keys: list[str], size: int, part: str | None, cursors: list[int]
) -> None:
    log: TopicLog[int] = TopicLog("e", size, 1000, parts=True)
    publisher, client = 0, 0
    got: list[int] = []
    for number, key in enumerate(keys, start=1):
        log.append(key, number, 1)
        if number not in cursors:
            continue
        tail = log.since("e", publisher, part)
        if tail is None:
            assert number - publisher > size
            publisher, client = number, number
            got = [n for n in range(1, number + 1) if part in {None, keys[n - 1]}]
            continue
        publisher = tail.seq
        if tail.items:
            assert tail.prev_seq <= client < tail.items[-1][0]
            client = tail.seq
            got += [number for _, number in tail.items]
    assert got == [n for n in range(1, publisher + 1) if part in {None, keys[n - 1]}]
