"""A live picture kept by the simplest loop that can keep one.

The loop is no part of amictl, so that a fault of the manager and one of the picture show in different tests.
"""

from __future__ import annotations

import itertools
import queue
import socket
import threading
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Protocol, Self

from amictl.pbx.actions import make_action
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.refresh_triggers import find_doubted_steps
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.protocol import Action, AmiConnection, Message, Reply, login_action
from tests.asterisk.picture_lists import TOPICS, Picture, seen_in
from tests.patience import PATIENCE


class Reachable(Protocol):
    """A PBX that one can log in to."""

    host: str
    ami_port: int
    username: str
    secret: str


class PictureFeed:
    """Keeps a picture from one AMI session in a thread of its own; a context manager.

    What the picture doubts is asked for, as whoever keeps one must.

    Args:
        pbx: A started Asterisk, or the developer's own.
        picture: The picture to keep.
    """

    _sessions = itertools.count(1)

    def __init__(self, pbx: Reachable, picture: LivePicture) -> None:
        self.picture = picture
        self._pbx = pbx
        self._connection = AmiConnection()
        self._socket = socket.create_connection((pbx.host, pbx.ami_port), timeout=PATIENCE)
        self._replies: dict[str, queue.SimpleQueue[Reply]] = {}
        self._takers: dict[str, Callable[[Reply], None]] = {}
        self._sending = threading.Lock()
        self._reader = threading.Thread(target=self._read, name="picture-feed", daemon=True)

    def __enter__(self) -> Self:
        self._reader.start()
        self._send(login_action(self._pbx.username, self._pbx.secret)).get(timeout=PATIENCE)
        self.picture.begin_session(f"session-{next(self._sessions)}")
        # As the manager does; it also gives the caches behind Asterisk 16's lists the time to catch up.
        self._send(make_action("ListCommands")).get(timeout=PATIENCE)
        steps = list(SNAPSHOT_STEPS)
        while steps:
            step = steps.pop(0)
            reply = self._send(step.action, partial(self.picture.load_step, step)).get(timeout=PATIENCE)
            steps[:0] = step.follow_ups(reply)
        self._send(make_action("Ping"), lambda _reply: self.picture.complete_snapshot()).get(timeout=PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(PATIENCE)
        self._socket.close()

    def _send(self, action: Action, take: Callable[[Reply], None] | None = None) -> queue.SimpleQueue[Reply]:
        replied: queue.SimpleQueue[Reply] = queue.SimpleQueue()
        with self._sending:  # the reader asks, too
            action_id, data = self._connection.send(action)
            self._replies[action_id] = replied
            if take is not None:
                self._takers[action_id] = take
            self._socket.sendall(data)
        return replied

    def _read(self) -> None:
        self._socket.settimeout(None)
        while data := self._socket.recv(65536):
            for message in self._connection.receive_data(data):
                reply = self._connection.replies.receive(message)
                if reply is None:
                    self._apply(message)
                elif isinstance(reply, Reply):
                    self._take(reply)

    def _apply(self, message: Message) -> None:
        for doubt in self.picture.apply_event(message):
            for step in find_doubted_steps(doubt):
                self._send(step.action, partial(self.picture.load_step, step))

    def _take(self, reply: Reply) -> None:
        if take := self._takers.pop(reply.action_id, None):
            take(reply)
        self._replies.pop(reply.action_id).put(reply)


def seen_by_amictl(picture: LivePicture) -> Picture:
    """Return what a picture shows, in the form of `told_by_pbx`."""
    return seen_in({topic: picture.read(topic).snapshot for topic in TOPICS})
