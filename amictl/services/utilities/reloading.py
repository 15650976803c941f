"""Makes links follow the stored settings, whoever changed them: another process has no other way to tell."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from amictl.errors import StorageUnavailable

RELOAD_INTERVAL = 3.0  # seconds from ``flask pbx add`` to the first attempt to connect
_log = structlog.get_logger(__name__)


class LinkReloader:
    """A background task that reads the settings every few seconds; unchanged links go on undisturbed.

    Args:
        reload: Makes the links match the settings.
        interval: Seconds between two looks at the settings.
    """

    def __init__(self, reload: Callable[[], None], interval: float = RELOAD_INTERVAL) -> None:
        self._reload = reload
        self._interval = interval
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start the task."""
        threading.Thread(target=self._run, name="link-reloader", daemon=True).start()

    def stop(self) -> None:
        """End the task; it may still be in its last reload."""
        self._stopping.set()

    def _run(self) -> None:
        """Reload until ``stop``; a database that is away for a night is one line, not thousands."""
        fault = ""
        while not self._stopping.wait(self._interval):
            try:
                self._reload()
                fault = ""
            except StorageUnavailable as error:
                if error.detail != fault:
                    fault = error.detail
                    _log.warning("reload_failed", why=error.detail, place=error.place)
            except Exception:  # noqa: BLE001 - a busy database is there again the next time
                _log.exception("reload_failed")
