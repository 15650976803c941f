"""Closes sockets whose session or token is over, or whose rights have changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import structlog

from amictl.errors import StorageUnavailable
from amictl.realtime.subscriptions import Subscriptions
from amictl.services.accounts.identity import Identity

CHECK_INTERVAL = 2.0  # seconds from a deactivation to the end of its sockets
_log = structlog.get_logger(__name__)


class SessionRecheck:
    """One background task that checks again, every few seconds, whom the sockets belong to.

    A client whose rights have changed connects again, and is then seen with the new ones.

    Args:
        subscriptions: The connected sockets.
        recheck: Returns what an identity is worth now; None when nothing. Opens its own database context.
        sweeps: Look after connections of nobody, and others that need it; each is called as often.
    """

    def __init__(
        self,
        subscriptions: Subscriptions,
        recheck: Callable[[Identity], Identity | None],
        sweeps: Sequence[Callable[[], None]],
    ) -> None:
        self._subscriptions = subscriptions
        self._recheck = recheck
        self._sweeps = sweeps
        self._stopping = threading.Event()

    def run(self) -> None:
        """Check until ``stop``."""
        while not self._stopping.wait(CHECK_INTERVAL):
            try:
                self.check()
                for sweep in self._sweeps:
                    sweep()
            except StorageUnavailable:  # the sockets go on; the database's own words are logged elsewhere
                continue
            except Exception:  # noqa: BLE001 - the next round may find the database back
                _log.exception("socket_check_failed")

    def stop(self) -> None:
        """End ``run`` at once."""
        self._stopping.set()

    def check(self) -> None:
        """Check every identity once, and close the sockets of those that changed."""
        valid: dict[Identity, bool] = {}
        for client in self._subscriptions.all():
            identity = client.identity
            if identity not in valid:
                now = self._recheck(identity)
                valid[identity] = now is not None and now.actor == identity.actor
            if not valid[identity]:
                _log.info("socket_closed", username=identity.actor.username, reason="identity changed")
                client.close()
