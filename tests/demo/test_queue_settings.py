"""queues.conf and queuerules.conf are read as app_queue reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amictl.demo.configuration import parse_configuration, read_configuration
from amictl.demo.queues.rules import NO_LIMIT, Amount, Penalties, PenaltyRule, read_rules
from amictl.demo.queues.settings import AutoPause, Empty, QueueConfiguration, Strategy, read_queues

STRICT = Empty.PENALTY | Empty.INVALID | Empty.PAUSED | Empty.UNAVAILABLE
BED = Path(__file__).parents[1] / "asterisk" / "conf"


def read_queue(lines: str) -> QueueConfiguration:
    (queue,) = read_queues(parse_configuration(f"[general]\nautofill=yes\n[q]\n{lines}\n"))[1]
    return queue


def test_the_queues_of_the_test_bed_are_read_as_its_asterisk_shows_them() -> None:
    general, queues = read_queues(read_configuration(BED / "queues.conf"))
    assert general.persistent_members
    assert general.log_member_name_as_agent
    assert [queue.settings.name for queue in queues] == ["support", "sales", "lobby", "nobody"]
    support = queues[0]
    assert support.settings.strategy is Strategy.ROUND_ROBIN_MEMORY
    assert (support.settings.weight, support.settings.max_length, support.settings.service_level) == (
        5,
        20,
        20,
    )
    assert not support.settings.ring_in_use
    carol = support.members[2]
    assert (carol.interface, carol.name, carol.state_interface, carol.penalty, carol.ring_in_use) == (
        "Local/501@agents/n", "Carol", "Custom:agent501", 0, False
    )  # fmt: skip


def test_defaults_and_bad_values_are_those_of_app_queue() -> None:
    settings = read_queue("").settings
    assert (settings.timeout, settings.retry, settings.strategy) == (15, 5, Strategy.RING_ALL)
    assert settings.ring_in_use
    assert settings.autofill
    assert settings.join_empty is Empty.NOTHING
    settings = read_queue("timeout=-1\nretry=0\nmaxlen=-4\nstrategy=roundrobin\nautopause=maybe").settings
    assert (settings.timeout, settings.retry, settings.max_length) == (15, 5, 0)
    assert settings.strategy is Strategy.ROUND_ROBIN_MEMORY
    assert settings.autopause is AutoPause.OFF
    assert read_queue("strategy=nonsense").settings.strategy is Strategy.RING_ALL


@pytest.mark.parametrize(
    ("line", "joining", "leaving"),
    [
        ("yes", Empty.NOTHING, Empty.PENALTY | Empty.INVALID | Empty.PAUSED),
        ("no", Empty.PENALTY | Empty.INVALID | Empty.PAUSED, Empty.NOTHING),
        ("loose", Empty.PENALTY | Empty.INVALID, Empty.PENALTY | Empty.INVALID),
        ("paused,ringing,wrapup", *[Empty.PAUSED | Empty.RINGING | Empty.WRAP_UP] * 2),
        ("strict,inuse", *[STRICT | Empty.IN_USE] * 2),
    ],
)
def test_what_makes_a_queue_empty_for_joining_and_leaving(line: str, joining: Empty, leaving: Empty) -> None:
    settings = read_queue(f"joinempty={line}\nleavewhenempty={line}").settings
    assert settings.join_empty == joining
    assert settings.leave_when_empty == leaving


def test_a_member_line_has_seven_parts_and_bad_ones_are_mended() -> None:
    lines = (
        'member=>PJSIP/1,-3,"Brown, Ann",,yes,5,on\nmember=Local/2@a/n,x,,Custom:two,maybe,-1\nringinuse=no\n'
    )
    first, second = read_queue(lines).members
    assert (first.name, first.penalty, first.state_interface) == ("Brown, Ann", 0, "PJSIP/1")
    assert (first.ring_in_use, first.wrap_up_time, first.paused) == (True, 5, True)
    assert (second.name, second.penalty, second.state_interface) == ("Local/2@a/n", 0, "Custom:two")
    assert (second.ring_in_use, second.wrap_up_time, second.paused) == (False, 0, False)


def test_the_second_queue_of_a_name_is_passed_over() -> None:
    _, queues = read_queues(parse_configuration("[a]\ntimeout=3\n[A]\ntimeout=4\n[b]\n"))
    assert [(each.settings.name, each.settings.timeout) for each in queues] == [("a", 3), ("b", 15)]


def test_rules_stand_in_the_order_of_their_times_and_are_written_as_asterisk_does() -> None:
    (rule,) = read_rules(
        parse_configuration("[general]\n[widen]\npenaltychange => 60,5,1\npenaltychange=>30,3\n"
                            "penaltychange=>30,+1,-1,r2\npenaltychange=>-1,2\npenaltychange=>7\nother=1\n")
    )  # fmt: skip
    assert rule.name == "widen"
    assert list(map(str, rule.rules)) == ["30,3,+0", "30,+1,-1", "60,5,1"]
    assert rule.rules[1].raise_respects_minimum


@given(
    st.builds(Penalties, *[st.integers(0, 20) | st.just(NO_LIMIT)] * 3, st.booleans()),
    st.builds(PenaltyRule, st.integers(0, 99), *[st.builds(Amount, st.integers(-9, 9), st.booleans())] * 3),
    st.integers(0, 25),
)
def test_a_rule_never_limits_what_was_free_nor_lets_limits_cross(
    before: Penalties, rule: PenaltyRule, penalty: int
) -> None:
    after = rule.apply(before)
    for name in ("maximum", "minimum", "raised"):
        assert (getattr(before, name) == NO_LIMIT) == (getattr(after, name) == NO_LIMIT)
        assert getattr(after, name) >= 0
    if after.minimum != NO_LIMIT:
        assert after.minimum <= after.maximum
    judged = after.judge(penalty)
    if judged is not None:
        assert judged >= penalty
        assert judged <= after.maximum
