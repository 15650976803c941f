"""The PBX's clock from its answers to Ping: right within half a round trip, and never running backwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amictl.pbx.picture.clock import PbxClock


class OurClock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ours() -> OurClock:
    return OurClock()


def ping(clock: PbxClock, ours: OurClock, *, ahead: float, there: float = 0.001, back: float = 0.001) -> None:
    """Ask a PBX whose clock is ahead of ours; the question and the answer take their time."""
    asked_at = ours.seconds
    ours.seconds += there
    told = ours.seconds + ahead
    ours.seconds += back
    clock.take(asked_at, told, ours.seconds)


def test_it_is_our_clock_until_the_pbx_told_its_own(ours: OurClock) -> None:
    clock = PbxClock(ours)
    assert (clock.now(), clock.is_known) == (ours.seconds, False)
    ping(clock, ours, ahead=40.0)
    assert clock.is_known
    assert clock.now() == pytest.approx(ours.seconds + 40.0)


@pytest.mark.parametrize("ahead", [-7200.0, -3.0, -0.5, 0.25, 3.0, 7200.0])
def test_the_first_answer_decides_at_once(ours: OurClock, ahead: float) -> None:
    clock = PbxClock(ours)
    ping(clock, ours, ahead=ahead)
    assert clock.offset == pytest.approx(ahead, abs=1e-6)


def test_an_answer_that_took_long_does_not_spoil_what_is_known_better(ours: OurClock) -> None:
    clock = PbxClock(ours)
    ping(clock, ours, ahead=10.0)
    ours.seconds += 5.0
    ping(clock, ours, ahead=10.0, there=3.0, back=0.001)  # a PBX that was busy: it seems 1.5 s behind
    ours.seconds += 60.0
    assert clock.offset == pytest.approx(10.0, abs=0.001)


def test_a_clock_that_was_set_by_hours_is_followed_at_once(ours: OurClock) -> None:
    clock = PbxClock(ours)
    for ahead in (0.0, 7200.0, -3600.0):
        for _ in range(3):
            ours.seconds += 5.0
            ping(clock, ours, ahead=ahead)
            assert clock.offset == pytest.approx(ahead, abs=0.01)


def test_a_clock_that_was_set_by_less_is_followed_without_a_jump(ours: OurClock) -> None:
    clock = PbxClock(ours)
    ping(clock, ours, ahead=0.0)
    ours.seconds += 5.0
    before = clock.now()
    ping(clock, ours, ahead=-1.0)
    assert before <= clock.now() <= before + 0.1
    ours.seconds += 30.0
    assert clock.offset == pytest.approx(-1.0, abs=0.01)


def test_a_clock_that_runs_too_fast_is_followed(ours: OurClock) -> None:
    clock = PbxClock(ours)
    began_at = ours.seconds
    for _ in range(200):
        ours.seconds += 5.0
        ping(clock, ours, ahead=(ours.seconds - began_at) * 50e-6)
    assert clock.offset == pytest.approx(1000 * 50e-6, abs=0.005)


def test_it_does_not_follow_when_our_own_clock_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = PbxClock()
    before = clock.now()
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert before <= clock.now() < before + 60.0


@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 10.0),  # seconds until the question
            st.floats(0.0, 0.5),  # to the PBX
            st.floats(0.0, 0.5),  # and back
            st.floats(-0.9, 0.9),  # the PBX's clock, however it is being set
        ),
        max_size=30,
    ),
    st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5),
)
def test_time_never_runs_backwards_unless_the_clock_was_set_by_seconds(
    pings: list[tuple[float, float, float, float]], looks: list[float]
) -> None:
    ours = OurClock()
    clock = PbxClock(ours)
    ping(clock, ours, ahead=0.0)
    latest = clock.now()
    for wait, there, back, ahead in pings:
        ours.seconds += wait
        ping(clock, ours, ahead=ahead, there=there, back=back)
        for pause in looks:
            now = clock.now()
            assert now >= latest
            latest = now
            ours.seconds += pause
        assert abs(clock.offset) <= 1.5


@given(
    st.floats(-5000.0, 5000.0),
    # As many answers as are kept.
    st.lists(st.tuples(st.floats(0.0, 0.2), st.floats(0.0, 0.2)), min_size=1, max_size=16),
)
def test_of_an_even_clock_it_is_never_wrong_by_more_than_the_shortest_round_trip_allows(
    ahead: float, trips: list[tuple[float, float]]
) -> None:
    ours = OurClock()
    clock = PbxClock(ours)
    for there, back in trips:
        ours.seconds += 5.0
        ping(clock, ours, ahead=ahead, there=there, back=back)
    ours.seconds += 60.0
    shortest = min(there + back for there, back in trips)
    assert abs(clock.offset - ahead) <= shortest / 2.0 + 100e-6 * 5.5 * len(trips) + 1e-5
