"""All configured PBXes, one manager each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import structlog

from amictl.config import LinkSettings
from amictl.errors import ConfigurationError, NotFound
from amictl.manager.manager import AmiManager
from amictl.manager.timings import LinkTimings
from amictl.pbx.picture.clock import PbxClock
from amictl.pbx.picture.live import LivePicture

_PREFERRED_DEFAULT = "main"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pbx:
    """One PBX: its link and its live picture.

    Args:
        name: Short name, used in keys, topics and routes.
        manager: Carries actions.
        picture: What is known of the PBX now.
    """

    name: str
    manager: AmiManager
    picture: LivePicture


class Registry:
    """The managers of all configured PBXes; readers see one consistent table at any time.

    Args:
        load_settings: Returns the links that should exist, in order.
        timings: Given to each manager.
        on_change: Called with a PBX's name after each change of its picture; must be cheap.
        make_picture: Makes the picture of a PBX that is new here, by its name.
    """

    def __init__(
        self,
        load_settings: Callable[[], Sequence[LinkSettings]],
        *,
        timings: LinkTimings = LinkTimings(),  # noqa: B008 - frozen
        on_change: Callable[[str], None] | None = None,
        make_picture: Callable[[str], LivePicture] | None = None,
    ) -> None:
        self._load_settings = load_settings
        self._timings = timings
        self._on_change = on_change
        self._make_picture = make_picture or _make_picture
        self._reloading = threading.Lock()
        self._running = False
        self._table: Mapping[str, Pbx] = MappingProxyType({})

    def start(self) -> None:
        """Load the settings and start all links; returns before they are up."""
        with self._reloading:
            self._running = True
            self._load()

    def stop(self) -> None:
        """Stop all links, at once rather than one after the other."""
        with self._reloading:
            self._running = False
            _stop_together(list(self._table.values()))

    def reload(self) -> None:
        """Make the links match the settings: stop removed ones, start new ones, restart changed ones.

        A changed link keeps its picture, which shows as stale until the new session has filled it. A link
        whose stored secret cannot be read goes on with the secret that it has, and says so.

        Raises:
            ConfigurationError: Two links have one name; nothing was changed.
        """
        with self._reloading:
            self._load()

    def get(self, name: str | None = None) -> Pbx:
        """Return a PBX.

        Args:
            name: Its short name; None for the default one.

        Raises:
            NotFound: There is none of that name, or none at all.
        """
        table = self._table
        if not table:
            raise NotFound("No PBX is configured yet: add one first.")
        wanted = self.default_name if name is None else name
        if wanted is None or wanted not in table:
            raise NotFound(f"There is no PBX named {wanted!r}; there is {', '.join(table)}.")
        return table[wanted]

    def all(self) -> tuple[Pbx, ...]:
        """Return all PBXes in the order of the settings."""
        return tuple(self._table.values())

    @property
    def default_name(self) -> str | None:
        """The PBX that is meant when none is named: ``main`` if there, else the first; None without any."""
        table = self._table
        if _PREFERRED_DEFAULT in table:
            return _PREFERRED_DEFAULT
        return next(iter(table), None)

    def _load(self) -> None:
        """Replace the table by one that matches the settings; the caller holds the lock."""
        wanted = self._read_settings()
        before = self._table
        kept = {
            name
            for name, pbx in before.items()
            if name in wanted and _is_unchanged(pbx.manager, wanted[name])
        }
        _stop_together([pbx for name, pbx in before.items() if name not in kept])
        after = {
            name: before[name] if name in kept else self._make(settings, before.get(name))
            for name, settings in wanted.items()
        }
        self._table = MappingProxyType(after)
        for name, settings in wanted.items():
            _show_problem(after[name].manager, settings.problem)
        if self._running:
            for pbx in after.values():
                pbx.manager.start()

    def _read_settings(self) -> dict[str, LinkSettings]:
        """Return the wanted links by name."""
        wanted: dict[str, LinkSettings] = {}
        for settings in self._load_settings():
            if settings.name in wanted:
                raise ConfigurationError(f"Two PBXes are named {settings.name!r}; names must differ.")
            wanted[settings.name] = settings
        return wanted

    def _make(self, settings: LinkSettings, before: Pbx | None) -> Pbx:
        """Return a PBX for these settings, with the picture that it had under other settings."""
        picture = before.picture if before else self._make_picture(settings.name)
        picture.on_change = self._on_change
        manager = AmiManager(settings, picture, timings=self._timings)
        return Pbx(settings.name, manager, picture)


def _is_unchanged(manager: AmiManager, wanted: LinkSettings) -> bool:
    """Return whether a link has the wanted settings already, as far as those can be read."""
    present = manager.settings
    if wanted.problem is not None:
        wanted = replace(wanted, secret=present.secret, problem=present.problem)
    return present == wanted


def _show_problem(manager: AmiManager, problem: str | None) -> None:
    """Show in a link's status what is wrong with its stored settings, and log it once."""
    if problem != manager.warning:
        manager.warn(problem)
        if problem is not None:
            _log.error("pbx_secret_unreadable", pbx=manager.name, detail=problem)


def _make_picture(name: str) -> LivePicture:
    """Return an empty picture."""
    return LivePicture(name, pbx_clock=PbxClock())


def _stop_together(pbxes: Sequence[Pbx]) -> None:
    """Stop several links, each in a thread of its own, and wait for all."""
    stoppers = [threading.Thread(target=pbx.manager.stop, name=f"ami-stop-{pbx.name}") for pbx in pbxes]
    for stopper in stoppers:
        stopper.start()
    for stopper in stoppers:
        stopper.join()
