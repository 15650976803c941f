from __future__ import annotations

import pytest
from msgspec.structs import replace

from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.queues.value import Queue, QueueCaller, QueueMember
from amictl.protocol import Message, Reply
from tests.pbx.ami_events import (
    Clock,
    ami_event,
    bridge_event,
    caller_item,
    channel_event,
    listed,
    member_event,
    member_item,
    queue_item,
)
from tests.pbx.queue_states import load_two_queues, support

STATUSES = [
    "unknown", "not in use", "in use", "busy", "invalid", "unavailable", "ringing", "ring+in use", "on hold",
]  # fmt: skip


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> PbxState:
    return load_two_queues(clock)


def waiting(state: PbxState) -> list[tuple[int, str]]:
    return [(caller.position, caller.unique_id) for caller in support(state).callers]


def join(state: PbxState, unique_id: str, position: int) -> None:
    state.apply(channel_event("QueueCallerJoin", unique_id, Queue="support", Position=position, Count=1))


def leave(state: PbxState, unique_id: str) -> None:
    state.apply(channel_event("QueueCallerLeave", unique_id, Queue="support", Position=1, Count=0))


def test_a_queue_without_members_and_callers_is_there(state: PbxState) -> None:
    assert replace(state.queues.by_name["sales"], today=None) == Queue(
        queue="sales",
        strategy="rrmemory",
        max=10,
        weight=5,
        callers=(),
        members=(),
        completed=0,
        abandoned=0,
        hold_time=0,
        talk_time=0,
        service_level=20,
        service_level_perf=0.0,
    )


def test_a_list_tells_callers_with_the_time_they_joined(clock: Clock) -> None:
    state = PbxState(clock=clock)
    SNAPSHOT_STEPS[2].load(
        state, listed(queue_item(), caller_item("17.1", 1, CallerIDNum="801", CallerIDName=r"A \ B", Wait=12))
    )

    assert support(state).callers == (
        QueueCaller(
            position=1,
            channel="PJSIP/100-17.1",
            unique_id="17.1",
            caller_id_num="801",
            caller_id_name=r"A \ B",
            joined_at=clock.now - 12,
            priority=0,
        ),
    )


def test_a_caller_without_caller_id_has_none_in_lists_and_events(state: PbxState) -> None:
    SNAPSHOT_STEPS[2].load(state, listed(queue_item(), caller_item("17.1", 1)))
    join(state, "17.2", 2)

    assert [(c.caller_id_num, c.caller_id_name) for c in support(state).callers] == [
        (None, None),
        (None, None),
    ]


def test_a_list_tells_members(state: PbxState) -> None:
    assert support(state).members == (
        QueueMember(
            interface="PJSIP/100",
            name="Alice",
            state_interface="PJSIP/100",
            membership="static",
            penalty=0,
            status="not in use",
            in_call=False,
            paused=False,
            paused_reason=None,
            paused_at=None,
            calls_taken=0,
            last_call_at=None,
            logged_in_at=1700000000.0,
            ring_in_use=None,
            wrapup_time=0,
        ),
    )


@pytest.mark.parametrize(("code", "words"), list(enumerate(STATUSES)))
def test_device_states_have_asterisks_words(state: PbxState, code: int, words: str) -> None:
    state.apply(member_event("QueueMemberStatus", Status=code))

    assert support(state).members[0].status == words


@pytest.mark.parametrize("code", ["9", "-1", "", "x"])
def test_a_device_state_that_asterisk_does_not_have_is_none(state: PbxState, code: str) -> None:
    state.apply(member_event("QueueMemberStatus", Status=code))

    assert support(state).members[0].status is None


def test_a_pause_has_a_reason_and_a_time_and_ends_without(state: PbxState) -> None:
    state.apply(
        member_event("QueueMemberPause", Paused=1, PausedReason="Break, with \\ it", LastPause=1700000100)
    )
    member = support(state).members[0]
    assert (member.paused, member.paused_reason, member.paused_at) == (
        True,
        "Break, with \\ it",
        1700000100.0,
    )

    state.apply(member_event("QueueMemberPause", Paused=0, PausedReason="old", LastPause=1700000100))
    member = support(state).members[0]
    assert (member.paused, member.paused_reason, member.paused_at) == (False, None, None)


def test_members_come_change_and_go(state: PbxState) -> None:
    state.apply(member_event("QueueMemberAdded", "PJSIP/101", Penalty=3, Ringinuse=1))
    state.apply(member_event("QueueMemberPenalty", "PJSIP/101", Penalty=4, Ringinuse=1))
    state.apply(member_event("QueueMemberRinginuse", "PJSIP/101", Penalty=4, Ringinuse=0))

    member = support(state).members[1]
    assert (member.interface, member.penalty, member.ring_in_use) == ("PJSIP/101", 4, False)
    (change,) = state.apply(member_event("QueueMemberRemoved", "PJSIP/101"))
    assert (change.topic, change.op, change.key) == ("queues", "put", "support")
    assert [member.interface for member in support(state).members] == ["PJSIP/100"]


def test_the_same_member_again_is_no_change(state: PbxState) -> None:
    state.apply(member_event("QueueMemberStatus"))

    assert not state.apply(member_event("QueueMemberStatus"))
    assert not state.apply(member_event("QueueMemberRemoved", "PJSIP/999"))


def test_a_caller_with_priority_moves_the_others_up_and_leaving_moves_them_down(state: PbxState) -> None:
    join(state, "17.1", 1)
    join(state, "17.2", 2)
    join(state, "17.3", 1)
    assert waiting(state) == [(1, "17.3"), (2, "17.1"), (3, "17.2")]

    leave(state, "17.1")
    assert waiting(state) == [(1, "17.3"), (2, "17.2")]


def test_a_late_join_of_a_listed_caller_does_not_double_it(state: PbxState) -> None:
    SNAPSHOT_STEPS[2].load(state, listed(queue_item(), caller_item("17.1", 1), caller_item("17.2", 2)))

    join(state, "17.2", 1)
    leave(state, "17.9")

    assert waiting(state) == [(1, "17.1"), (2, "17.2")]


def test_a_masquerade_and_a_new_number_show_at_the_waiting_caller(state: PbxState) -> None:
    state.apply(channel_event("Newchannel"))
    join(state, "17.1", 1)
    state.apply(ami_event("Rename", Channel="PJSIP/100-17.1", Newname="PJSIP/7-1", Uniqueid="17.1"))
    state.apply(channel_event("NewCallerid", CallerIDNum="5", CallerIDName=r"O\'Neil"))

    caller = support(state).callers[0]
    assert (caller.channel, caller.caller_id_num, caller.caller_id_name) == ("PJSIP/7-1", "5", "O'Neil")


def test_a_caller_taken_out_by_the_action_bridge_is_abandoned_as_asterisk_counts(state: PbxState) -> None:
    state.apply(channel_event("Newchannel"))
    join(state, "17.1", 1)

    state.apply(bridge_event("BridgeEnter", "b1", "17.1"))

    assert waiting(state) == []
    assert support(state).abandoned == 1


def test_a_late_bridge_event_right_after_a_list_takes_nobody_out(state: PbxState, clock: Clock) -> None:
    state.apply(channel_event("Newchannel"))
    SNAPSHOT_STEPS[2].load(state, listed(queue_item(), caller_item("17.1", 1)))

    state.apply(bridge_event("BridgeEnter", "b1", "17.1"))
    assert waiting(state) == [(1, "17.1")]

    clock.now += 60
    state.apply(bridge_event("BridgeLeave", "b1", "17.1"))
    state.apply(bridge_event("BridgeEnter", "b1", "17.1"))
    assert waiting(state) == []


def test_a_caller_whose_channel_is_gone_does_not_wait(state: PbxState) -> None:
    state.apply(channel_event("Newchannel"))
    join(state, "17.1", 1)

    state.apply(channel_event("Hangup"))

    assert waiting(state) == []


def test_callers_who_give_up_are_counted_once(state: PbxState) -> None:
    join(state, "17.1", 1)
    state.apply(channel_event("QueueCallerAbandon", "17.1", Queue="support", Position=1, HoldTime=9))
    leave(state, "17.1")
    state.apply(channel_event("QueueCallerAbandon", "17.9", Queue="support", Position=1, HoldTime=9))

    assert support(state).abandoned == 1


def test_a_queue_that_only_an_event_names_is_there_with_what_is_known(state: PbxState) -> None:
    state.apply(member_event("QueueMemberAdded", Queue="new"))

    queue = state.queues.by_name["new"]
    assert (queue.strategy, queue.max, queue.completed, queue.service_level_perf) == (None, None, None, None)
    assert len(queue.members) == 1


def test_counters_that_no_list_told_stay_unknown(state: PbxState) -> None:
    state.apply(channel_event("QueueCallerJoin", "17.1", Queue="new", Position=1))
    state.apply(channel_event("QueueCallerAbandon", "17.1", Queue="new"))
    state.apply(ami_event("AgentConnect", Queue="new", Interface="x", HoldTime=1))
    state.apply(ami_event("AgentComplete", Queue="new", Interface="x", HoldTime=1, TalkTime=1))

    queue = state.queues.by_name["new"]
    assert (queue.completed, queue.abandoned, queue.hold_time, queue.talk_time) == (None, None, None, None)


def test_a_new_list_corrects_by_differences(state: PbxState, clock: Clock) -> None:
    join(state, "17.1", 1)
    joined_at = clock.now
    state.apply(member_event("QueueMemberRinginuse", Ringinuse=1))
    clock.now += 30

    changes = SNAPSHOT_STEPS[2].load(
        state, listed(queue_item(), member_item(Membership="dynamic"), caller_item("17.1", 1, Wait=29))
    )

    of_queues = [change for change in changes if change.topic == "queues"]
    assert [(change.op, change.key) for change in of_queues] == [("put", "support"), ("del", "sales")]
    assert support(state).callers[0].joined_at == joined_at
    assert support(state).members[0].ring_in_use is True


def test_a_list_that_failed_changes_nothing(state: PbxState) -> None:
    refused = Reply("1", Message(b"Response: Error\r\nMessage: Permission denied"))

    for step in SNAPSHOT_STEPS:
        assert not step.load(state, refused)
    assert set(state.queues.by_name) == {"support", "sales"}


def test_items_of_a_queue_that_was_not_introduced_are_left_out(state: PbxState) -> None:
    SNAPSHOT_STEPS[2].load(state, listed(member_item(Queue="other"), caller_item("17.1", 1, Queue="other")))

    assert not state.queues.by_name


@pytest.mark.parametrize(
    "event",
    [
        ami_event("QueueCallerJoin", Queue="support"),
        ami_event("QueueCallerJoin", Uniqueid="17.1"),
        ami_event("QueueMemberStatus", Queue="support"),
        ami_event("QueueCallerLeave"),
        ami_event("QueueMemberRemoved"),
        ami_event("QueueCallerAbandon"),
        ami_event("AgentConnect"),
        ami_event("AgentComplete"),
        ami_event("Newchannel"),
        ami_event("Rename", Uniqueid="17.1"),
        ami_event("Hangup"),
        ami_event("BridgeCreate"),
        ami_event("BridgeEnter"),
        ami_event("BridgeDestroy"),
    ],
    ids=lambda event: event.name,
)
def test_an_event_that_lacks_its_key_changes_nothing(state: PbxState, event: Message) -> None:
    assert not state.apply(event)
