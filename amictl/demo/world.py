"""The world of the demo PBX: its clock, its tables, and the events that their changes make."""

from __future__ import annotations

import gc
import random
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import simpy

from amictl.demo.bridges import Bridges
from amictl.demo.channel_table import Channels
from amictl.demo.conferences import Conferences
from amictl.demo.database import Database
from amictl.demo.devices import Devices
from amictl.demo.dialplan import Dialplan
from amictl.demo.endpoints import PjsipEndpoints
from amictl.demo.event_classes import CLASS_OF_EVENT
from amictl.demo.features import Features
from amictl.demo.modules import Modules
from amictl.demo.outgoing import Lines
from amictl.demo.parking import Parking
from amictl.demo.phones import Phones
from amictl.demo.queues.loading import QueueLoader
from amictl.demo.queues.memberships import Memberships
from amictl.demo.queues.queues import Queues
from amictl.demo.text import Headers, escape_c, render
from amictl.demo.voicemail import VoiceMail

CONFIGURATION: Final = Path(__file__).with_name("conf")
"""The folder of the demo call centre's configuration files."""

_PRIVILEGES: Final = {event: f"{name},all" for event, name in CLASS_OF_EVENT.items()}


@dataclass(frozen=True, slots=True)
class DemoEvent:
    """One event as all sessions get it.

    Args:
        name: As in its first header.
        privilege: As in its second, ``call,all``.
        raw: All of it, with the empty line that ends it.
    """

    name: str
    privilege: str
    raw: bytes


Hear = Callable[[DemoEvent], None]


class World:
    """All that the demo PBX knows, and its time.

    Whoever reads or changes it from a thread of its own holds `lock`; what its own processes do happens while
    somebody lets time pass by `run_until`, who holds it too.

    Args:
        folder: Asterisk's configuration files.
        start: The time at which it begins, in Unix seconds; None is now.
        seed: What its chances follow from, so that a run can be repeated.
        qualify_frequency: Seconds between two questions whether a phone is there, where the files say none:
            this world's phones answer, and those that the files are played with on a real Asterisk do not.

    Attributes:
        env: Its clock, in seconds since it began, and its processes.
        random: The only source of chance.
        folder: See there.
        started_at: When the PBX was started last, in its own time; ``reloaded_at`` when it read its files.
        processed_calls: How many calls it has had since.
        on_restart: Called when the PBX was started again.
    """

    def __init__(
        self,
        folder: Path = CONFIGURATION,
        *,
        start: float | None = None,
        seed: int = 0,
        qualify_frequency: int = 0,
    ) -> None:
        self.env = simpy.Environment()
        self.lock = threading.RLock()
        self.random = random.Random(seed)
        self.folder = folder
        self.qualify_frequency = qualify_frequency
        self._origin = time.time() if start is None else start
        self._listeners: list[Hear] = []
        self.started_at = self.reloaded_at = self._origin
        self.processed_calls = 0
        self.on_restart: list[Callable[[], None]] = []
        self.database = Database()
        self.voicemail = VoiceMail(self, folder / "voicemail.conf")
        self._own_folder: Path | None = None
        self._make_tables()

    def _make_tables(self, registered: Collection[str] = ()) -> None:
        """Make the tables as they are in a PBX that was just started.

        Args:
            registered: The phones whose registrations it still knows.
        """
        self.channels = Channels(self)
        self.bridges = Bridges(self)
        self.dialplan = Dialplan(self, self.folder / "extensions.conf")
        self.devices = Devices(self)
        self.features = Features(self, self.folder / "features.conf")
        self.phones = Phones(self, self.folder / "pjsip.conf", registered)
        self.lines = Lines(self)
        self.endpoints = PjsipEndpoints(self)
        self.phones.begin()
        self.parking = Parking(self, self.folder / "res_parking.conf")
        self.voicemail.begin()
        self.conferences = Conferences(self, self.folder / "confbridge.conf")
        self.modules = Modules(self)
        self.queues = Queues(self)
        self.memberships = Memberships(self, self.queues)
        self.queue_loader = QueueLoader(self.queues, self.folder)
        self.queue_loader.load()
        self.memberships.restore()
        self.devices.settle()
        self.devices.watch("*", self.queues.hear_device)

    def restart(self) -> None:
        """Begin anew as a PBX that was started again: calls are gone, registrations and time stay.

        Those who live in the world begin anew by `on_restart`. No event tells of it: sessions are cut before.
        """
        registered = {phone.number for phone in self.phones.all() if phone.is_plugged_in}
        listeners, self._listeners = self._listeners, []
        for channel in self.channels.all():
            channel.hung_up = True
        self.env = simpy.Environment(initial_time=self.env.now)
        self.started_at = self.reloaded_at = self.now()
        self.processed_calls = 0
        self._make_tables(registered)
        # Processes of the old world end when they are collected, which must not be heard.
        gc.collect()
        self._listeners = listeners
        for begin in self.on_restart:
            begin()

    def own_folder(self) -> Path:
        """Return a folder of configuration files that may be changed: a copy, made when first asked for.

        The files of the package stay as they are. The copy goes with the world.
        """
        if self._own_folder is None:
            self._own_folder = Path(tempfile.mkdtemp(prefix="amictl-demo-"))
            weakref.finalize(self, shutil.rmtree, self._own_folder, ignore_errors=True)
            shutil.copytree(self.folder, self._own_folder, dirs_exist_ok=True)
            self.folder = self.queue_loader.folder = self._own_folder
        return self._own_folder

    def now(self) -> float:
        """Return the PBX's time in Unix seconds."""
        return self._origin + self.env.now

    def local_time(self, moment: float, zone: str = "") -> datetime:
        """Return a moment as a clock shows it.

        Args:
            moment: Unix seconds.
            zone: As ``Europe/Berlin``; what there is not is UTC.
        """
        known: tzinfo = UTC
        if zone:
            try:
                known = ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError):
                known = UTC
        return datetime.fromtimestamp(moment, known)

    def run_until(self, moment: float) -> None:
        """Let all happen that is due up to a moment.

        Args:
            moment: Unix seconds, as `now` gives them; what lies in the past lets happen what is due now.
        """
        target = moment - self._origin
        while self.env.peek() <= target:
            self.env.step()
        if target > self.env.now:
            self.env.run(until=target)

    def later(self, seconds: float, function: Callable[[], None]) -> None:
        """Do something after some time; 0 is after what happens in this moment."""
        self.env.timeout(seconds).callbacks.append(lambda _: function())

    def listen(self, hear: Hear) -> None:
        """Call somebody with each event; under the lock, so it must be cheap."""
        self._listeners.append(hear)

    def forget(self, hear: Hear) -> None:
        """Undo `listen`."""
        self._listeners.remove(hear)

    @property
    def is_heard(self) -> bool:
        """Whether anybody listens; else nobody needs to put headers together."""
        return bool(self._listeners)

    def emit(self, event: str, *parts: Headers) -> None:
        """Tell everybody of an event; its text is made once, and not at all while nobody listens.

        Args:
            event: A name of `event_classes`.
            parts: Its headers after ``Event`` and ``Privilege``.
        """
        if not self._listeners:
            return
        privilege = _PRIVILEGES[event]
        made = DemoEvent(event, privilege, render(event, privilege, parts))
        for hear in self._listeners:
            hear(made)

    def set_global(self, name: str, value: str) -> None:
        """Set a global variable, and tell so."""
        self.dialplan.extensions.globals[name] = value
        nowhere = (("Channel", "none"), ("Uniqueid", "none"))
        self.emit("VarSet", nowhere, (("Variable", name), ("Value", escape_c(value))))
