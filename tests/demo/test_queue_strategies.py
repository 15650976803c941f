"""Who is rung next, whose turn it is, in which order callers stand: the rules of app_queue, without a PBX."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amictl.demo.queues.members import DEVICE_STATES, Member, fold_hash, member_bucket
from amictl.demo.queues.queue import CallQueue, Entry
from amictl.demo.queues.rules import Penalties
from amictl.demo.queues.settings import Empty, QueueSettings, Strategy
from amictl.demo.queues.strategies import Attempt, choose_all, choose_next, rank_members, remember_turn

NOW = 1_800_000_000.5
NOBODY: Any = object()  # a channel that the rules never look at
CHANCE = Random(1)
ORDERED = [Strategy.LINEAR, Strategy.ROUND_ROBIN_ORDERED]


def make_queue(strategy: Strategy, members: int, **settings: int) -> CallQueue:
    queue = CallQueue(QueueSettings("q", strategy, **settings))
    for number in range(members):
        queue.members.add(Member(f"PJSIP/{1001 + number}", f"Agent {number}", "", status=1))
    return queue


def make_entry(**values: object) -> Entry:
    return Entry(NOBODY, int(NOW), **values)


def ring_each_once(queue: CallQueue, entry: Entry) -> list[str]:
    """Whom a caller reaches when nobody answers, one after the other."""
    attempts = rank_members(queue, entry, NOW, CHANCE)
    reached = []
    while (best := choose_next(attempts)) is not None:
        best.is_open = False
        reached.append(best.member.interface)
    return reached


def ring_first(queue: CallQueue, entry: Entry) -> Member:
    """The member who answers at once, as a caller with free members has it."""
    attempts = rank_members(queue, entry, NOW, CHANCE)
    best = choose_next(attempts)
    assert best
    best.channel = NOBODY
    remember_turn(queue, entry, attempts)
    return best.member


def test_members_stand_in_the_order_of_asterisks_hash() -> None:
    queue = make_queue(Strategy.RING_ALL, 0)
    for interface in ("PJSIP/100", "PJSIP/101", "Local/501@agents/n", "Local/502@agents/n"):
        queue.members.add(Member(interface, interface, interface))
    # Asterisk 22 lists queue support of the test bed in this order.
    assert [member.interface for member in queue.members] == [
        "Local/502@agents/n", "Local/501@agents/n", "PJSIP/101", "PJSIP/100",
    ]  # fmt: skip
    names = ("support", "sales", "lobby", "nobody")
    assert sorted(names, key=lambda name: fold_hash(name) % 53) == ["support", "lobby", "sales", "nobody"]
    assert fold_hash("SUPPORT") == fold_hash("support")
    assert member_bucket("pjsip") in range(37)


@pytest.mark.parametrize("strategy", ORDERED)
def test_members_of_ordered_strategies_stand_as_they_were_added(strategy: Strategy) -> None:
    queue = make_queue(strategy, 0)
    for number in (3, 1, 2):
        queue.members.add(Member(f"PJSIP/{number}", "", ""))
    assert [member.interface for member in queue.members] == ["PJSIP/3", "PJSIP/1", "PJSIP/2"]


def test_a_member_that_goes_lets_those_behind_it_move_up() -> None:
    queue = make_queue(Strategy.ROUND_ROBIN_ORDERED, 4)
    second = queue.members.get("pjsip/1002")
    assert second
    queue.members.remove(second)
    assert [member.position for member in queue.members] == [0, 1, 2]
    assert queue.members.get("PJSIP/1002") is None


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8), st.integers(0, 3), st.integers(0, 3))
def test_ringall_calls_all_of_the_lowest_penalty_that_the_caller_accepts(
    penalties: list[int], low: int, high: int
) -> None:
    queue = make_queue(Strategy.RING_ALL, len(penalties))
    for member, penalty in zip(queue.members, penalties, strict=True):
        member.penalty = penalty
    attempts = rank_members(queue, make_entry(penalties=Penalties(maximum=high, minimum=low)), NOW, CHANCE)
    accepted = [penalty for penalty in penalties if low <= penalty <= high]
    best = choose_next(attempts)
    if not accepted:
        assert best is None
        return
    assert best
    rung = choose_all(attempts, best)
    assert {attempt.member.penalty for attempt in rung} == {min(accepted)}
    assert len(rung) == accepted.count(min(accepted))


@given(st.integers(1, 7), st.integers(1, 30))
def test_rrmemory_serves_all_members_equally(members: int, calls: int) -> None:
    queue = make_queue(Strategy.ROUND_ROBIN_MEMORY, members)
    served = Counter(ring_first(queue, make_entry()).interface for _ in range(calls))
    assert max(served.values()) - min(served[member.interface] for member in queue.members) <= 1


@given(st.integers(1, 7), st.integers(1, 20))
def test_linear_begins_with_the_first_member_for_each_caller(members: int, calls: int) -> None:
    queue = make_queue(Strategy.LINEAR, members)
    for _ in range(calls):
        assert ring_first(queue, make_entry()).interface == "PJSIP/1001"
    caller = make_entry()
    assert ring_each_once(queue, caller) == [member.interface for member in queue.members]


def test_linear_goes_on_with_the_next_member_for_the_same_caller() -> None:
    queue = make_queue(Strategy.LINEAR, 3)
    caller = make_entry()
    assert [ring_first(queue, caller).interface[-1] for _ in range(4)] == ["1", "2", "3", "1"]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=8))
def test_fewestcalls_and_leastrecent_choose_by_penalty_and_then_by_what_they_are_named_for(
    members: list[tuple[int, int]],
) -> None:
    for strategy in (Strategy.FEWEST_CALLS, Strategy.LEAST_RECENT):
        queue = make_queue(strategy, len(members))
        for member, (measure, penalty) in zip(queue.members, members, strict=True):
            member.penalty = penalty
            member.calls = measure
            member.last_call = measure and int(NOW) - 100 + measure
        chosen = ring_first(queue, make_entry())
        best = min((member.penalty, member.calls) for member in queue.members)
        assert (chosen.penalty, chosen.calls) == best


@given(st.integers(0, 2**32))
def test_random_keeps_to_penalties_and_wrandom_lets_lower_ones_only_come_more_often(seed: int) -> None:
    random = Random(seed)
    first: dict[Strategy, Counter[int]] = {}
    for strategy in (Strategy.RANDOM, Strategy.WEIGHTED_RANDOM):
        queue = make_queue(strategy, 2)
        for penalty, member in enumerate(queue.members):
            member.penalty = penalty * 3
        chosen = (choose_next(rank_members(queue, make_entry(), NOW, random)) for _ in range(200))
        first[strategy] = Counter(attempt.member.penalty for attempt in chosen if attempt)
    assert first[Strategy.RANDOM] == {0: 200}
    assert first[Strategy.WEIGHTED_RANDOM][0] > first[Strategy.WEIGHTED_RANDOM][3] > 0


def test_penalties_are_disregarded_where_there_are_few_members() -> None:
    queue = make_queue(Strategy.RING_ALL, 2, penalty_members_limit=2)
    for penalty, member in enumerate(queue.members):
        member.penalty = penalty * 5
    attempts = rank_members(queue, make_entry(penalties=Penalties(maximum=1)), NOW, CHANCE)
    best = choose_next(attempts)
    assert best
    assert len(choose_all(attempts, best)) == 2


@given(st.lists(st.tuples(st.integers(-2, 3), st.booleans(), st.integers(0, 9)), max_size=25))
def test_callers_stand_by_priority_and_then_by_when_they_came(
    steps: list[tuple[int, bool, int]],
) -> None:
    queue = make_queue(Strategy.RING_ALL, 0)
    order: list[Entry] = []
    for priority, is_leaving, which in steps:
        if is_leaving and order:
            entry = order.pop(which % len(order))
            assert queue.leave(entry)
            assert not queue.leave(entry)
        else:
            entry = make_entry(priority=priority)
            queue.join(entry)
            order.append(entry)
            assert entry.original_position == entry.position
        expected = sorted(order, key=lambda each: -each.priority)
        assert queue.entries == expected
        assert [each.position for each in queue.entries] == list(range(1, len(order) + 1))


def test_a_wanted_position_is_kept_unless_higher_priorities_stand_there() -> None:
    queue = make_queue(Strategy.RING_ALL, 0)
    entries = [make_entry(priority=priority) for priority in (5, 0, 0)]
    for entry in entries:
        queue.join(entry)
    second, last = make_entry(), make_entry()
    queue.join(second, 1)
    queue.join(last, 9)
    assert (second.position, last.position) == (2, 5)


def test_a_new_priority_moves_a_caller_only_if_it_is_to_be_at_once() -> None:
    queue = make_queue(Strategy.RING_ALL, 0)
    first, second, third = (make_entry() for _ in range(3))
    for entry in (first, second, third):
        queue.join(entry)
    queue.change_priority(third, 4, at_once=False)
    assert [first, second, third] == queue.entries
    queue.change_priority(third, 4, at_once=True)
    assert [third, first, second] == queue.entries
    assert (third.original_position, first.position, first.original_position) == (1, 2, 1)


@given(
    st.lists(st.tuples(st.sampled_from(range(9)), st.booleans(), st.booleans()), max_size=6),
    st.lists(st.booleans(), min_size=1, max_size=6),
    st.booleans(),
)
def test_as_many_callers_have_their_turn_as_there_are_members_for_them(
    members: list[tuple[int, bool, bool]], pending: list[bool], autofill: bool
) -> None:
    queue = make_queue(Strategy.ROUND_ROBIN_MEMORY, len(members), autofill=autofill)
    for member, (status, paused, ring_in_use) in zip(queue.members, members, strict=True):
        member.status, member.paused, member.ring_in_use = status, paused, ring_in_use
    for is_pending in pending:
        queue.join(make_entry(is_pending=is_pending))
    free = sum(
        not paused
        and (DEVICE_STATES[status] in {"UNKNOWN", "NOT_INUSE"} or (ring_in_use and status not in {4, 5}))
        for status, paused, ring_in_use in members
    )
    turns = [queue.is_turn_of(entry, NOW) for entry in queue.entries]
    if not autofill:
        assert turns == [free > 0, *[False] * (len(pending) - 1)]
        return
    waiting_before = 0
    for turn, is_pending in zip(turns, pending, strict=True):
        assert turn == (waiting_before < free)
        waiting_before += not is_pending


def test_a_member_rests_for_its_wrap_up_time() -> None:
    queue = make_queue(Strategy.RING_ALL, 1, wrap_up_time=10)
    (member,) = queue.members
    member.last_call = int(NOW) - 9
    assert queue.available_members(NOW) == 0
    assert queue.available_members(NOW + 1) == 1
    member.wrap_up_time = 30
    assert queue.available_members(NOW + 20) == 0


@pytest.mark.parametrize(
    ("conditions", "status", "paused", "is_empty"),
    [
        (Empty.NOTHING, 5, True, False),
        (Empty.PAUSED, 1, True, True),
        (Empty.PAUSED, 1, False, False),
        (Empty.UNAVAILABLE, 5, False, True),
        (Empty.UNAVAILABLE, 4, False, False),
        (Empty.IN_USE | Empty.RINGING, 6, False, True),
        (Empty.UNKNOWN, 0, False, True),
    ],
)
def test_a_queue_is_empty_by_the_conditions_that_are_asked_for(
    conditions: Empty, status: int, paused: bool, is_empty: bool
) -> None:
    queue = make_queue(Strategy.RING_ALL, 1)
    (member,) = queue.members
    member.status, member.paused = status, paused
    assert queue.is_empty_for(Penalties(), conditions, NOW) == is_empty


def test_a_queue_without_members_is_empty_under_any_condition() -> None:
    assert make_queue(Strategy.RING_ALL, 0).is_empty_for(Penalties(), Empty.PENALTY, NOW)


def test_penalties_out_of_bounds_empty_a_queue_only_where_that_counts() -> None:
    queue = make_queue(Strategy.RING_ALL, 1)
    assert queue.is_empty_for(Penalties(minimum=3), Empty.PENALTY, NOW)
    assert not queue.is_empty_for(Penalties(minimum=3), Empty.PAUSED, NOW)
    assert not queue.is_empty_for(Penalties(minimum=3, raised=4), Empty.PENALTY, NOW)


def test_attempts_that_are_over_or_under_way_are_not_chosen_again() -> None:
    attempts = [Attempt(Member("a", "", ""), 1), Attempt(Member("b", "", ""), 0)]
    attempts[1].channel = NOBODY
    assert choose_next(attempts) is attempts[0]
    attempts[0].is_open = False
    assert choose_next(attempts) is None
