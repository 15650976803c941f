"""The demo PBX as one thing: a world, its people, the AMI server, and the day that is over when it begins."""

from __future__ import annotations

import secrets
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final

import structlog

from amictl.config import LinkSettings
from amictl.demo.life.centre import CallCentre
from amictl.demo.life.growth import needs_growth, write_configuration
from amictl.demo.server import DemoServer
from amictl.demo.settings import DemoSettings
from amictl.demo.users import AmiUser
from amictl.demo.world import CONFIGURATION, World

_USERNAME: Final = "amictl"
_QUALIFY_FREQUENCY: Final = 60  # seconds, as many PBXs have it
_SECRET_BYTES: Final = 18
_LONGEST_PAST: Final = 6 * 3600.0  # seconds
_MOST_EVENTS: Final = 216_000.0  # that are lived through: seconds of work
_SHORTEST_PAST: Final = 1800.0  # seconds, also when the day is younger: queues need time to fill
_SLICE: Final = 0.03  # seconds of work after which other threads get their turn
_BREATH: Final = 0.001  # seconds
_PRESENT: Final = 0.02  # seconds that the world may be behind when it is there
_STRIDE: Final = 20.0  # seconds of the world's time between two looks at the clock
_log = structlog.get_logger(__name__)


class DemoPbx:
    """A call centre on loopback that lives; who comes before it is ready waits.

    Its day so far is lived through first, so that it has queues with calls in them, and a queue log.

    Args:
        settings: How big it is, and how fast its day goes by.
        zone: The time zone of its day; None for the system's.
        port: Where it listens on 127.0.0.1; 0 takes a free port.
        username: Its AMI user.
        secret: What that user logs in with; None makes one.
        past: Seconds that are lived through at most, which begin at midnight at the earliest; None is what
            makes the demo wait for seconds only: six hours, and minutes of a very busy centre.

    Raises:
        ConfigurationError: The port is taken.

    Attributes:
        world: The PBX.
        server: Its AMI, which can fail on order.
    """

    def __init__(
        self,
        settings: DemoSettings,
        zone: tzinfo | None = None,
        *,
        port: int = 0,
        username: str = _USERNAME,
        secret: str | None = None,
        past: float | None = None,
    ) -> None:
        self._settings = settings
        self._zone = zone
        self._present = time.time()
        if past is None:
            past = min(_LONGEST_PAST, _MOST_EVENTS / settings.rate)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.world = World(
            self._choose_files(),
            start=self._find_beginning(past),
            seed=settings.seed,
            qualify_frequency=_QUALIFY_FREQUENCY,
        )
        self.world.on_restart.append(self._populate)
        self._populate()
        self.server = DemoServer(
            self.world,
            users=[AmiUser(username, secret or secrets.token_urlsafe(_SECRET_BYTES))],
            port=port,
            on_login=lambda _session: self._note_login(),
        )
        self._first_login: Callable[[], None] | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def link(self) -> LinkSettings:
        """How to log in to it."""
        server = self.server
        return LinkSettings("demo", server.host, server.ami_port, server.username, server.secret)

    def on_first_login(self, call: Callable[[], None]) -> None:
        """Have something called, under the world's lock, when the first client begins to hear events."""
        self._first_login = call

    def start(self) -> None:
        """Begin to live through the day so far, and be there when that is done; returns at once."""
        self._thread = threading.Thread(target=self._begin, name="demo-day", daemon=True)
        self._thread.start()

    def wait_until_ready(self) -> None:
        """Return when it can be logged in to."""
        if self._thread is not None:
            self._thread.join()

    def stop(self) -> None:
        """End it; returns when it is over."""
        self._stopping.set()
        self.wait_until_ready()
        self.server.stop()
        if self._folder is not None:
            self._folder.cleanup()

    def _begin(self) -> None:
        began = time.monotonic()
        while not self._stopping.is_set() and self._live_on():
            time.sleep(_BREATH)
        if not self._stopping.is_set():
            self.server.start()
            _log.info("demo_ready", port=self.server.ami_port, seconds=round(time.monotonic() - began, 1))

    def _live_on(self) -> bool:
        """Live through some more of the day; return whether there is more."""
        ends_at = time.monotonic() + _SLICE
        world = self.world
        with world.lock:
            while (behind := time.time() - world.now()) > _PRESENT:
                world.run_until(world.now() + min(behind, _STRIDE))
                if time.monotonic() > ends_at:
                    return True
        return False

    def _note_login(self) -> None:
        call, self._first_login = self._first_login, None
        if call is not None:
            call()

    def _populate(self) -> None:
        CallCentre(self.world, self._settings, self._zone, self._present).begin()

    def _find_beginning(self, past: float) -> float:
        """Return when its day begins: at midnight, but not too long ago, nor too late to be busy by now."""
        clock = datetime.fromtimestamp(self._present, self._zone)
        midnight = clock.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
        return min(max(self._present - past, midnight), self._present - min(past, _SHORTEST_PAST))

    def _choose_files(self) -> Path:
        if not needs_growth(self._settings):
            return CONFIGURATION
        self._folder = tempfile.TemporaryDirectory(prefix="amictl-demo-")
        return write_configuration(self._settings, CONFIGURATION, Path(self._folder.name) / "conf")
