"""The bench's player, contestants and clients, at rates that any machine holds."""

from __future__ import annotations

from collections import Counter

import orjson
import pytest

from bench.ami_player import QUEUE_CALL, read_events
from bench.contestants import Starter, amictl, one_emit, plain_sockets
from bench.deliveries import Batch, Batches, Progress, percentile
from bench.delivery import Findings, is_as_required
from bench.socket_clients import Report
from bench.stage import Stage, Step

CLIENTS = 3
RATE = 100.0
SECONDS = 1.0


def make_batch(*numbers: int, seq: int | None = None, prev_seq: int | None = None) -> Batch:
    events = [{"data": {"BenchNumber": str(number), "BenchAt": "5.0"}} for number in numbers]
    cursors = {} if seq is None else {"seq": seq, "prev_seq": prev_seq}
    text = b"42" + orjson.dumps(["ami_events", {"events": events, **cursors}])
    return Batch(text, text)


def make_findings(p99: float, load: float) -> Findings:
    """Return what is found where 2,000 events a second are held."""
    report = Report(
        delivered=400_000,
        complete=True,
        faults=0,
        resets=0,
        closed=0,
        busiest=200_000,
        p50=p99 / 2,
        p99=p99,
        highest=p99,
        growth=0.0,
        seconds=2.0,
        bytes=1_000_000,
        load=0.2,
    )
    return Findings([Step(2000, 200, report, paced=True, load=load, disturbed=0.0, cpu=2 * load)])


@pytest.mark.served
@pytest.mark.parametrize(
    "starter",
    [amictl(), amictl(deflate=False), one_emit, plain_sockets],
    ids=["amictl", "amictl-uncompressed", "one-emit", "floor"],
)
def test_every_event_that_is_played_reaches_every_client_and_is_timed(starter: Starter) -> None:
    with Stage(starter, QUEUE_CALL, CLIENTS) as stage:
        steps = [stage.play(RATE, SECONDS), stage.play(2 * RATE, SECONDS)]
    for step in steps:
        assert step.report.complete, step
        assert step.report.delivered == step.rate * SECONDS * CLIENTS
        assert step.report.p50 is not None
        assert step.report.p99 is not None
        assert 0 <= step.report.p50 <= step.report.p99
        assert step.cpu > 0


def test_what_is_played_are_real_events_without_the_one_that_begins_a_snapshot() -> None:
    events = read_events(QUEUE_CALL)
    assert len(events) > 30
    assert not [event for event in events if b"FullyBooted" in event or not event.startswith(b"Event: ")]


def test_events_in_order_are_no_fault() -> None:
    progress = Progress()
    progress.begin(10)
    for batch in (make_batch(10, 11, seq=5, prev_seq=3), make_batch(), make_batch(12, seq=6, prev_seq=5)):
        progress.take(batch)
    assert (progress.next, progress.faults) == (13, 0)


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(make_batch(3, seq=7, prev_seq=5), id="an event is missing"),
        pytest.param(make_batch(1, 2, seq=7, prev_seq=5), id="an event comes twice"),
        pytest.param(make_batch(2, 4, 3, seq=7, prev_seq=5), id="events change places"),
        pytest.param(make_batch(2, seq=7, prev_seq=6), id="the cursor shows a gap"),
    ],
)
def test_what_is_not_right_is_a_fault(second: Batch) -> None:
    progress = Progress()
    progress.begin(0)
    progress.take(make_batch(0, 1, seq=5, prev_seq=0))
    progress.take(second)
    assert progress.faults == 1


def test_delays_are_counted_for_each_client_and_by_thirds() -> None:
    batches = Batches(clients=2)
    for number in range(3):
        text = make_batch(number).payload
        batch = batches.add(text, text)
        assert batches.find(text) is batch
        batch.arrivals = [5.010, 5.0 + 0.100 * number]
    thirds = batches.take_delays(0, 3)
    assert [percentile(third, 1) for third in thirds] == [10.0, 100.0, 200.0]
    assert percentile(thirds[0] + thirds[1] + thirds[2], 0.5) == 10.0
    assert percentile(Counter(), 0.5) is None


def test_large_payloads_that_begin_alike_are_told_apart() -> None:
    one, other = (make_batch(*range(100, 200), last).payload for last in (300, 301))
    batches = Batches(clients=1)
    batches.add(one, one)
    assert batches.find(other) is None


@pytest.mark.parametrize(
    ("p99", "load", "holds"),
    [(60.0, 0.3, True), (90.0, 0.1, False), (50.0, 0.4, False)],
    ids=["as required", "too late", "too much of the core"],
)
def test_delay_and_load_are_held_against_the_floor_of_the_same_run(
    p99: float, load: float, holds: bool
) -> None:
    assert is_as_required(make_findings(p99, load), make_findings(12.0, 0.07)) is holds
    after_batch = p99 - 40.0  # all but the batch takes longer there
    slower_machine = make_findings(40.0 + 3 * after_batch, 3 * load), make_findings(3 * 12.0, 3 * 0.07)
    assert is_as_required(*slower_machine) is holds
    assert not is_as_required(make_findings(p99, load), Findings())
