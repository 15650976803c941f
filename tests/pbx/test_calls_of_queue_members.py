"""The calls that members of a queue answer: counted as app_queue counts them, and shown with the caller."""

from __future__ import annotations

import pytest

from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.protocol import Message
from tests.pbx.ami_events import (
    Clock,
    ami_event,
    channel_event,
    channel_item,
    listed,
    member_event,
    member_item,
    queue_item,
)
from tests.pbx.queue_states import agent_event, load_two_queues, support


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> PbxState:
    return load_two_queues(clock)


def test_averages_and_service_level_are_asterisks(state: PbxState) -> None:
    for waited, talked in ((8, 100), (30, 60), (21, 7)):
        state.apply(agent_event("AgentConnect", HoldTime=waited))
        state.apply(agent_event("AgentComplete", HoldTime=waited, TalkTime=talked))

    queue = support(state)
    # (8 * 3 + 30) >> 2 = 13, (13 * 3 + 21) >> 2 = 15; (100 * 3 + 60) >> 2 = 90, (90 * 3 + 7) >> 2 = 69
    assert (queue.completed, queue.hold_time, queue.talk_time) == (3, 15, 69)
    assert queue.service_level_perf == 33.3


def test_a_call_makes_the_member_busy_and_then_counts_for_it(state: PbxState, clock: Clock) -> None:
    state.apply(agent_event("AgentConnect", HoldTime=1))
    assert support(state).members[0].in_call is True

    clock.now += 10.7
    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=10))
    member = support(state).members[0]
    assert (member.in_call, member.calls_taken) == (False, 1)
    assert member.last_call_at == float(int(clock.now))


def test_a_call_counted_when_the_device_became_idle_is_not_counted_at_its_end(
    state: PbxState, clock: Clock
) -> None:
    state.apply(agent_event("AgentConnect", HoldTime=1))
    state.apply(member_event("QueueMemberStatus", Status=2, InCall=1))
    clock.now += 12
    state.apply(member_event("QueueMemberStatus", Status=1, InCall=0, CallsTaken=1, LastCall=1700000200))
    assert (support(state).completed, support(state).talk_time) == (1, 12)

    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=55))

    assert (support(state).completed, support(state).talk_time) == (1, 12)
    assert support(state).members[0].calls_taken == 1


def test_a_call_that_the_list_counts_is_not_counted_by_a_late_event(state: PbxState) -> None:
    SNAPSHOT_STEPS[2].load(
        state, listed(queue_item(Completed=7, ServicelevelPerf="71.4"), member_item(InCall=0, CallsTaken=3))
    )

    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=5))

    assert (support(state).completed, support(state).service_level_perf) == (7, 71.4)
    assert support(state).members[0].calls_taken == 3


def test_a_call_that_goes_on_during_the_list_is_counted_at_its_end(state: PbxState) -> None:
    SNAPSHOT_STEPS[2].load(
        state,
        listed(
            queue_item(Completed=7, Holdtime=5, TalkTime=40, ServicelevelPerf="71.4"),
            member_item(InCall=1, CallsTaken=3),
        ),
    )

    state.apply(agent_event("AgentConnect", HoldTime=19))
    assert support(state).hold_time == 5
    state.apply(agent_event("AgentComplete", HoldTime=19, TalkTime=80))

    queue = support(state)
    assert (queue.completed, queue.talk_time, queue.service_level_perf) == (8, 50, 75.0)
    assert queue.members[0].calls_taken == 4


def test_of_two_calls_of_a_member_at_once_the_second_counts(state: PbxState, clock: Clock) -> None:
    state.apply(agent_event("AgentConnect", HoldTime=1, Uniqueid="17.1"))
    clock.now += 10
    state.apply(agent_event("AgentConnect", HoldTime=1, Uniqueid="17.2"))

    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=5, Uniqueid="17.1"))
    assert (support(state).completed, support(state).members[0].in_call) == (0, True)

    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=9, Uniqueid="17.2"))
    assert (support(state).completed, support(state).talk_time) == (1, 9)
    assert support(state).members[0].in_call is False


def test_of_many_calls_of_a_member_at_once_each_latest_one_counts(state: PbxState, clock: Clock) -> None:
    def connect(caller: str, wait: float) -> None:
        clock.now += wait
        state.apply(agent_event("AgentConnect", HoldTime=1, Uniqueid=caller))

    def complete(caller: str) -> int | None:
        clock.now += 1
        state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=5, Uniqueid=caller))
        return support(state).completed

    for caller in ("17.1", "17.2", "17.3"):
        connect(caller, 10)
    assert complete("17.1") == 0
    assert complete("17.3") == 1
    connect("17.4", 10)
    assert complete("17.2") == 1
    assert support(state).members[0].in_call_with.unique_id == "17.4"
    assert complete("17.4") == 2
    connect("17.5", 10)
    connect("17.6", 0)  # in the same second: whichever ends first counts
    assert (complete("17.5"), complete("17.6")) == (3, 3)


def test_a_call_that_goes_on_under_another_channel_ends_by_its_length(state: PbxState, clock: Clock) -> None:
    state.apply(agent_event("AgentConnect", HoldTime=1, Uniqueid="17.1"))
    clock.now += 60
    state.apply(agent_event("AgentConnect", HoldTime=1, Uniqueid="17.2"))
    clock.now += 30
    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=90, Uniqueid="17.99"))
    assert support(state).completed == 0
    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=30, Uniqueid="17.98"))

    assert support(state).completed == 1
    assert support(state).members[0].in_call_with is None


def test_a_call_without_channels_ends_by_the_seconds_that_app_queue_measures(
    state: PbxState, clock: Clock
) -> None:
    clock.now = 2_000_000_000.936
    state.apply(agent_event("AgentConnect", HoldTime=0, Uniqueid="17.1"))
    clock.now += 0.690
    state.apply(agent_event("AgentConnect", HoldTime=0, Uniqueid="17.2"))
    clock.now += 0.535  # half a second later, and in the next second

    state.apply(ami_event("AgentComplete", Queue="support", Interface="PJSIP/100", HoldTime=0, TalkTime=1))

    assert (support(state).completed, support(state).members[0].in_call) == (1, False)
    state.apply(agent_event("AgentComplete", HoldTime=0, TalkTime=1, Uniqueid="17.1"))
    assert support(state).completed == 1


def test_a_call_that_was_told_in_the_second_after_it_began_counts_by_its_length(
    state: PbxState, clock: Clock
) -> None:
    clock.now = 2_000_000_000.002  # a moment late: it began in the second before
    state.apply(agent_event("AgentConnect", HoldTime=0, Uniqueid="17.1"))
    clock.now += 0.8
    state.apply(agent_event("AgentConnect", HoldTime=0, Uniqueid="17.2"))
    clock.now += 2.5
    state.apply(agent_event("AgentComplete", HoldTime=0, TalkTime=4, Uniqueid="17.1"))
    assert (support(state).completed, support(state).members[0].in_call) == (0, True)
    state.apply(agent_event("AgentComplete", HoldTime=0, TalkTime=3, Uniqueid="17.2"))
    assert (support(state).completed, support(state).members[0].in_call) == (1, False)


def test_an_unheard_call_that_ends_is_not_taken_for_one_of_the_next_second(
    state: PbxState, clock: Clock
) -> None:
    clock.now = 2_000_000_000.6
    state.apply(agent_event("AgentConnect", HoldTime=0, Uniqueid="17.1"))
    state.apply(agent_event("AgentComplete", HoldTime=0, TalkTime=1, Uniqueid="17.99"))

    assert (support(state).completed, support(state).members[0].in_call) == (0, True)


def test_of_two_calls_of_one_second_that_one_ended_whose_caller_is_gone(
    state: PbxState, clock: Clock
) -> None:
    state.load_channels([])
    clock.now = 2_000_000_000.1
    for caller in ("17.1", "17.2"):
        state.apply(channel_event("Newchannel", caller))
        state.apply(agent_event("AgentConnect", HoldTime=0, Uniqueid=caller))
        clock.now += 0.3
    state.apply(channel_event("Hangup", "17.1"))
    state.apply(ami_event("AgentComplete", Queue="support", Interface="PJSIP/100", HoldTime=0, TalkTime=0))
    assert support(state).completed == 1
    assert support(state).members[0].in_call_with.unique_id == "17.2"

    clock.now += 5
    state.apply(agent_event("AgentConnect", HoldTime=0, Uniqueid="17.3"))
    state.apply(agent_event("AgentComplete", HoldTime=0, TalkTime=5, Uniqueid="17.2"))
    assert (support(state).completed, support(state).members[0].in_call) == (1, True)


def test_a_new_session_remembers_the_calls_that_go_on(state: PbxState, clock: Clock) -> None:
    state.apply(
        channel_event(
            "AgentConnect", "17.1", Queue="support", Interface="PJSIP/100", HoldTime=1, CallerIDNum="2105"
        )
    )
    clock.now += 10
    state.apply(agent_event("AgentConnect", HoldTime=1, Uniqueid="17.2"))
    again = PbxState(clock=clock, earlier=state)
    again.load_channels([])
    again.load_queues([queue_item(), member_item(InCall=1)])

    assert support(again).members[0].in_call_with.unique_id == "17.2"
    again.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=10, Uniqueid="17.1"))
    assert support(again).completed == 0
    again.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=10, Uniqueid="17.2"))
    assert support(again).completed == 1


def test_a_new_session_does_not_take_another_call_for_the_one_it_remembers(
    state: PbxState, clock: Clock
) -> None:
    state.apply(agent_event("AgentConnect", HoldTime=1, Uniqueid="17.1"))
    again = PbxState(clock=clock, earlier=state)
    again.load_channels([])
    again.load_queues([queue_item(), member_item(InCall=1, CallsTaken=1)])

    assert support(again).members[0].in_call_with is None


def bridged(unique_id: str, name: str, application: str, data: str = "", bridge_id: str = "b1") -> Message:
    told = {"Channel": name, "CallerIDNum": "2105", "Application": application, "ApplicationData": data}
    return channel_item(unique_id, BridgeId=bridge_id, **told)


@pytest.mark.parametrize(
    ("interface", "channel", "queue", "bridge_id"),
    [
        ("PJSIP/100", "PJSIP/100-0000001a", "support", "b1"),
        ("Local/501@agents/n", "Local/501@agents-00000006;1", "support", "b1"),
        ("PJSIP/10", "PJSIP/100-0000001a", "support", "b1"),
        ("PJSIP/100", "PJSIP/100-0000001a", "sales", "b1"),
        ("PJSIP/100", "PJSIP/100-0000001a", "support", "b2"),
    ],
    ids=["phone", "local", "another phone", "another queue", "another bridge"],
)
def test_whom_a_member_talks_to_is_found_among_the_channels(
    request: pytest.FixtureRequest, interface: str, channel: str, queue: str, bridge_id: str
) -> None:
    found = None if "another" in request.node.name else "17.1"
    state = PbxState()
    state.load_channels(
        [
            bridged("17.1", "PJSIP/2105-1", "Queue", f"{queue},,,,600"),
            bridged("17.2", channel, "AppQueue", "(Outgoing Line)", bridge_id),
        ]
    )
    state.load_queues([queue_item(), member_item(interface, InCall=1), member_item("PJSIP/9")])

    call = support(state).members[0].in_call_with
    assert (call and call.unique_id) == found
    ended = {"Queue": "support", "Interface": interface, "HoldTime": 1, "TalkTime": 5, "Uniqueid": "17.1"}
    state.apply(ami_event("AgentComplete", **ended))
    assert support(state).members[0].in_call_with is None


def test_a_call_that_was_answered_while_nobody_listened_is_the_members_latest(
    state: PbxState, clock: Clock
) -> None:
    state.apply(agent_event("AgentConnect", HoldTime=1, Uniqueid="17.1"))
    again = PbxState(clock=clock, earlier=state)
    again.load_channels(
        [
            bridged("17.1", "PJSIP/2105-1", "Queue", "support", "b1"),
            bridged("17.2", "PJSIP/100-1", "AppQueue", "(Outgoing Line)", "b1"),
            bridged("17.3", "PJSIP/2106-1", "Queue", "support", "b2"),
            bridged("17.4", "PJSIP/100-2", "AppQueue", "(Outgoing Line)", "b2"),
        ]
    )
    again.load_queues([queue_item(), member_item(InCall=1)])
    assert support(again).members[0].in_call_with.unique_id == "17.3"

    clock.now += 1
    again.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=1, Uniqueid="17.1"))
    assert (support(again).completed, support(again).members[0].in_call) == (0, True)
    again.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=1, Uniqueid="17.3"))
    assert (support(again).completed, support(again).members[0].in_call) == (1, False)
    assert support(again).members[0].in_call_with is None


def test_a_call_that_began_unheard_and_ends_without_a_name_counts(state: PbxState, clock: Clock) -> None:
    clock.now = 2_000_000_000.877
    state.apply(agent_event("AgentConnect", HoldTime=0, Uniqueid="17.1"))
    clock.now += 0.3
    again = PbxState(clock=clock, earlier=state)
    again.load_channels(
        [
            bridged("17.3", "PJSIP/2106-1", "Queue", "support", "b2"),
            bridged("17.4", "PJSIP/100-2", "AppQueue", "(Outgoing Line)", "b2"),
        ]
    )
    again.load_queues([queue_item(), member_item(InCall=1)])
    clock.now += 0.07
    again.apply(ami_event("AgentComplete", Queue="support", Interface="PJSIP/100", HoldTime=0, TalkTime=0))

    assert (support(again).completed, support(again).members[0].in_call) == (1, False)


def test_a_call_that_was_heard_is_not_taken_for_one_that_only_the_list_tells(
    state: PbxState, clock: Clock
) -> None:
    clock.now = 2_000_000_000.1
    for caller in ("17.1", "17.2"):  # in one second
        state.apply(agent_event("AgentConnect", HoldTime=0, Uniqueid=caller))
        clock.now += 0.3
    state.apply(ami_event("AgentComplete", Queue="support", Interface="PJSIP/100", HoldTime=0, TalkTime=0))
    clock.now += 5
    again = PbxState(clock=clock, earlier=state)
    again.load_channels([channel_item("17.1"), channel_item("17.2")])
    again.load_queues([queue_item(Completed=1), member_item(InCall=1, CallsTaken=1)])
    for caller in ("17.1", "17.2"):  # which of them ended was a guess
        again.apply(agent_event("AgentComplete", HoldTime=0, TalkTime=5, Uniqueid=caller))

    assert (support(again).completed, support(again).members[0].in_call) == (1, True)
    again.apply(agent_event("AgentComplete", HoldTime=0, TalkTime=2, Uniqueid="17.3"))
    assert (support(again).completed, support(again).members[0].in_call) == (2, False)


def test_a_call_that_was_taken_for_one_that_ended_is_not_new_to_the_next_session(
    state: PbxState, clock: Clock
) -> None:
    clock.now = 2_000_000_000.1
    for caller in ("17.1", "17.2"):  # in one second
        state.apply(agent_event("AgentConnect", HoldTime=0, Uniqueid=caller))
        clock.now += 0.3
    state.apply(ami_event("AgentComplete", Queue="support", Interface="PJSIP/100", HoldTime=0, TalkTime=0))
    clock.now += 5
    state.apply(agent_event("AgentConnect", HoldTime=0, Uniqueid="17.3"))
    again = PbxState(clock=clock, earlier=state)
    again.load_channels(
        [
            bridged("17.2", "PJSIP/2105-1", "Queue", "support", "b1"),
            bridged("17.12", "PJSIP/100-1", "AppQueue", "(Outgoing Line)", "b1"),
            bridged("17.3", "PJSIP/2106-1", "Queue", "support", "b2"),
            bridged("17.13", "PJSIP/100-2", "AppQueue", "(Outgoing Line)", "b2"),
        ]
    )
    again.load_queues([queue_item(Completed=1), member_item(InCall=1, CallsTaken=1)])

    again.apply(agent_event("AgentComplete", HoldTime=0, TalkTime=5, Uniqueid="17.2"))
    assert (support(again).completed, support(again).members[0].in_call) == (1, True)
    again.apply(agent_event("AgentComplete", HoldTime=0, TalkTime=0, Uniqueid="17.3"))
    assert (support(again).completed, support(again).members[0].in_call) == (2, False)


def test_a_talk_that_lists_found_is_over_whatever_is_told_first() -> None:
    again = PbxState()
    again.load_channels(
        [
            bridged("17.1", "PJSIP/2105-1", "Queue", "support"),
            bridged("17.2", "PJSIP/100-1", "AppQueue", "(Outgoing Line)"),
        ]
    )
    again.load_queues([queue_item(), member_item(InCall=1)])
    assert support(again).members[0].in_call_with.unique_id == "17.1"

    again.apply(member_event("QueueMemberStatus", Status=1, InCall=0, CallsTaken=1))
    again.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=5, Uniqueid="17.1"))
    again.apply(channel_event("Hangup", "17.1"))

    assert support(again).members[0].in_call_with is None
    assert support(again).completed == 1


def test_a_call_from_before_the_list_gets_its_times_when_it_ends(state: PbxState) -> None:
    SNAPSHOT_STEPS[2].load(state, listed(queue_item(), member_item(InCall=1)))

    state.apply(member_event("QueueMemberStatus", Status=1, InCall=0, CallsTaken=1))
    assert (support(state).completed, support(state).talk_time) == (1, 0)
    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=55))

    queue = support(state)
    assert (queue.completed, queue.talk_time, queue.service_level_perf) == (1, 55, 100.0)
    assert queue.members[0].calls_taken == 1


def test_a_reset_during_a_call_does_not_count_it(state: PbxState, clock: Clock) -> None:
    state.apply(agent_event("AgentConnect", HoldTime=1))
    state.apply(member_event("QueueMemberStatus", InCall=1, Status=2))
    clock.now += 10
    state.apply(member_event("QueueMemberStatus", InCall=0, Status=1))
    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=5))

    assert support(state).completed == 0


def test_a_member_event_between_connect_and_call_does_not_end_the_call(state: PbxState, clock: Clock) -> None:
    state.apply(agent_event("AgentConnect", HoldTime=1))
    state.apply(member_event("QueueMemberStatus", InCall=0, Status=2))
    assert support(state).members[0].in_call is True

    clock.now += 10
    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=10))
    assert support(state).completed == 1


def test_the_queue_is_asked_for_when_a_member_has_other_calls_than_were_counted(state: PbxState) -> None:
    state.apply(agent_event("AgentConnect", HoldTime=1, Uniqueid="17.1"))
    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=5, Uniqueid="17.1"))
    state.apply(member_event("QueueMemberStatus", Status=1, CallsTaken=1))
    assert state.doubts.take() == ()

    state.apply(member_event("QueueMemberStatus", Status=1, CallsTaken=2))
    assert state.doubts.take() == (("queues", "support"),)
    state.apply(member_event("QueueMemberStatus", Status=1, CallsTaken=0))
    assert state.doubts.take() == (("queues", "support"),)


def test_a_call_that_the_members_own_event_counts_leaves_no_doubt(state: PbxState) -> None:
    state.apply(agent_event("AgentConnect", HoldTime=1, Uniqueid="17.1"))
    state.apply(member_event("QueueMemberStatus", Status=1, InCall=0, CallsTaken=1))
    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=5, Uniqueid="17.1"))
    assert state.doubts.take() == ()


def test_the_queue_is_asked_for_when_another_call_ends_than_the_members_latest(state: PbxState) -> None:
    for caller in ("17.1", "17.3"):
        state.apply(agent_event("AgentConnect", HoldTime=1, Uniqueid=caller))
    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=5, Uniqueid="17.1"))
    assert state.doubts.take() == (("queues", "support"),)

    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=5, Uniqueid="17.3"))
    assert state.doubts.take() == ()


def test_the_queue_is_asked_for_when_a_call_ends_that_only_the_list_told(state: PbxState) -> None:
    SNAPSHOT_STEPS[2].load(state, listed(queue_item(), member_item(InCall=1)))
    state.apply(agent_event("AgentComplete", HoldTime=1, TalkTime=55))
    assert state.doubts.take() == (("queues", "support"),)


def test_the_queue_is_asked_for_when_a_call_waited_a_second_more_than_its_level(state: PbxState) -> None:
    level = support(state).service_level or 0
    for waited in (level, level + 2):
        state.apply(agent_event("AgentConnect", HoldTime=waited, Uniqueid="17.1"))
        state.apply(agent_event("AgentComplete", HoldTime=waited, TalkTime=5, Uniqueid="17.1"))
        assert state.doubts.take() == ()

    state.apply(agent_event("AgentConnect", HoldTime=level + 1, Uniqueid="17.2"))
    state.apply(agent_event("AgentComplete", HoldTime=level + 1, TalkTime=5, Uniqueid="17.2"))
    assert state.doubts.take() == (("queues", "support"),)
