"""Loads queues.conf and queuerules.conf into the table of queues, at the start and again."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Flag, auto
from pathlib import Path
from typing import Final

from amictl.demo.configuration import Configuration, read_configuration
from amictl.demo.queues.queue import CallQueue
from amictl.demo.queues.queues import Queues
from amictl.demo.queues.rules import read_rules
from amictl.demo.queues.settings import GeneralSettings, MemberSettings, QueueConfiguration, read_queues


class Parts(Flag):
    """What of the configuration is read."""

    MEMBERS = auto()
    PARAMETERS = auto()
    RULES = auto()


ALL_PARTS: Final = Parts.MEMBERS | Parts.PARAMETERS | Parts.RULES


class QueueLoader:
    """Reads the files of a folder, and leaves out those that did not change since, as Asterisk does.

    Args:
        queues: What is loaded.
        folder: Where ``queues.conf`` and ``queuerules.conf`` are; the second may be missing.

    Attributes:
        folder: The same; another one may be set.
    """

    def __init__(self, queues: Queues, folder: Path) -> None:
        self._queues = queues
        self.folder = folder
        self._read: dict[str, tuple[int, int]] = {}

    def load(self, parts: Parts = ALL_PARTS, name: str = "") -> None:
        """Take over what the files say.

        Args:
            parts: Which parts; a queue that is new or gone counts only with ``PARAMETERS``.
            name: Only this queue; all when empty.

        Raises:
            ConfigurationError: A file cannot be read.
        """
        if Parts.RULES in parts:
            rules = self._read_if_changed("queuerules.conf")
            if rules is not None:
                self._queues.rules = read_rules(rules)
        if parts & (Parts.MEMBERS | Parts.PARAMETERS):
            configuration = self._read_if_changed("queues.conf")
            if configuration is not None:
                configure_queues(self._queues, *read_queues(configuration), parts=parts, name=name)

    def _read_if_changed(self, file: str) -> Configuration | None:
        path = self.folder / file
        if not path.exists():
            return None
        state = path.stat()
        stamp = (state.st_mtime_ns, state.st_size)
        if self._read.get(file) == stamp:
            return None
        configuration = read_configuration(path)
        self._read[file] = stamp
        return configuration


def configure_queues(
    queues: Queues,
    general: GeneralSettings,
    configurations: Iterable[QueueConfiguration],
    *,
    parts: Parts = ALL_PARTS,
    name: str = "",
) -> None:
    """Make the queues what a configuration says (Asterisk ``reload_queues``).

    Without ``PARAMETERS`` the general settings are forgotten, as Asterisk does.
    """
    takes_parameters = Parts.PARAMETERS in parts
    queues.general = general if takes_parameters else GeneralSettings()
    found = set()
    for configuration in configurations:
        key = configuration.settings.name.lower()
        if name and key != name.lower():
            continue
        queue = queues.get(key)
        if queue is not None or takes_parameters:
            found.add(key)
            _configure_queue(queues, queue, configuration, parts)
    if takes_parameters:
        for queue in queues.named(name):
            if queue.name.lower() not in found:
                queues.drop(queue)


def _configure_queue(
    queues: Queues, queue: CallQueue | None, configuration: QueueConfiguration, parts: Parts
) -> None:
    is_new = queue is None
    if queue is None:
        queue = CallQueue(configuration.settings)
    elif Parts.PARAMETERS in parts:
        queue.settings = configuration.settings
    if Parts.PARAMETERS in parts:
        queues.show_availability(queue, is_available=False)
    if Parts.MEMBERS in parts:
        _configure_members(queues, queue, configuration.members)
    if is_new:
        queues.add(queue)


def _configure_members(queues: Queues, queue: CallQueue, wanted: Iterable[MemberSettings]) -> None:
    kept = set()
    for settings in wanted:
        kept.add(settings.interface.lower())
        before = queue.members.get(settings.interface)
        if before is None:
            queues.link(queue, queues.make_member(settings))
            continue
        member = queues.make_member(settings)
        member.paused = before.paused
        member.last_pause = member.logged_in if before.paused else 0
        member.calls, member.last_call = before.calls, before.last_call
        queues.replace(queue, before, member)
    for member in list(queue.members):
        if member.is_dynamic:
            member.ring_in_use = queue.settings.ring_in_use
        elif member.interface.lower() not in kept:
            queues.unlink(queue, member)
        member.status = queues.device_status(member)
