"""Callers wait in queues and members take their calls, with the events and the log of Asterisk 22."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from amictl.demo.causes import SoftHangup
from amictl.demo.channels import State
from amictl.demo.queues.members import DEVICE_STATES
from amictl.demo.queues.queues import Result
from amictl.demo.queues.settings import AutoPause
from tests.demo.queue_centre import START, Centre, write_centre


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return Centre(write_centre(tmp_path))


def test_a_call_is_answered_and_ended_as_asterisk_tells_it(centre: Centre) -> None:
    caller = centre.call("qsupport")
    assert centre.ringing() == [1001]
    centre.let(1.5)
    centre.answer(1001)
    assert caller.bridge
    assert caller.state == State.UP
    centre.let(7)
    centre.hang_up(caller)
    shown = ("Position", "Count", "HoldTime", "TalkTime", "Reason", "DialStatus", "InCall")
    assert list(centre.told(*shown)) == [
        "QueueCallerJoin 1 1", "MusicOnHoldStart", "AgentCalled", "DialBegin", "DialState RINGING",
        *["QueueMemberStatus 0"] * 6, "DialEnd ANSWER", "MusicOnHoldStop", "QueueCallerLeave 1 0",
        "AgentConnect 2", "QueueMemberStatus 1", *["QueueMemberStatus 0"] * 5, "AgentComplete 2 7 caller",
        *["QueueMemberStatus 0"] * 6,
    ]  # fmt: skip
    assert centre.log() == [
        "support|NONE|ENTERQUEUE||2001|1",
        f"support|Anna|CONNECT|2|{START + 1:.0f}.1|2",
        "support|Anna|COMPLETECALLER|2|7|1",
    ]
    counters = centre.queue("support").counters
    assert (counters.completed, counters.completed_in_level, counters.hold_time, counters.talk_time) == (
        1, 1, 2, 7
    )  # fmt: skip
    anna = centre.queue("support").members.get("PJSIP/1001")
    assert anna
    assert (anna.calls, anna.started, anna.last_call) == (1, 0, int(centre.world.now()))


def test_the_agent_who_hangs_up_completes_and_option_c_lets_the_caller_go_on(centre: Centre) -> None:
    caller = centre.call("goon")
    centre.hang_up(centre.answer(1001))
    assert "support|Anna|COMPLETEAGENT|0|0|1" in centre.log()
    assert caller.variables["QUEUESTATUS"] == "CONTINUE"
    assert not caller.hung_up
    other = centre.call("qsupport", 2002)
    centre.hang_up(centre.answer(1001))
    assert other.hung_up


def test_a_member_who_does_not_answer_is_followed_by_the_next(centre: Centre) -> None:
    centre.call("qsupport")
    centre.let(4.9)
    assert centre.ringing() == []
    centre.let(2)
    assert centre.ringing() == [1002]
    assert list(centre.told("MemberName", "RingTime", "DialStatus", without="QueueMemberStatus")) == [
        "QueueCallerJoin", "MusicOnHoldStart", "AgentCalled Anna", "DialBegin", "DialState RINGING",
        "AgentRingNoAnswer Anna 5000", "DialEnd NOANSWER", "DialEnd CANCEL",
        "AgentCalled Ben", "DialBegin", "DialState RINGING",
    ]  # fmt: skip
    assert centre.log()[1:] == ["support|Anna|RINGNOANSWER|5000"]


def test_a_member_who_refuses_is_followed_by_the_next_at_once(centre: Centre) -> None:
    centre.call("qsupport")
    (channel,) = centre.phone(1001).channels
    centre.phone(1001).refuse(channel)
    centre.let(0.1)
    assert centre.ringing() == [1002]
    told = list(centre.told("DialStatus", "RingTime"))
    assert told.index("DialEnd NOANSWER") < told.index("AgentRingNoAnswer 0")


def test_busy_and_congested_halves_say_so_and_one_that_cannot_be_made_is_skipped(centre: Centre) -> None:
    centre.call("qhalves")
    centre.let(1)
    told = list(centre.told("DialStatus"))
    assert told.count("AgentRingNoAnswer") == 2
    assert {"DialEnd BUSY", "DialEnd CONGESTION"} <= set(told)


def test_ringall_rings_the_best_together_and_the_rest_when_they_are_gone(centre: Centre) -> None:
    centre.call("qtogether")
    assert centre.ringing() == [1001, 1002]
    for number in (1001, 1002):
        centre.phone(number).refuse(centre.phone(number).channels[0])
    centre.let(0.2)
    assert centre.ringing() == [1003]


def test_who_answers_first_ends_the_other_calls(centre: Centre) -> None:
    centre.call("qtogether")
    centre.heard.clear()
    centre.answer(1002)
    assert centre.ringing() == []
    assert list(centre.told("DialStatus", without="QueueMemberStatus"))[:4] == [
        "DialEnd ANSWER", "DialEnd CANCEL", "DialEnd CANCEL", "MusicOnHoldStop",
    ]  # fmt: skip
    assert [event["Cause"] for event in centre.heard if event["Event"] == "Hangup"] == ["26"]


@pytest.mark.parametrize("hangs_up", [True, False])
def test_a_caller_who_hangs_up_is_abandoned_and_one_who_is_sent_away_too(
    centre: Centre, hangs_up: bool
) -> None:
    caller = centre.call("qsupport")
    centre.let(2)
    if hangs_up:
        centre.hang_up(caller)
    else:
        caller.go_to("in", "away", 1)
        centre.let(0.1)
    assert caller.hung_up == hangs_up
    assert caller.exten == ("qsupport" if hangs_up else "away")
    assert centre.ringing() == []
    assert centre.log()[1:] == ["support|Anna|RINGCANCELED|2500", "support|NONE|ABANDON|1|1|2"]
    assert list(centre.told("HoldTime", "DialStatus", without="QueueMemberStatus"))[5:] == [
        "MusicOnHoldStop", "DialEnd CANCEL", "DialEnd CANCEL", "QueueCallerAbandon 2", "QueueCallerLeave",
    ]  # fmt: skip
    counters = centre.queue("support").counters
    assert (counters.abandoned, counters.abandoned_in_level) == (1, 1)


def test_a_limit_ends_the_wait_and_the_dialplan_goes_on(centre: Centre) -> None:
    caller = centre.call("limited")
    centre.let(9)
    assert caller.variables["QUEUESTATUS"] == "TIMEOUT"
    assert centre.log()[-1] == "support|NONE|EXITWITHTIMEOUT|1|1|8"
    assert not centre.queue("support").entries
    assert centre.ringing() == []


def test_option_n_leaves_when_all_were_tried(centre: Centre) -> None:
    caller = centre.call("once")
    centre.let(13)
    assert caller.variables["QUEUESTATUS"] == "TIMEOUT"
    assert centre.log()[-1].startswith("support|NONE|EXITWITHTIMEOUT|")


@pytest.mark.parametrize(("exten", "status"), [("qclosed", "JOINEMPTY"), ("qnowhere", "UNKNOWN")])
def test_who_cannot_join_goes_on_with_the_reason(centre: Centre, exten: str, status: str) -> None:
    caller = centre.call(exten)
    assert caller.variables["QUEUESTATUS"] == status
    assert centre.log() == []


def test_a_full_queue_takes_nobody_more(centre: Centre) -> None:
    centre.call("qsmall")
    assert centre.call("qsmall", 2002).variables["QUEUESTATUS"] == "FULL"


def test_a_queue_that_its_members_left_is_left_by_its_callers(centre: Centre) -> None:
    caller = centre.call("qleft")
    assert centre.ringing() == [1003]
    centre.world.memberships.pause("left", "PJSIP/1003", paused=True)
    centre.let(8)
    assert caller.variables["QUEUESTATUS"] == "LEAVEEMPTY"
    assert centre.log()[-1] == "left|NONE|EXITEMPTY|1|1|5"


def test_a_withdrawn_caller_goes_on_in_the_dialplan(centre: Centre) -> None:
    centre.world.memberships.pause("", "PJSIP/1001", paused=True)
    centre.world.memberships.pause("", "PJSIP/1002", paused=True)
    caller = centre.call("qsupport")
    (entry,) = centre.queue("support").entries
    entry.is_withdrawn, entry.withdraw_info = True, "call back"
    centre.let(1)
    assert caller.variables["QUEUESTATUS"] == "WITHDRAW"
    assert caller.variables["QUEUE_WITHDRAW_INFO"] == "call back"
    assert centre.log()[-1] == "support|NONE|WITHDRAW|1|1|1|call back"
    assert centre.queue("support").counters.abandoned == 1


def test_paused_and_busy_members_are_not_rung_unless_in_use_is_allowed(centre: Centre) -> None:
    centre.world.memberships.pause("support", "PJSIP/1002", paused=True)
    centre.phone(1001).dial("away")
    centre.call("qsupport")
    centre.let(10)
    assert centre.ringing() == []
    centre.world.memberships.set_ring_in_use("support", "PJSIP/1001", ring_in_use=True)
    centre.let(5)
    assert centre.ringing() == [1001]


def test_two_callers_are_served_at_once_and_a_member_of_two_queues_is_rung_for_one(centre: Centre) -> None:
    centre.call("qsupport", 2001)
    centre.call("qsupport", 2002)
    assert centre.ringing() == [1001, 1002]
    centre.call("qheavy", 2003)
    assert centre.ringing() == [1001, 1002]
    assert [len(centre.queue(name).entries) for name in ("support", "heavy")] == [2, 1]


def test_a_heavier_queue_has_its_member_first(centre: Centre) -> None:
    centre.world.memberships.pause("", "PJSIP/1002", paused=True)
    centre.phone(1001).unplug()
    centre.let(0.1)
    centre.call("qsupport", 2001)
    centre.call("qheavy", 2002)
    centre.phone(1001).plug_in()
    centre.let(3)
    (channel,) = centre.phone(1001).channels
    assert channel.connected.number == "2002"


def test_a_member_who_does_not_answer_is_paused_where_that_is_wanted(centre: Centre) -> None:
    centre.call("qstrict")
    centre.let(6)
    anna = centre.queue("strict").members.get("PJSIP/1001")
    assert anna
    assert (anna.paused, anna.reason) == (True, "Auto-Pause")
    assert centre.log()[-1] == "strict|Anna|PAUSE|Auto-Pause"
    other = centre.queue("support").members.get("PJSIP/1001")
    assert other
    assert not other.paused


def test_variables_tell_of_queue_member_and_entry_where_that_is_wanted(centre: Centre) -> None:
    caller = centre.call("qstrict")
    centre.let(1)
    peer = centre.answer(1001)
    for channel in (caller, peer):
        assert channel.variables["MEMBERNAME"] == "Anna"
        assert channel.variables["QEHOLDTIME"] == "1"
        assert channel.variables["QUEUENAME"] == "strict"
        assert channel.variables["QUEUEHOLDTIME"] == "1"


def test_a_member_rests_after_a_call(centre: Centre) -> None:
    caller = centre.call("qstrict")
    centre.answer(1001)
    centre.hang_up(caller)
    centre.call("qstrict", 2002)
    centre.let(8)
    assert centre.ringing() == []
    centre.let(4)
    assert centre.ringing() == [1001]


def test_a_member_who_hangs_up_before_the_connection_dumps_the_caller_who_stays(centre: Centre) -> None:
    caller = centre.call("qdelayed")
    peer = centre.answer(1001)
    centre.hang_up(peer)
    centre.let(2)
    assert peer.hung_up
    assert not caller.hung_up
    assert "AgentDump Anna" in list(centre.told("MemberName"))
    assert centre.log()[-1] == "delayed|Anna|AGENTDUMP|"
    assert len(centre.queue("delayed").entries) == 1


def test_a_caller_who_hangs_up_before_the_connection_is_abandoned_once(centre: Centre) -> None:
    caller = centre.call("qdelayed")
    peer = centre.answer(1001)
    centre.hang_up(caller)
    assert peer.hung_up
    assert centre.log()[-1] == "delayed|Anna|ABANDON|1|1|0"
    assert centre.queue("delayed").counters.abandoned == 1


def test_a_rule_lets_more_members_in_with_time(centre: Centre) -> None:
    caller = centre.call("narrow")
    centre.let(3)
    assert centre.ringing() == []
    centre.let(5)
    assert centre.ringing() == [1003]
    assert caller.variables["QUEUE_MAX_PENALTY"] == "2"


def test_the_dialplan_adds_pauses_changes_and_removes_members(centre: Centre) -> None:
    caller = centre.call("join")
    assert (caller.variables["AQMSTATUS"], caller.variables["RQMSTATUS"]) == ("ADDED", "NOTDYNAMIC")
    assert (caller.variables["PQMSTATUS"], caller.variables["UPQMSTATUS"]) == ("PAUSED", "UNPAUSED")
    (shown,) = (event["AppData"] for event in centre.heard if event.get("Application") == "NoOp")
    assert shown == "3/4"
    assert centre.log() == [
        "support|Zoe|ADDMEMBER|PAUSED",
        "NONE|Zoe|PAUSEALL|Lunch",
        "support|Zoe|PAUSE|Lunch",
        "support|Zoe|UNPAUSE|",
        "support|PJSIP/2001|PENALTY|4",
        "support|Zoe|REMOVEMEMBER|",
        "support|me|NOTE|one|two",
    ]


def test_a_hangup_that_the_console_asks_for_completes_the_call_of_the_member(centre: Centre) -> None:
    centre.call("qsupport")
    peer = centre.answer(1001)
    centre.let(2)
    peer.soft_hang_up(SoftHangup.EXPLICIT)
    centre.let(0.1)
    assert centre.log()[-1] == "support|Anna|COMPLETEAGENT|0|2|1"


def test_a_hangup_that_is_not_told_completes_the_call_when_the_dialplan_ends(centre: Centre) -> None:
    caller = centre.call("qsupport")
    centre.answer(1001)
    centre.let(2)
    caller.hang_up()
    centre.let(0.1)
    assert centre.log()[-1] == "support|Anna|COMPLETECALLER|0|2|1"
    assert centre.queue("support").counters.completed == 1


def test_a_caller_whom_the_agent_hands_over_blindly_is_completed_and_goes_on(centre: Centre) -> None:
    caller = centre.call("qsupport")
    agent = centre.answer(1001)
    centre.let(3)
    assert centre.phone(1001).transfer(agent, "away")
    centre.let(1)
    assert not caller.hung_up
    assert caller.exten == "away"
    assert agent.hung_up
    assert centre.log()[1:] == [
        f"support|Anna|CONNECT|0|{agent.unique_id}|0",
        "support|Anna|BLINDTRANSFER|away|in|0|3|1",
    ]
    assert "AgentComplete transfer" in list(centre.told("Reason"))
    assert centre.queue("support").counters.completed == 1


def test_a_caller_whom_the_agent_hands_over_after_asking_is_completed_and_talks_on(centre: Centre) -> None:
    caller = centre.call("qsupport")
    agent = centre.answer(1001)
    consulted = centre.call("dial1003", 1001)
    centre.answer(1003)
    assert centre.phone(1001).transfer_attended(agent, consulted)
    centre.let(1)
    assert caller.bridge
    assert [channel.device for channel in caller.bridge.others(caller)] == ["PJSIP/1003"]
    (line,) = (line for line in centre.log() if "TRANSFER" in line)
    assert line.startswith(f"support|Anna|ATTENDEDTRANSFER|BRIDGE|{caller.bridge.unique_id}|0|")
    assert [each for each in centre.told("Reason") if each.startswith("AgentComplete")][-1].endswith(
        "transfer"
    )


@pytest.mark.parametrize("paused", [True, False], ids=["waiting", "ringing"])
def test_a_caller_leaves_by_a_key_of_the_queues_context(centre: Centre, paused: bool) -> None:
    if paused:
        centre.world.memberships.pause("", "PJSIP/1003", paused=True)
    caller = centre.call("qkeyed")
    centre.let(1)
    for digits in ("9", "2", "3"):
        centre.phone(2001).press(caller, digits)
        centre.let(0.5)
    assert (caller.context, caller.exten) == ("keys", "23")
    assert not caller.hung_up
    assert centre.ringing() == []
    assert centre.log()[-1] == "keyed|NONE|EXITWITHKEY|23|1|1|2"
    assert "QUEUESTATUS" not in caller.variables
    assert centre.queue("keyed").counters.abandoned == 0
    assert not centre.queue("keyed").entries


def test_a_star_ends_the_ringing_where_the_caller_may_hang_up_so(centre: Centre) -> None:
    caller = centre.call("star")
    assert centre.ringing() == [1001]
    centre.phone(2001).press(caller, "*")
    centre.let(0.5)
    assert centre.ringing() == []
    assert len(centre.queue("support").entries) == 1
    centre.let(2)
    assert centre.ringing() == [1002]


def test_a_member_by_a_hint_has_the_state_that_the_extension_shows(centre: Centre) -> None:
    hinted = centre.queue("hinted").members.get("Local/1001@in/n")
    assert hinted
    assert hinted.is_idle
    away = centre.call("away", 1001)
    assert DEVICE_STATES[hinted.status] == "INUSE"
    centre.hang_up(away)
    assert hinted.is_idle
    lost = centre.queue("hinted").members.get("Local/1002@in/n")
    assert lost
    assert DEVICE_STATES[lost.status] == "INVALID"
    assert centre.world.memberships.remove("hinted", "Local/1001@in/n") is Result.NOT_DYNAMIC


def set_general(centre: Centre, **settings: object) -> None:
    queues = centre.world.queues
    queues.general = replace(queues.general, **settings)


def test_a_call_counts_for_all_queues_of_its_member_where_that_is_wanted(centre: Centre) -> None:
    set_general(centre, shared_last_call=True)
    caller = centre.call("qsupport")
    centre.answer(1001)
    centre.hang_up(caller)
    for name in ("support", "together", "strict"):
        anna = centre.queue(name).members.get("PJSIP/1001")
        assert anna
        assert (anna.calls, anna.last_call) == (1, int(centre.world.now()))
    assert centre.queue("together").counters.completed == 0


@pytest.mark.parametrize(
    ("mode", "first", "served"),
    [
        ("no", "qdelayed", "2002"),
        ("yes", "qdelayed", "2001"),
        ("prio", "qdelayed", "2001"),
        ("prio", "less", "2002"),
    ],
)
def test_who_waits_longest_is_served_first_where_that_is_wanted(
    centre: Centre, mode: str, first: str, served: str
) -> None:
    set_general(centre, force_longest_waiting=mode)
    for number in (1001, 1002):
        centre.phone(number).unplug()
    centre.call(first, 2001)
    centre.let(1.2)
    centre.call("qsupport", 2002)
    centre.phone(1001).plug_in()  # the second caller looks sooner than the first one
    centre.let(3)
    (channel,) = centre.phone(1001).channels
    assert channel.connected.number == served


def test_a_member_is_paused_in_all_queues_and_not_soon_after_a_call_where_that_is_wanted(
    centre: Centre,
) -> None:
    strict = centre.queue("strict")
    strict.settings = replace(strict.settings, autopause=AutoPause.ALL, autopause_delay=60)
    anna = strict.members.get("PJSIP/1001")
    assert anna
    anna.last_call = int(centre.world.now()) - 30
    caller = centre.call("qstrict")
    centre.let(6)
    assert not anna.paused
    centre.let(40)
    other = centre.queue("support").members.get("PJSIP/1001")
    assert other
    assert anna.paused
    assert other.paused
    centre.hang_up(caller)


def test_the_log_tells_callers_names_and_unpauses_where_that_is_wanted(centre: Centre) -> None:
    set_general(centre, log_caller_id_name=True, log_unpause_on_reason_change=True)
    centre.call("qsmall")
    assert centre.log() == ["small|NONE|ENTERQUEUE||2001|1|Phone 2001"]
    for reason in ("Tea", "Tea", "Lunch"):
        centre.world.memberships.pause("support", "PJSIP/1001", paused=True, reason=reason)
    assert [line.partition("|Anna|")[2] for line in centre.log()[1:]] == [
        "PAUSE|Tea", "PAUSE|Tea", "UNPAUSE|Auto-Unpause", "PAUSE|Lunch",
    ]  # fmt: skip
