"""Whatever events are lost, lists make the picture true again; where none is lost, they find no drift."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from amictl.pbx.lists import ListCheck, SnapshotStep
from amictl.pbx.picture.drift import compare
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.picture.unconfirmed_drift import UnconfirmedDrift
from amictl.protocol import Action, Message, Reply
from tests.pbx.comparing import Doubt, comparable
from tests.pbx.model_pbx import ModelPbx
from tests.pbx.test_picture_converges import SessionsOfOnePbx

SETTLE = 5.0
# Channels first: who is in a bridge is healed with them.
STEPS = tuple(step for step in SNAPSHOT_STEPS if step.check is not None)
AVERAGED = ("hold_time", "talk_time", "service_level_perf")
# Calls and agents follow the other topics, but remember what happened, and a lost event did not happen.
TOPICS = ("channels ", "bridges ", "queue ", "parked ", "conference ")


class PicturesThatMissEvents(SessionsOfOnePbx):
    """One session from the beginning, over a stream that may lose events, and looks at lists now and then.

    Between two looks all events from before the first of them arrive or are lost: that is what the settling
    time is for.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pbx.log_in()
        self.picture = take_picture(self.pbx)
        self.steps = []
        self.suspects: dict[Action, UnconfirmedDrift] = {}
        self.taken = {"way": 0, "side": 0}
        self.published_by_last_look = [dict(self.taken) for _ in STEPS]
        self.lost_any = False
        self.now = 0.0

    @rule(count=st.integers(1, 20))
    def deliver(self, count: int) -> None:
        self.hear(self.take("way", count))

    @rule(count=st.integers(1, 10))
    def deliver_aside(self, count: int) -> None:
        self.hear(self.take("side", count))

    @rule(count=st.integers(1, 5))
    def lose(self, count: int) -> None:
        self.lost_any |= bool(self.take("way", count))

    @rule(count=st.integers(1, 3))
    def lose_aside(self, count: int) -> None:
        self.lost_any |= bool(self.take("side", count))

    def take(self, stream: str, count: int) -> list[Message]:
        """Take events from the PBX: from the way of most events, or from that of its other thread."""
        taken = self.pbx.deliver(count) if stream == "way" else self.pbx.deliver_aside(count)
        self.taken[stream] += len(taken)
        return taken

    @rule(number=st.integers(0, len(STEPS) - 1))
    def look(self, number: int) -> None:
        self.now += SETTLE
        settled = self.published_by_last_look[number]
        self.deliver(max(settled["way"] - self.taken["way"], 0))
        self.deliver_aside(max(settled["side"] - self.taken["side"], 0))
        self.pbx.parking.settle()
        self.published_by_last_look[number] = {
            "way": self.taken["way"] + len(self.pbx.on_the_way),
            "side": self.taken["side"] + len(self.pbx.on_the_side),
        }
        self.look_at(STEPS[number])

    def look_at(self, step: SnapshotStep) -> None:
        reply = self.pbx.reply_to(step.action)
        if step.check is not None and reply.success:
            self.compare_with(step.check, step.action, reply)
        for follow_up in step.follow_ups(reply):
            self.look_at(follow_up)

    def compare_with(self, check: ListCheck, action: Action, reply: Reply) -> None:
        ours = check.pick(self.picture.copy_values(check.topic))
        told = check.read(reply.items, ours, self.picture.now())
        found = compare(check, sorted(ours.keys() | told.keys()), ours, told)
        suspects = self.suspects.setdefault(action, UnconfirmedDrift(SETTLE))
        suspects.clear(self.picture.mend(check, suspects.judge(found, self.now)))
        assert self.lost_any or not self.picture.drifts

    # There is one session only, its lists are never behind, and while events miss topics may contradict.
    def log_in(self) -> None: ...
    def take_next_list(self) -> None: ...
    def fall_behind(self) -> None: ...
    def topics_fit_together(self) -> None: ...

    def teardown(self) -> None:
        self.deliver(len(self.pbx.on_the_way))
        self.deliver_aside(len(self.pbx.on_the_side))
        # A row that is missing in a value which is mended elsewhere takes four looks, and its place two more.
        for _ in range(8):
            for number in range(len(STEPS)):
                self.look(number)
        assert listed(self.picture) == listed(take_picture(self.pbx))


def take_picture(pbx: ModelPbx) -> LivePicture:
    """Return the picture of a session that begins now, with all events come."""
    picture = LivePicture("main")
    picture.begin_session("session")
    steps = list(SNAPSHOT_STEPS)
    while steps:
        step = steps.pop(0)
        reply = pbx.reply_to(step.action)
        picture.load_step(step, reply)
        steps[:0] = step.follow_ups(reply)
    picture.complete_snapshot()
    return picture


def listed(picture: LivePicture) -> dict[str, Any]:
    """Return everything that lists tell, but of averages, which may differ by a little."""
    told = comparable(picture._state.values, Doubt())
    for name, value in told.items():
        if name.startswith("queue "):
            told[name] = {field: value[field] for field in value.keys() - AVERAGED}
        if name.startswith("conference "):
            # Not in the list, and only in the list: an event makes amictl load that again.
            told[name] = {field: value[field] for field in value.keys() - {"bridge_id", "locked", "muted"}}
    return {name: value for name, value in told.items() if name.startswith(TOPICS)}


PicturesThatMissEvents.TestCase.settings = settings(
    max_examples=100,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestPicturesThatMissEvents = PicturesThatMissEvents.TestCase
