"""Links to scripted servers, and what tests wait for on them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

from amictl.config import LinkSettings
from amictl.manager import AmiManager, LinkTimings
from amictl.manager.session import Session
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState
from amictl.protocol import Action
from tests.asterisk.server import await_condition
from tests.faults.scripted_server import SECRET, USERNAME
from tests.patience import PATIENCE

# Retries come soon; everything that judges the other side is more patient than in production, so that a
# loaded machine does not end a link that a test wants to keep.
CALM = LinkTimings(
    connect_timeout=PATIENCE,
    login_timeout=PATIENCE,
    send_timeout=PATIENCE,
    stale_after=PATIENCE,
    dead_after=PATIENCE,
    ping_limit=2 * PATIENCE,
    retry_lowest=0.02,
    retry_highest=0.1,
)

# A PBX that does not answer is found within a second.
ALERT = replace(CALM, ping_interval=0.1, stale_after=0.2, dead_after=0.6, ping_limit=1.2)

READ = Action("CoreStatus", changes_pbx=False)
WRITE = Action("Originate", (("Channel", "Local/100@default"), ("Async", "true")))


class Server(Protocol):
    """What a link needs to know of a server."""

    host: str
    port: int


def settings_of(server: Server, **changes: Any) -> LinkSettings:  # noqa: ANN401 - fields of several types
    """Return the settings of a link to a server."""
    return replace(LinkSettings("main", server.host, server.port, USERNAME, SECRET), **changes)


@contextmanager
def link_to(
    server: Server,
    timings: LinkTimings = CALM,
    *,
    draw: Callable[[float, float], float] = lambda lowest, _highest: lowest,
    picture: LivePicture | None = None,
    **changes: Any,  # noqa: ANN401 - fields of several types
) -> Iterator[AmiManager]:
    """Run a link to a server for the length of a test; ``changes`` are fields of its settings."""
    manager = AmiManager(
        settings_of(server, **changes), picture or LivePicture("main"), timings=timings, draw=draw
    )
    manager.start()
    try:
        yield manager
    finally:
        manager.stop()


@contextmanager
def connected_link_to(
    server: Server,
    timings: LinkTimings = CALM,
    **rest: Any,  # noqa: ANN401 - as for link_to
) -> Iterator[AmiManager]:
    """Like ``link_to``, but wait until the link is up."""
    with link_to(server, timings, **rest) as manager:
        await_state(manager, LinkState.CONNECTED)
        yield manager


def await_state(manager: AmiManager, *states: LinkState, timeout: float = PATIENCE) -> None:
    """Wait until the link is in one of these states."""
    await_condition(
        lambda: manager.status.state in states, timeout, f"{states}, instead of {manager.status},"
    )


def live_session(manager: AmiManager) -> Session:
    """Return the session that carries a link's actions now."""
    supervisor = manager._supervisor
    assert supervisor is not None
    assert supervisor.live is not None
    return supervisor.live


class Call:
    """One action that is executed in a thread of its own, and what came of it."""

    def __init__(self, manager: AmiManager, action: Action, timeout: float = PATIENCE) -> None:
        self.reply: object = None
        self.error: Exception | None = None
        self._manager = manager
        self._action = action
        self._timeout = timeout
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.reply = self._manager.execute(self._action, self._timeout)
        except Exception as error:  # noqa: BLE001 - kept for the test to look at
            self.error = error

    @property
    def running(self) -> bool:
        """Whether it still waits."""
        return self._thread.is_alive()

    def finish(self, timeout: float = PATIENCE) -> None:
        """Wait until it has ended."""
        self._thread.join(timeout)
        assert not self._thread.is_alive(), f"{self._action.name} still waits after {timeout} s"


def event_values(picture: LivePicture, name: str, header: str) -> list[str]:
    """Return one header of all events of a name that are in the picture's log, in order."""
    topic = picture.read("events")
    replay = picture.since("events", topic.epoch, 0)
    events = replay.events if replay else tuple(topic.snapshot.values())
    return [event["data"][header] for event in events if event["event"] == name]
