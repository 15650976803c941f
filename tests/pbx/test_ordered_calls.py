from __future__ import annotations

import pytest

from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState, LinkStatus
from amictl.pbx.topics.originations.table import OriginationTable
from amictl.pbx.topics.originations.value import Origination, OriginationState
from tests.pbx.ami_events import Clock, ami_event


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def picture(clock: Clock) -> LivePicture:
    picture = LivePicture("main", clock=clock)
    picture.begin_session("e1")
    picture.complete_snapshot()
    return picture


def order(action_id: str = "a-1", *, at: float = Clock().now, expires_at: float = 1e12) -> Origination:
    return Origination(
        action_id=action_id,
        channel_id=f"c-{action_id}",
        channel="PJSIP/100",
        exten="200",
        context="default",
        application=None,
        requested_by="alice",
        requested_at=at,
        expires_at=expires_at,
    )


def state_of(picture: LivePicture, action_id: str = "a-1") -> tuple[str, int | None]:
    found = picture.find_origination(action_id)
    assert found is not None
    return found.state.value, found.reason


@pytest.mark.parametrize(
    ("response", "reason", "state"),
    [
        ("Success", "4", "answered"),
        ("Failure", "0", "failed"),
        ("Failure", "1", "failed"),
        ("Failure", "3", "no_answer"),
        ("Failure", "4", "failed"),
        ("Failure", "5", "busy"),
        ("Failure", "8", "congestion"),
        ("Failure", "99", "failed"),
    ],
)
def test_the_pbx_tells_the_outcome_with_its_reason(
    picture: LivePicture, response: str, reason: str, state: str
) -> None:
    settled = picture.begin_origination(order())
    assert state_of(picture) == ("pending", None)
    assert not settled.is_set()
    picture.apply_event(ami_event("OriginateResponse", ActionID="a-1", Response=response, Reason=reason))
    assert state_of(picture) == (state, int(reason))
    assert settled.is_set()
    value = picture.read("actions").snapshot["a-1"]
    assert (value["state"], value["channel_id"], value["requested_by"]) == (state, "c-a-1", "alice")
    assert value["detail"]
    assert value["settled_at"]


def test_the_outcome_of_another_clients_order_is_not_ours(picture: LivePicture) -> None:
    picture.begin_origination(order())
    for headers in ({"ActionID": "b-1"}, {"Uniqueid": "c-a-1"}):
        picture.apply_event(ami_event("OriginateResponse", **headers, Response="Success", Reason=4))
    picture.apply_event(ami_event("UserEvent", ActionID="a-1", Response="Success", Reason=4))
    assert state_of(picture) == ("pending", None)
    assert set(picture.read("actions").snapshot) == {"a-1"}


@pytest.mark.parametrize("state", [LinkState.RECONNECTING, LinkState.STOPPED, LinkState.BAD_CREDENTIALS])
def test_a_lost_link_leaves_the_outcome_unknown_until_the_pbx_tells_it_after_all(
    picture: LivePicture, state: LinkState
) -> None:
    settled = picture.begin_origination(order())
    picture.set_link(LinkStatus("main", LinkState.CONNECTED, 1.0))
    assert state_of(picture) == ("pending", None)
    picture.set_link(LinkStatus("main", state, 2.0))
    assert state_of(picture) == ("link_lost", None)
    assert settled.is_set()
    picture.begin_session("e2")
    picture.complete_snapshot()
    picture.apply_event(ami_event("OriginateResponse", ActionID="a-1", Response="Failure", Reason=5))
    assert state_of(picture) == ("busy", 5)


def test_an_outcome_that_does_not_come_is_not_waited_for_for_ever(picture: LivePicture, clock: Clock) -> None:
    settled = picture.begin_origination(order(at=clock(), expires_at=clock() + 35))
    clock.now += 34.9
    assert state_of(picture) == ("pending", None)
    clock.now += 0.1
    picture.apply_event(ami_event("Newexten"))
    assert settled.is_set()
    assert state_of(picture) == ("timed_out", None)


def test_a_refused_order_says_why_and_stays_refused(picture: LivePicture) -> None:
    picture.begin_origination(order())
    picture.refuse_origination("a-1", "Extension does not exist.")
    picture.lose_origination("a-1")
    found = picture.find_origination("a-1")
    assert found is not None
    assert (found.state, found.detail) == (OriginationState.FAILED, "Extension does not exist.")


def test_the_history_outlives_sessions_and_ends_after_its_time(picture: LivePicture, clock: Clock) -> None:
    picture.begin_origination(order(at=clock()))
    cursor = picture.read("actions")
    picture.apply_event(ami_event("OriginateResponse", ActionID="a-1", Response="Success", Reason=4))
    picture.begin_session("e2")
    picture.complete_snapshot()
    assert picture.read("actions").epoch == cursor.epoch
    clock.now += 3600
    assert picture.find_origination("a-1") is None
    replay = picture.since("actions", cursor.epoch, cursor.seq)
    assert replay is not None
    assert replay.changes == ({"op": "del", "key": "a-1"},)


def test_the_history_is_bounded_and_lets_go_of_the_oldest() -> None:
    table = OriginationTable(most=3)
    waiting = None
    for number in range(5):
        table.begin(order(f"a-{number}", at=float(number)))
        waiting = waiting or table.watch("a-0")
    assert list(table.all()) == ["a-2", "a-3", "a-4"]
    assert waiting is not None
    assert waiting.is_set()


def test_what_is_pending_is_kept_longer_than_the_history() -> None:
    table = OriginationTable(kept_seconds=10)
    table.begin(order("long", at=0.0, expires_at=100))
    table.begin(order("short", at=0.0, expires_at=5))
    table.expire(5.0)
    table.expire(50.0)
    assert list(table.all()) == ["long"]
    table.expire(100.0)
    assert list(table.all()) == ["long"]
    table.expire(100.1)
    assert not table.all()


def test_an_outcome_that_this_link_is_not_told_ends_at_once_and_counts_should_it_come(
    picture: LivePicture,
) -> None:
    settled = picture.begin_origination(order())
    picture.give_up_origination("a-1", "The AMI user lacks the read class call.")
    assert settled.is_set()
    found = picture.find_origination("a-1")
    assert found is not None
    assert found.state is OriginationState.TIMED_OUT
    assert "lacks the read class call" in (found.detail or "")
    picture.apply_event(ami_event("OriginateResponse", ActionID="a-1", Response="Success", Reason="4"))
    assert state_of(picture) == ("answered", 4)
