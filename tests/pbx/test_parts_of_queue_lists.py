"""Lists of one queue, of one member and of the queues' names, asked for when something is in doubt."""

from __future__ import annotations

from amictl.pbx.lists import SnapshotStep
from amictl.pbx.picture.state import PbxState
from amictl.pbx.topics.queues.topic import QUEUE_NAMES, ask_for_member, ask_for_queue
from tests.pbx.ami_events import Clock, ami_event, caller_item, listed, member_event, member_item, queue_item
from tests.pbx.queue_states import load_two_queues, support


def one(steps: tuple[SnapshotStep, ...]) -> SnapshotStep:
    """Return the only step."""
    (step,) = steps
    return step


SUPPORT = one(ask_for_queue("support"))
NAMES = ami_event("QueueSummary", Queue="support"), ami_event("QueueSummary", Queue="sales")


def test_a_list_of_one_queue_makes_that_one_equal_to_it_and_leaves_the_others() -> None:
    state = load_two_queues(Clock())
    sales = state.queues.by_name["sales"]
    items = queue_item(Abandoned=0, Weight=9), member_item("PJSIP/101"), caller_item("17.5", 1)
    changes = SUPPORT.load(state, listed(*items))
    assert {change.key for change in changes if change.topic == "queues"} == {"support"}
    queue = support(state)
    assert (queue.abandoned, queue.weight) == (0, 9)
    assert [member.interface for member in queue.members] == ["PJSIP/101"]
    assert [caller.unique_id for caller in queue.callers] == ["17.5"]
    assert state.queues.by_name["sales"] is sales
    state.apply(ami_event("QueueCallerLeave", Queue="support", Uniqueid="17.5"))
    assert support(state).callers == ()


def test_a_queue_that_its_own_list_lacks_is_gone() -> None:
    state = load_two_queues(Clock())
    changes = SUPPORT.load(state, listed())
    assert [(change.op, change.key) for change in changes if change.topic == "queues"] == [("del", "support")]
    assert set(state.queues.by_name) == {"sales"}


def test_a_list_of_one_member_puts_it_where_it_is_and_takes_it_out_where_it_is_not() -> None:
    state = load_two_queues(Clock())
    before = support(state)
    step = one(ask_for_member("PJSIP/100"))
    items = queue_item(Abandoned=77), queue_item("sales"), member_item("PJSIP/100", Queue="sales", Paused=1)
    step.load(state, listed(*items))
    assert support(state).members == ()
    assert support(state).abandoned == before.abandoned, "only the member is taken from this list"
    (member,) = state.queues.by_name["sales"].members
    assert (member.interface, member.paused) == ("PJSIP/100", True)
    assert state.doubts.take() == ()


def test_an_event_of_a_queue_that_is_not_known_puts_it_in_doubt_once() -> None:
    state = load_two_queues(Clock())
    for paused in (0, 1):
        state.apply(member_event("QueueMemberPause", Queue="annex", Paused=paused))
    assert state.doubts.take() == (("queues", "annex"),)
    assert state.doubts.take() == ()


def test_before_the_first_list_no_queue_is_in_doubt() -> None:
    state = PbxState(clock=Clock())
    state.apply(member_event("QueueMemberPause", Queue="annex"))
    QUEUE_NAMES.load(state, listed(*NAMES))
    assert state.doubts.take() == ()


def test_queues_that_came_or_went_are_in_doubt_and_many_are_all() -> None:
    state = load_two_queues(Clock())
    assert not QUEUE_NAMES.load(state, listed(*NAMES))
    assert state.doubts.take() == ()
    QUEUE_NAMES.load(state, listed(NAMES[0], ami_event("QueueSummary", Queue="annex")))
    assert set(state.doubts.take()) == {("queues", "sales"), ("queues", "annex")}
    QUEUE_NAMES.load(state, listed(*(ami_event("QueueSummary", Queue=f"annex-{one}") for one in range(99))))
    assert state.doubts.take() == (("queues", ""),)
