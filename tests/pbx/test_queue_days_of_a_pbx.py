"""What a queue counts of its day: from events as Asterisk sends them, to what readers see."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.queues.days.calendar import Calendar
from amictl.pbx.topics.queues.days.counting import QueueDays
from amictl.pbx.topics.queues.days.value import MissedReason, QueueDay
from amictl.protocol import Message
from tests.pbx.ami_events import (
    Clock,
    ami_event,
    caller_item,
    channel_event,
    listed,
    member_event,
    member_item,
    queue_item,
)

MIDNIGHT = 1_800_057_600.0  # 2027-01-16 00:00 UTC
FIRST, SECOND = date(2027, 1, 15), date(2027, 1, 16)


class Pbx:
    """A picture that goes on over sessions, with a queue that answers within 20 seconds."""

    def __init__(self, now: float = MIDNIGHT - 3600.0) -> None:
        self.clock = Clock(now)
        self.days = QueueDays(Calendar(ZoneInfo("UTC")))
        self.state: PbxState | None = None
        self.log_in(queue_item(), member_item())

    def log_in(self, *items: Message, uptime: int | None = None) -> None:
        self.days.begin_session()
        self.state = PbxState(clock=self.clock, earlier=self.state, queue_days=self.days)
        if uptime is not None:
            self.state.apply(ami_event("FullyBooted", Uptime=uptime))
        for step, found in zip(SNAPSHOT_STEPS, ((), (), items), strict=False):
            step.load(self.state, listed(*found))
        self.state.settle()

    def tell(self, event: str, caller: str = "17.1", **headers: object) -> None:
        assert self.state is not None
        self.state.apply(channel_event(event, caller, Queue="support", Interface="PJSIP/100", **headers))

    def join(self, caller: str = "17.1") -> None:
        self.tell("QueueCallerJoin", caller, Position=1)

    def answer(self, caller: str = "17.1", waited: int = 0) -> None:
        self.clock.now += waited
        self.tell("QueueCallerLeave", caller)
        self.tell("AgentConnect", caller, HoldTime=waited)

    def give_up(self, caller: str = "17.1", waited: int = 0) -> None:
        self.clock.now += waited
        for event in ("QueueCallerAbandon", "QueueCallerLeave", "Hangup"):
            self.tell(event, caller, HoldTime=waited)

    def today(self) -> QueueDay:
        assert self.state is not None
        day = self.state.queues.by_name["support"].today
        assert day is not None
        return day


@pytest.fixture
def pbx() -> Pbx:
    return Pbx()


def abandoned(pbx: Pbx) -> int | None:
    assert pbx.state is not None
    return pbx.state.queues.by_name["support"].abandoned


def counts(day: QueueDay) -> tuple[int, int, int, int, int]:
    return day.offered, day.answered, day.abandoned, day.left, day.waiting


def test_the_service_level_is_of_all_whose_wait_is_over_and_asa_of_those_answered(pbx: Pbx) -> None:
    for caller, waited in (("17.1", 20), ("17.2", 21), ("17.3", 4)):
        pbx.join(caller)
        pbx.answer(caller, waited)
    for caller, waited in (("17.4", 3), ("17.5", 90)):
        pbx.join(caller)
        pbx.give_up(caller, waited)
    pbx.join("17.6")

    today = pbx.today()
    assert counts(today) == (6, 3, 2, 0, 1)
    assert (today.answered_in_level, today.abandoned_in_level) == (2, 1)
    assert today.service_level_perf == 40.0
    assert (today.asa, today.longest_wait) == (15.0, 90.0)


def test_a_day_without_calls_has_no_averages(pbx: Pbx) -> None:
    today = pbx.today()
    assert counts(today) == (0, 0, 0, 0, 0)
    assert (today.service_level_perf, today.asa, today.average_talk, today.longest_wait) == (
        None,
        None,
        None,
        0,
    )


def test_talks_and_transfers_count_when_they_end(pbx: Pbx) -> None:
    for caller, talked, reason in (("17.1", 30, "agent"), ("17.2", 61, "transfer")):
        pbx.join(caller)
        pbx.answer(caller)
        assert pbx.state is not None
        pbx.tell("AgentComplete", caller, HoldTime=0, TalkTime=talked, Reason=reason)
    assert (pbx.today().average_talk, pbx.today().transferred) == (45.5, 1)


def test_who_leaves_by_a_key_counts_when_the_dialplan_goes_on(pbx: Pbx) -> None:
    pbx.join()
    pbx.clock.now += 33
    pbx.tell("QueueCallerLeave")
    assert counts(pbx.today()) == (1, 0, 0, 0, 1)  # a member may have answered: nobody knows yet
    pbx.clock.now += 2
    pbx.tell("Newexten", Application="VoiceMail", AppData="100")

    assert counts(pbx.today()) == (1, 0, 0, 1, 0)
    assert pbx.today().longest_wait == 33.0
    pbx.join()
    assert counts(pbx.today()) == (2, 0, 0, 1, 1)


def test_an_agi_before_the_connect_does_not_make_the_caller_left(pbx: Pbx) -> None:
    pbx.join()
    pbx.tell("QueueCallerLeave")
    pbx.tell("Newexten", Application="AGI", AppData="before.agi")
    pbx.tell("AgentConnect", HoldTime=5)

    assert counts(pbx.today()) == (1, 1, 0, 0, 0)


def test_a_caller_without_word_of_giving_up_is_abandoned_when_the_channel_is_gone(pbx: Pbx) -> None:
    pbx.join()
    pbx.clock.now += 12
    pbx.tell("Hangup")

    assert counts(pbx.today()) == (1, 0, 1, 0, 0)
    assert pbx.today().longest_wait == 12.0


def test_a_call_that_spans_midnight_counts_on_the_day_of_its_caller(pbx: Pbx) -> None:
    pbx.clock.now = MIDNIGHT - 10
    pbx.join("17.1")
    pbx.clock.now = MIDNIGHT - 5
    pbx.join("17.2")
    pbx.clock.now = MIDNIGHT + 5
    pbx.join("17.3")
    assert counts(pbx.today()) == (1, 0, 0, 0, 1)
    pbx.answer("17.1", 10)
    pbx.give_up("17.2")

    assert (pbx.today().day, counts(pbx.today())) == (SECOND, (1, 0, 0, 0, 1))
    stored = {each.record.day: each.record.to_model() for each in pbx.days.book.take_changed()}
    assert counts(stored[FIRST]) == (2, 1, 1, 0, 0)
    assert counts(stored[SECOND]) == (1, 0, 0, 0, 1)


def test_a_day_begins_at_midnight_though_nothing_happens(pbx: Pbx) -> None:
    pbx.join()
    pbx.give_up()
    assert pbx.state is not None
    assert pbx.state.pass_time(MIDNIGHT - 0.001) == ()
    pbx.clock.now = MIDNIGHT
    (change,) = pbx.state.pass_time(MIDNIGHT)

    assert (change.topic, change.key) == ("queues", "support")
    assert (pbx.today().day, counts(pbx.today())) == (SECOND, (0, 0, 0, 0, 0))
    assert (pbx.today().since, pbx.today().complete) == (MIDNIGHT, True)
    assert pbx.state.pass_time(MIDNIGHT + 5) == ()


def test_the_first_day_tells_that_its_beginning_was_missed(pbx: Pbx) -> None:
    today = pbx.today()
    (period,) = today.missed
    assert (today.complete, today.since) == (False, MIDNIGHT - 3600)
    assert (period.begin, period.end, period.reason) == (
        MIDNIGHT - 86400,
        MIDNIGHT - 3600,
        MissedReason.NOT_STARTED,
    )


def test_a_gap_counts_what_asterisk_counted_without_times(pbx: Pbx) -> None:
    pbx.join("17.1")
    pbx.answer("17.1", 5)  # goes on, and ends in the gap
    pbx.join("17.2")  # gives up in the gap
    pbx.join("17.3")  # waits on
    begin = pbx.clock.now
    pbx.days.watch(begin)
    pbx.clock.now += 60
    pbx.log_in(
        queue_item(Completed=3, Abandoned=1), member_item(InCall=1, CallsTaken=3), caller_item("17.3", 1)
    )

    today = pbx.today()
    assert counts(today) == (6, 4, 1, 0, 1)
    period = today.missed[-1]
    assert (period.begin, period.end, period.reason) == (begin, begin + 60, MissedReason.LINK_LOST)
    assert (period.answered, period.abandoned, period.left) == (3, 1, 0)
    assert (today.asa, today.answered_in_level, today.service_level_perf) == (5.0, 1, 100.0)


def test_a_gap_in_which_nothing_happened_is_none(pbx: Pbx) -> None:
    pbx.join()
    pbx.clock.now += 600
    pbx.log_in(queue_item(), member_item(), caller_item("17.1", 1, Wait=600))

    assert counts(pbx.today()) == (1, 0, 0, 0, 1)
    assert [period.reason for period in pbx.today().missed] == [MissedReason.NOT_STARTED]


def test_whom_nobody_heard_join_and_who_gave_up_right_before_the_list_counts_once(pbx: Pbx) -> None:
    pbx.clock.now += 60
    pbx.log_in(queue_item(Abandoned=1), member_item())
    assert counts(pbx.today()) == (1, 0, 1, 0, 0)
    pbx.give_up("17.9", 0)  # told only after the list that counts it

    assert counts(pbx.today()) == (1, 0, 1, 0, 0)
    assert [period.reason for period in pbx.today().missed] == [MissedReason.NOT_STARTED]


def test_who_gave_up_right_before_the_list_is_not_taken_for_who_left_in_the_gap(pbx: Pbx) -> None:
    pbx.join("17.1")  # leaves by a key in the gap
    pbx.clock.now += 60
    pbx.log_in(queue_item(Abandoned=1), member_item())
    assert counts(pbx.today()) == (1, 0, 1, 0, 0)
    pbx.give_up("17.9", 0)  # joined in the gap, told only after the list that counts it

    assert counts(pbx.today()) == (2, 0, 1, 1, 0)
    assert (pbx.today().missed[-1].abandoned, pbx.today().missed[-1].left) == (0, 1)


def test_who_gave_up_right_before_the_list_makes_no_later_list_look_like_a_reset(pbx: Pbx) -> None:
    pbx.join("17.1")  # leaves by a key in the gap
    pbx.clock.now += 60
    pbx.log_in(queue_item(Abandoned=1), member_item())
    pbx.join("17.9")  # as the list's count has it, told only after the list
    pbx.give_up("17.9", 0)
    assert abandoned(pbx) == 1
    pbx.clock.now += 60
    pbx.log_in(queue_item(Abandoned=1), member_item())

    assert counts(pbx.today()) == (2, 0, 1, 1, 0)


def test_who_was_answered_right_before_the_list_is_not_taken_for_who_left_in_the_gap(pbx: Pbx) -> None:
    pbx.join("17.1")  # leaves by a key in the gap
    pbx.clock.now += 60
    pbx.log_in(queue_item(), member_item(InCall=1))
    assert counts(pbx.today()) == (1, 1, 0, 0, 0)
    pbx.join("17.9")
    pbx.answer("17.9")

    assert counts(pbx.today()) == (2, 1, 0, 1, 0)


def test_who_joined_and_gave_up_after_the_list_counts_beside_those_of_the_gap(pbx: Pbx) -> None:
    pbx.clock.now += 60
    pbx.log_in(queue_item(Abandoned=1), member_item())
    pbx.clock.now += 2
    pbx.join("17.9")
    pbx.give_up("17.9", 2)

    assert counts(pbx.today()) == (2, 0, 2, 0, 0)


def test_who_joined_and_gave_up_soon_after_the_list_is_not_taken_for_one_of_the_gap(pbx: Pbx) -> None:
    pbx.clock.now += 60
    pbx.log_in(queue_item(Abandoned=1), member_item())
    pbx.clock.now += 0.1
    pbx.join("17.9")
    pbx.clock.now += 0.6
    pbx.give_up("17.9", 0)

    assert counts(pbx.today()) == (2, 0, 2, 0, 0)
    assert abandoned(pbx) == 2


def test_whom_the_list_shows_waiting_is_not_among_those_whom_it_counts(pbx: Pbx) -> None:
    pbx.clock.now += 60
    pbx.log_in(queue_item(Abandoned=1), member_item(), caller_item("17.9", 1, Wait=0))
    pbx.give_up("17.9", 0)

    assert counts(pbx.today()) == (2, 0, 2, 0, 0)
    assert abandoned(pbx) == 2


def test_once_a_listed_caller_has_left_all_that_comes_is_from_after_the_list(pbx: Pbx) -> None:
    pbx.join("17.1")
    pbx.clock.now += 60
    pbx.log_in(queue_item(Abandoned=1), member_item(), caller_item("17.1", 1, Wait=60))
    pbx.give_up("17.1", 0)
    pbx.join("17.9")
    pbx.give_up("17.9", 0)

    assert counts(pbx.today()) == (3, 0, 3, 0, 0)
    assert abandoned(pbx) == 3


def test_who_is_gone_after_a_gap_without_a_count_left_nobody_knows_how(pbx: Pbx) -> None:
    pbx.join()
    pbx.clock.now += 60
    pbx.log_in(queue_item(), member_item())

    assert counts(pbx.today()) == (1, 0, 0, 1, 0)
    assert pbx.today().missed[-1].left == 1


@pytest.mark.parametrize(
    ("uptime", "abandoned", "reason"),
    [(300, 3, MissedReason.COUNTERS_RESET), (86_400, 2, MissedReason.LINK_LOST)],
)
def test_a_restart_is_known_by_the_uptime_though_the_counters_grew(
    pbx: Pbx, uptime: int, abandoned: int, reason: MissedReason
) -> None:
    pbx.join()
    pbx.give_up()
    pbx.days.watch(pbx.clock.now)
    pbx.clock.now += 600
    pbx.log_in(queue_item(Abandoned=2), member_item(), uptime=uptime)

    assert pbx.today().abandoned == abandoned
    assert pbx.today().missed[-1].reason is reason


def test_a_link_lost_a_second_after_asterisk_began_is_no_restart_of_it(pbx: Pbx) -> None:
    pbx.log_in(queue_item(), member_item(), uptime=1)
    pbx.clock.now += 0.4
    pbx.join()
    pbx.give_up()
    pbx.days.watch(pbx.clock.now)
    pbx.clock.now += 0.9  # the uptime's second turns only after it
    pbx.log_in(queue_item(Abandoned=2), member_item(), uptime=1)

    assert pbx.today().abandoned == 2
    assert pbx.today().missed[-1].reason is MissedReason.LINK_LOST


def test_a_gap_over_midnight_is_told_by_both_days(pbx: Pbx) -> None:
    begin = pbx.clock.now
    pbx.clock.now = MIDNIGHT + 60
    pbx.log_in(queue_item(Abandoned=2), member_item())

    stored = {each.record.day: each.record for each in pbx.days.book.take_changed()}
    assert counts(stored[SECOND].to_model()) == (2, 0, 2, 0, 0)
    assert stored[SECOND].missed[-1].abandoned == 2
    assert stored[FIRST].missed[-1].abandoned is None
    assert stored[FIRST].missed[-1].begin == begin


def test_a_queue_that_is_new_on_a_known_pbx_was_missed_by_nobody(pbx: Pbx) -> None:
    assert pbx.state is not None
    pbx.state.load_queues([queue_item(), member_item(), queue_item("sales")])
    sales = pbx.state.queues.by_name["sales"].today
    assert sales is not None
    assert sales.complete


def test_many_gaps_of_a_day_merge(pbx: Pbx) -> None:
    for abandoned in range(1, 40):
        pbx.clock.now += 10
        pbx.log_in(queue_item(Abandoned=abandoned), member_item())

    missed = pbx.today().missed
    assert (len(missed), missed[-1].end) == (20, pbx.clock.now)
    assert sum(period.abandoned or 0 for period in missed) == 39
    assert pbx.today().abandoned == 39


def test_a_counted_day_never_goes_backwards_through_a_reset(pbx: Pbx) -> None:
    pbx.join()
    pbx.give_up()
    assert pbx.state is not None
    pbx.state.load_queues([queue_item(), member_item()])  # `queue reset stats`, seen by the next look
    pbx.state.apply(member_event("QueueMemberStatus"))
    pbx.join("17.2")
    pbx.give_up("17.2")
    pbx.log_in(queue_item(Abandoned=1), member_item())

    assert counts(pbx.today()) == (2, 0, 2, 0, 0)
    assert len(pbx.today().missed) == 1


def test_a_session_that_does_not_hear_the_queue_counts_nothing_and_is_a_missed_time_afterwards(
    pbx: Pbx,
) -> None:
    pbx.join("17.1")
    pbx.answer("17.1")
    pbx.days.watch(pbx.clock.now)
    deaf_from = pbx.clock.now
    pbx.days.heard = False
    pbx.log_in(queue_item(Completed=0), member_item())
    assert pbx.state is not None
    pbx.join("18.1")  # some events of the kind may come, and not all
    pbx.answer("18.1")
    pbx.clock.now += 600.0
    pbx.days.watch(pbx.clock.now)
    assert pbx.state.queues.by_name["support"].today is None

    pbx.days.heard = True
    pbx.log_in(queue_item(Completed=5), member_item())
    today = pbx.today()
    assert not today.complete
    assert (today.answered, today.offered) == (5, 5)
    assert [(each.begin, each.reason) for each in today.missed][-1] == (deaf_from, MissedReason.LINK_LOST)


def test_a_day_that_is_heard_no_more_is_told_as_not_known_at_once(pbx: Pbx) -> None:
    assert pbx.state is not None
    pbx.days.heard = False
    (change,) = pbx.state.show_days()
    assert (change.topic, change.key) == ("queues", "support")
    assert pbx.state.queues.by_name["support"].today is None
    assert not pbx.state.show_days()
