"""Closes connections that opened a WebSocket and never said who they are."""

from __future__ import annotations

from typing import Any

import structlog

MAX_SIGHTINGS = 5  # at the rechecks of sessions: about ten seconds
_log = structlog.get_logger(__name__)


class UnauthenticatedSockets:
    """Counts how long each Engine.IO connection has been without a Socket.IO one: only that is authenticated.

    Args:
        server: The ``socketio.Server``.
    """

    def __init__(self, server: Any) -> None:  # noqa: ANN401 - untyped library
        self._server = server
        self._sightings: dict[str, int] = {}

    def sweep(self) -> None:
        """Look at all connections once, and close those that were strangers too often."""
        strangers = [sid for sid in list(self._server.eio.sockets) if not self._is_connected(sid)]
        self._sightings = {sid: self._sightings.get(sid, 0) + 1 for sid in strangers}
        for sid in [sid for sid, count in self._sightings.items() if count >= MAX_SIGHTINGS]:
            del self._sightings[sid]
            socket = self._server.eio.sockets.get(sid)
            if socket is not None:
                _log.info("stranger_disconnected")
                socket.close(wait=False)

    def _is_connected(self, eio_sid: str) -> bool:
        """Return whether somebody was recognised on an Engine.IO connection."""
        return self._server.manager.sid_from_eio_sid(eio_sid, "/") is not None
