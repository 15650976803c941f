"""The handlers of Socket.IO clients: connect, subscribe, unsubscribe, time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO

from amictl.errors import NotAuthenticated, PasswordChangeRequired
from amictl.realtime.requests import TopicRequests, describe_failure
from amictl.realtime.schemas import Answered, Failed, TimeRequest, read_request
from amictl.realtime.socketio_clients import SocketIoClient
from amictl.realtime.subscriptions import Subscriptions
from amictl.services.accounts.identity import Identity


class RealtimeHandlers:
    """The handlers of Socket.IO's default namespace; none of them raises anything to a client.

    Args:
        socketio: The server.
        subscriptions: Who is connected, and wants what.
        requests: Carries out what they ask for.
        identify: Returns who opens a socket, from its token or else from its cookie.
        tell_server: Returns what every answer tells of the server.
    """

    def __init__(
        self,
        *,
        socketio: SocketIO,
        subscriptions: Subscriptions,
        requests: TopicRequests,
        identify: Callable[[str | None], Identity | None],
        tell_server: Callable[[], Answered],
    ) -> None:
        self._socketio = socketio
        self._subscriptions = subscriptions
        self._requests = requests
        self._identify = identify
        self._tell_server = tell_server

    def register(self) -> None:
        """Attach the handlers to the server."""
        self._socketio.on_event("connect", self.accept_socket)
        self._socketio.on_event("disconnect", self.forget_socket)
        self._socketio.on_event("subscribe", self.subscribe)
        self._socketio.on_event("unsubscribe", self.unsubscribe)
        self._socketio.on_event("time", self.time)

    def accept_socket(self, auth: Any = None) -> None:  # noqa: ANN401 - JSON
        """Accept a socket of somebody who is recognised, and refuse any other."""
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            identity = self._identify(token) if token is None or isinstance(token, str) else None
        except (NotAuthenticated, PasswordChangeRequired) as error:
            raise Refused(error.code) from None
        if identity is None:
            raise Refused(NotAuthenticated.code)
        self._subscriptions.connect(SocketIoClient(self._socketio.server, _current_sid(), identity))

    def forget_socket(self, *_reason: object) -> None:
        """Forget a socket that is gone."""
        self._subscriptions.disconnect(_current_sid())

    def subscribe(self, payload: Any = None, *_more: object) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
        """Answer ``subscribe``: for each topic a snapshot, a replay or an error."""
        return self._answer(self._requests.subscribe, payload)

    def unsubscribe(self, payload: Any = None, *_more: object) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
        """Answer ``unsubscribe``."""
        return self._answer(self._requests.unsubscribe, payload)

    def time(self, payload: Any = None, *_more: object) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
        """Answer ``time``, by which a page sets its clock, and finds out whether it is heard at all."""
        return self._answer(_hear, payload)

    def _answer(
        self,
        work: Callable[[str, Any], Mapping[str, Any]],
        payload: Any,  # noqa: ANN401 - JSON
    ) -> Mapping[str, Any]:
        """Return the answer to a request, errors included, with the server's time."""
        try:
            return {**work(_current_sid(), payload), **self._tell_server()}
        except Exception as error:  # noqa: BLE001 - a defect must not reach the client
            failed: Failed = {"error": describe_failure(error), **self._tell_server()}
            return failed


def _hear(_sid: str, payload: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
    """Return what a `TimeRequest` is answered beside the time."""
    read_request(TimeRequest, {} if payload is None else payload)
    return {}


def _current_sid() -> str:
    """Return the Socket.IO session ID of the present request."""
    return str(request.sid)  # type: ignore[attr-defined]
