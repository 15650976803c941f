"""Closes sockets whose session or token is over, whose rights have changed, or that never authenticated."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from amictl.errors import StorageUnavailable
from amictl.realtime.subscriptions import Subscriptions
from amictl.services.accounts.identity import Identity

CHECK_INTERVAL = 2.0  # seconds from a deactivation to the end of its sockets
MAX_SIGHTINGS = 5  # at these checks: about ten seconds
_log = structlog.get_logger(__name__)


class SessionRecheck:
    """One background task that checks every few seconds whether the sockets' identities are still valid.

    A client whose rights have changed connects again, and is then seen with the new ones.

    Args:
        subscriptions: The connected sockets.
        recheck: Returns an identity with its present rights, None when it is no longer valid. Opens its own
            database context.
        sweeps: Close connections that never authenticated, or fell silent; called after each check.
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


class UnauthenticatedSockets:
    """Closes Engine.IO connections that get no Socket.IO one for long: only that is authenticated.

    Args:
        server: The ``socketio.Server``.
    """

    def __init__(self, server: Any) -> None:  # noqa: ANN401 - untyped library
        self._server = server
        self._sightings: dict[str, int] = {}

    def sweep(self) -> None:
        """Look at all connections once, and close those that were seen unauthenticated too often."""
        unauthenticated = [sid for sid in list(self._server.eio.sockets) if not self._is_connected(sid)]
        self._sightings = {sid: self._sightings.get(sid, 0) + 1 for sid in unauthenticated}
        for sid in [sid for sid, count in self._sightings.items() if count >= MAX_SIGHTINGS]:
            del self._sightings[sid]
            socket = self._server.eio.sockets.get(sid)
            if socket is not None:
                _log.info("unauthenticated_socket_closed")
                socket.close(wait=False)

    def _is_connected(self, eio_sid: str) -> bool:
        """Return whether somebody was recognised on an Engine.IO connection."""
        return self._server.manager.sid_from_eio_sid(eio_sid, "/") is not None
