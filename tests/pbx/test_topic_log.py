from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amictl.pbx.log.topic_log import Tail, TopicLog


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


def test_old_items_go_when_the_log_grows_too_large_and_the_newest_stays() -> None:
    log: TopicLog[str] = TopicLog("e", 100, 10)
    for item in ("a" * 4, "b" * 4, "c" * 4):
        log.append("k", item, len(item))
    assert log.since("e", 0) is None
    assert log.since("e", 1) == Tail(3, 1, ((2, "bbbb"), (3, "cccc")))
    assert log.held_bytes == 8
    log.append("k", "d" * 50, 50)
    assert log.since("e", 2) is None
    assert log.since("e", 3) == Tail(4, 3, ((4, "d" * 50),))


def test_items_that_are_not_kept_are_a_gap_for_every_reader_of_every_part() -> None:
    log = filled("a", "b")
    log.skip(3)
    log.append("a", "a6", 1)
    for key in (None, "a", "b", "c"):
        assert [log.since("e", seq, key) for seq in range(5)] == [None] * 5
    assert log.since("e", 5) == log.since("e", 5, "a") == Tail(6, 5, ((6, "a6"),))
    assert log.since("e", 5, "b") == Tail(6, 5, ())
    assert log.last(9) == ((6, "a6"),)


def test_a_new_epoch_keeps_items_and_numbers_but_no_cursor_of_the_old_one() -> None:
    log = filled("a", "b")
    log.begin_epoch("f")
    log.append("a", "a3", 1)
    assert log.since("e", 2) is None
    assert log.since("f", 1) == Tail(3, 1, ((2, "b2"), (3, "a3")))
    assert log.since("f", 1, "a") == Tail(3, 1, ((3, "a3"),))


def test_names_that_never_come_again_are_forgotten() -> None:
    log: TopicLog[int] = TopicLog("e", 10, 1000, parts=True)
    for number in range(1, 1001):
        log.append(f"forged-{number}", number, 1)
        assert len(log._last_of_key or ()) <= 21
    assert log.since("e", 995, "forged-1") == Tail(1000, 995, ())
    assert log.since("e", 400, "forged-401") is None


@given(
    sizes=st.lists(st.integers(0, 9), max_size=60),
    size=st.integers(1, 20),
    max_bytes=st.integers(1, 60),
    skips=st.sets(st.integers(1, 60), max_size=4),
)
def test_whatever_is_appended_both_bounds_hold_and_a_reader_has_all_or_knows_of_the_gap(
    sizes: list[int], size: int, max_bytes: int, skips: set[int]
) -> None:
    log: TopicLog[int] = TopicLog("e", size, max_bytes)
    newest: list[tuple[int, int]] = []  # number and size of what must still be there
    for step, item_size in enumerate(sizes, start=1):
        if step in skips:
            log.skip(step)
            newest = []
        log.append("k", step, item_size)
        newest.append((log.seq, item_size))
        while len(newest) > size or (sum(each for _, each in newest) > max_bytes and len(newest) > 1):
            newest.pop(0)
        assert log.held_bytes == sum(each for _, each in newest)
        oldest = newest[0][0] - 1
        for cursor in range(log.seq + 1):
            tail = log.since("e", cursor)
            assert (tail is None) == (cursor < oldest)
            if tail is not None:
                assert [number for number, _ in tail.items] == list(range(cursor + 1, log.seq + 1))


@given(
    keys=st.lists(st.sampled_from("abc"), max_size=40),
    size=st.integers(1, 20),
    part=st.sampled_from(["a", "b", None]),
    cursors=st.lists(st.integers(0, 40), max_size=6),
    max_bytes=st.integers(1, 30),
)
def test_readers_of_any_part_get_every_item_once_or_are_told_of_the_gap(
    keys: list[str], size: int, part: str | None, cursors: list[int], max_bytes: int
) -> None:
    log: TopicLog[int] = TopicLog("e", size, max_bytes, parts=True)
    publisher, client = 0, 0
    got: list[int] = []
    for number, key in enumerate(keys, start=1):
        log.append(key, number, 1)
        if number not in cursors:
            continue
        tail = log.since("e", publisher, part)
        if tail is None:
            assert number - publisher > min(size, max_bytes)
            publisher, client = number, number
            got = [n for n in range(1, number + 1) if part in {None, keys[n - 1]}]
            continue
        publisher = tail.seq
        if tail.items:
            assert tail.prev_seq <= client < tail.items[-1][0]
            client = tail.seq
            got += [number for _, number in tail.items]
    assert got == [n for n in range(1, publisher + 1) if part in {None, keys[n - 1]}]
