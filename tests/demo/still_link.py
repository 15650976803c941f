"""A live picture of a demo world whose time is driven by hand, so that hours pass in seconds.

Events reach the picture in the moment in which they happen, since it has the world's own clock; lists are
asked over a real AMI session while the world stands still. Nothing but the reader's and supervisor's loop is
the test's own: which lists are asked for, and how they are loaded and compared, is amictl's.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from amictl.demo.server import DemoServer
from amictl.demo.world import DemoEvent, World
from amictl.pbx.lists import SnapshotStep
from amictl.pbx.picture.drift import Difference, compare
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.refresh_triggers import find_doubted_steps, find_wanted_steps
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.protocol import Action, AmiConnection, Message, MessageBuffer, Reply, login_action
from tests.patience import PATIENCE

_REFRESH_GAP: Final = 0.1  # seconds of the world's time, as LinkTimings.refresh_gap has them of ours
_EVENTS_OFF: Final = Action("Events", (("EventMask", "off"),), changes_pbx=False)


@contextmanager
def still_server(server: DemoServer) -> Iterator[DemoServer]:
    """Let a server answer while no time passes by itself."""
    with server:
        server.pacer.freeze()
        yield server


class StillLink:
    """Keeps a picture of a world; whoever drives the world uses `run_until`.

    Args:
        server: The world's AMI, whose own time stands still.
        picture: The picture; its clock must be the world's.

    Attributes:
        events: How many events were heard.
        refreshes: How many lists events called for.
    """

    def __init__(self, server: DemoServer, picture: LivePicture) -> None:
        self.picture = picture
        self.events = self.refreshes = 0
        self._world: World = server.world
        self._connection = AmiConnection()
        self._buffer = MessageBuffer()
        self._wanted: dict[Action, SnapshotStep] = {}
        self._socket = socket.create_connection((server.host, server.ami_port), timeout=PATIENCE)
        assert self.ask(login_action(server.username, server.secret)).success
        assert self.ask(_EVENTS_OFF).success

    def close(self) -> None:
        """End the session."""
        self._world.forget(self._hear)
        self._socket.close()

    def begin(self) -> None:
        """Take a whole picture, and hear every event from now on."""
        self.picture.begin_session("still")
        self._world.listen(self._hear)
        steps = list(SNAPSHOT_STEPS)
        while steps:
            step = steps.pop(0)
            reply = self.ask(step.action)
            self.picture.load_step(step, reply)
            steps[:0] = step.follow_ups(reply)
        self.picture.complete_snapshot()

    def run_until(self, moment: float) -> None:
        """Let all happen up to a moment, lists that events call for asked a tenth of a second later."""
        world = self._world
        while world.now() < moment:
            with world.lock:
                while not self._wanted and world.now() + world.env.peek() - world.env.now <= moment:
                    world.env.step()
                world.run_until(min(moment, world.now() + _REFRESH_GAP) if self._wanted else moment)
            self._refresh()

    def find_drifts(self) -> list[Difference]:
        """Return where the picture differs from any list that amictl compares."""
        return [
            difference
            for step, reply in self._ask_all(SNAPSHOT_STEPS)
            for difference in self._compare(step, reply)
        ]

    def ask(self, action: Action) -> Reply:
        """Return the answer to an action."""
        action_id, data = self._connection.send(action)
        self._socket.sendall(data)
        while True:
            for message in self._connection.receive_data(self._socket.recv(65536)):
                reply = self._connection.replies.receive(message)
                if isinstance(reply, Reply) and reply.action_id == action_id:
                    return reply

    def _hear(self, event: DemoEvent) -> None:
        self.events += 1
        for message in self._buffer.feed(event.raw):
            self._apply(message)

    def _apply(self, message: Message) -> None:
        doubts = self.picture.apply_event(message)
        for step in (
            *find_wanted_steps(message),
            *(each for doubt in doubts for each in find_doubted_steps(doubt)),
        ):
            self._wanted[step.action] = step

    def _refresh(self) -> None:
        while self._wanted:
            action = next(iter(self._wanted))
            step = self._wanted.pop(action)
            self.refreshes += 1
            reply = self.ask(action)
            for doubt in self.picture.load_step(step, reply):
                for each in find_doubted_steps(doubt):
                    self._wanted[each.action] = each
            for follow_up in step.follow_ups(reply):
                self._wanted[follow_up.action] = follow_up

    def _ask_all(self, steps: Iterable[SnapshotStep]) -> Iterator[tuple[SnapshotStep, Reply]]:
        waiting = list(steps)
        while waiting:
            step = waiting.pop(0)
            reply = self.ask(step.action)
            waiting[:0] = step.follow_ups(reply)
            yield step, reply

    def _compare(self, step: SnapshotStep, reply: Reply) -> list[Difference]:
        check = step.check
        if check is None or not reply.success:
            return []
        ours = check.pick(self.picture.copy_values(check.topic))
        told = check.read(reply.items, ours, self.picture.now())
        return list(compare(check, ours.keys() | told.keys(), ours, told))
