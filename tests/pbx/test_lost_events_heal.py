"""Whatever events are lost, lists make the picture true again; where none is lost, they find no drift."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from amictl.pbx import SNAPSHOT_STEPS, LivePicture, SnapshotStep
from amictl.pbx.drift import compare
from amictl.pbx.suspects import Suspects
from amictl.protocol import Reply
from tests.pbx.test_picture_converges import SessionsOfOnePbx, comparable

SETTLE = 5.0
AVERAGED = ("hold_time", "talk_time", "service_level_perf")
STEPS = SNAPSHOT_STEPS[:3]  # channels, bridges, queues


class PicturesThatMissEvents(SessionsOfOnePbx):
    """One session from the beginning, over a stream that may lose events, and looks at lists now and then.

    Between two looks all events from before the first of them arrive or are lost: that is what the settling
    time is for.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pbx.log_in()
        self.picture = begin_picture(self.list_of)
        self.steps_done = 3
        self.suspects = {step.name: Suspects(SETTLE) for step in STEPS}
        self.published_by_last_look = dict.fromkeys(self.suspects, 0)
        self.arrived = 0
        self.lost_any = False
        self.now = 0.0

    def list_of(self, step: SnapshotStep) -> Reply:
        lists = (self.pbx.list_channels, self.pbx.list_bridges, self.pbx.list_queues)
        return lists[STEPS.index(step)]()

    def deliver(self, count: int) -> None:
        messages = self.pbx.deliver(count)
        self.arrived += len(messages)
        for message in messages:
            self.picture.apply_event(message)

    @rule(count=st.integers(1, 20))
    def deliver_some(self, count: int) -> None:
        self.deliver(count)

    @rule(count=st.integers(1, 5))
    def lose_some(self, count: int) -> None:
        lost = self.pbx.deliver(count)
        self.arrived += len(lost)
        self.lost_any = self.lost_any or bool(lost)

    @rule(step=st.sampled_from(STEPS))
    def look(self, step: SnapshotStep) -> None:
        check = step.check
        assert check is not None
        self.now += SETTLE
        self.deliver(self.published_by_last_look[step.name] - self.arrived)
        self.published_by_last_look[step.name] = self.arrived + len(self.pbx.on_the_way)
        ours = self.picture.copy_values(check.topic)
        told = check.read(self.list_of(step).items, ours, self.picture.now())
        found = compare(check, sorted(ours.keys() | told.keys()), ours, told)
        suspects = self.suspects[step.name]
        suspects.clear(self.picture.mend(check, suspects.judge(found, self.now)))
        assert self.lost_any or not self.picture.drifts

    # There is one session only, and its lists are never behind.
    def log_in(self) -> None: ...
    def take_next_list(self) -> None: ...
    def fall_behind(self) -> None: ...

    def teardown(self) -> None:
        self.deliver(len(self.pbx.on_the_way))
        for _ in range(4):
            for step in STEPS:
                self.look(step)
        told = begin_picture(self.list_of)
        assert without_averages(self.picture) == without_averages(told)


def begin_picture(list_of: Any) -> LivePicture:  # noqa: ANN401 - takes a step, returns a list
    picture = LivePicture("main")
    picture.begin_session("session")
    for step in STEPS:
        picture.load_step(step, list_of(step))
    picture.complete_snapshot()
    return picture


def without_averages(picture: LivePicture) -> dict[str, Any]:
    """Everything that lists tell, but what they tell of averages, which may differ by a little."""
    told = comparable(picture, set(), set())
    for queue in picture.queues():
        told[queue.queue] = {name: value for name, value in told[queue.queue].items() if name not in AVERAGED}
    return told


PicturesThatMissEvents.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestPicturesThatMissEvents = PicturesThatMissEvents.TestCase
