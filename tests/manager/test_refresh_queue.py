"""Lists that are wanted: each once, when it is due, and the whole of a list instead of many parts."""

from __future__ import annotations

from amictl.manager.refresh_queue import RefreshQueue
from amictl.pbx.lists import SnapshotStep
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.conferences.topic import ask_for_parties, ask_for_rooms
from amictl.pbx.topics.queues.topic import ask_for_queue
from amictl.protocol import Message, Reply

CHANNELS, BRIDGES, QUEUES = SNAPSHOT_STEPS[:3]
ROOMS = next(step for step in SNAPSHOT_STEPS if step.name == "ConfbridgeListRooms")
REPLY = Reply("1", Message(b"Response: Success\r\n"))


def one_queue(name: str) -> SnapshotStep:
    """Return what asks for one queue."""
    (step,) = ask_for_queue(name)
    return step


def take_all(wishes: RefreshQueue, now: float = 0.0) -> list[SnapshotStep]:
    """Take every list that is due."""
    taken = []
    while wish := wishes.take(now):
        taken.append(wish.step)
    return taken


def test_each_list_is_wanted_once_and_in_the_order_of_the_first_wish() -> None:
    wishes = RefreshQueue()
    assert take_all(wishes) == []
    for step in (BRIDGES, CHANNELS, BRIDGES):
        wishes.add(step)
    assert len(wishes) == 2
    assert take_all(wishes) == [BRIDGES, CHANNELS]
    wishes.add(CHANNELS)
    wishes.clear()
    assert take_all(wishes) == []


def test_a_list_is_not_due_before_its_time_unless_it_is_wanted_sooner() -> None:
    wishes = RefreshQueue()
    assert wishes.wait_time(0.0) == float("inf")
    wishes.add(QUEUES, 5.0)
    wishes.add(CHANNELS, 9.0)
    wishes.add(QUEUES, 7.0)
    assert (wishes.wait_time(1.0), take_all(wishes, 4.9)) == (4.0, [])
    wishes.add(QUEUES, 2.0)
    assert (wishes.wait_time(3.0), take_all(wishes, 3.0)) == (0.0, [QUEUES])
    assert take_all(wishes, 9.0) == [CHANNELS]


def test_many_parts_of_a_list_become_the_whole_of_it_and_who_waits_for_one_waits_for_that() -> None:
    wishes = RefreshQueue()
    waiting = [wishes.add(one_queue(f"queue-{number}")) for number in range(200)]
    assert len(wishes) == 1
    whole = wishes.take(0.0)
    assert whole is not None
    assert whole.step is QUEUES
    whole.settle(REPLY)
    assert {wish.reply for wish in waiting} == {REPLY}
    assert all(wish.wait(0.0) for wish in waiting)


def test_a_part_is_not_wanted_beside_the_whole() -> None:
    wishes = RefreshQueue()
    part = wishes.add(one_queue("support"), 3.0)
    whole = wishes.add(QUEUES, 9.0)
    assert wishes.add(one_queue("sales"), 9.0) is whole
    assert wishes.wait_time(0.0) == 3.0, "as soon as the part was wanted"
    assert take_all(wishes, 3.0) == [QUEUES]
    whole.settle(REPLY)
    assert part.reply is REPLY


def test_a_list_that_calls_for_others_stays_so_though_it_is_wanted_alone_too() -> None:
    wishes = RefreshQueue()
    (alone,) = ask_for_rooms()
    for order in ((alone, ROOMS), (ROOMS, alone)):
        for step in order:
            wishes.add(step)
        assert take_all(wishes) == [ROOMS]


def test_who_waits_is_woken_when_nothing_is_wanted_any_more_and_when_too_much_is() -> None:
    wishes = RefreshQueue()
    wish = wishes.add(QUEUES)
    wishes.clear()
    assert (wish.wait(0.0), wish.reply) == (True, None)
    many = [wishes.add(step) for number in range(1001) for step in ask_for_parties(str(number))]
    assert len(wishes) == 1000
    assert [wish.wait(0.0) for wish in many] == [False] * 1000 + [True]
