"""The demo PBX of this process: there while it is wanted, and never in the database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo
from itertools import chain, count
from typing import Final

import structlog

from amictl.config import LinkSettings
from amictl.demo.pbx import DemoPbx
from amictl.pbx.picture.clock import PbxClock
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.queues.days.calendar import Calendar
from amictl.pbx.topics.queues.days.counting import QueueDays
from amictl.services.queues.logged_days import read_logged_days

_NAME: Final = "demo"
_log = structlog.get_logger(__name__)


class DemoKeeper:
    """Starts the demo PBX when it is wanted, and stops it when it is not any more.

    Args:
        wanted: Whether it is; None wants it while no other PBX is configured.
        make: Makes one that is not started.
        zone: The time zone in which days begin; None for the system's.
    """

    def __init__(self, wanted: bool | None, make: Callable[[], DemoPbx], zone: tzinfo | None) -> None:
        self._wanted = wanted
        self._make = make
        self._zone = zone
        self._lock = threading.Lock()
        self._demo: DemoPbx | None = None
        self._name: str | None = None

    @property
    def name(self) -> str | None:
        """The name of the PBX that is the demo; None while there is none."""
        return self._name

    def join(self, links: Sequence[LinkSettings]) -> list[LinkSettings]:
        """Return the links that should exist: the configured ones, and the demo's where it is wanted.

        Args:
            links: The configured ones.
        """
        with self._lock:
            if not (not links if self._wanted is None else self._wanted):
                self._name = None
                return list(links)
            self._name = next(name for name in _names() if name not in {link.name for link in links})
            if self._demo is None:
                self._demo = self._make()
                self._demo.start()
                _log.info("demo_started", pbx=self._name)
            return [*links, replace(self._demo.link, name=self._name)]

    def settle(self) -> None:
        """Stop the demo if the latest `join` did without it; its link must have been stopped."""
        with self._lock:
            if self._name is None:
                self._end()

    def stop(self) -> None:
        """Stop the demo."""
        with self._lock:
            self._name = None
            self._end()

    def make_picture(self) -> LivePicture:
        """Return a new picture of the demo, which knows its queues' days from the first login on."""
        days = QueueDays(Calendar(self._zone))
        picture = LivePicture(self._name or _NAME, pbx_clock=PbxClock(), queue_days=days)
        demo = self._demo
        if demo is not None:
            demo.on_first_login(lambda: self._load_days(demo, picture))
        return picture

    def _load_days(self, demo: DemoPbx, picture: LivePicture) -> None:
        """Load what the queue log tells; nothing happens in the demo meanwhile, and all after it is heard."""
        queues = demo.world.queues
        stored = read_logged_days(
            map(str, queues.log),
            levels={queue.name: queue.settings.service_level for queue in queues},
            calendar=Calendar(self._zone),
            since=demo.world.started_at,
            until=demo.world.now(),
        )
        picture.use_queue_days(lambda days: days.book.restore(stored))

    def _end(self) -> None:
        demo, self._demo = self._demo, None
        if demo is not None:
            demo.stop()
            _log.info("demo_stopped")


def _names() -> Iterator[str]:
    """Return the names that the demo may have, the best one first."""
    return chain((_NAME,), (f"{_NAME}-{number}" for number in count(2)))
