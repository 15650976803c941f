"""Wiring the realtime parts together, and starting and stopping them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask
from flask_socketio import SocketIO

from amictl.manager import Registry
from amictl.realtime.backlog import Backlog
from amictl.realtime.encoded_cache import EncodedCache
from amictl.realtime.fanout import Fanout
from amictl.realtime.handlers import RealtimeHandlers
from amictl.realtime.plain_websocket import PlainWebSockets
from amictl.realtime.publisher import ChangeSignal, Publisher
from amictl.realtime.requests import TopicRequests
from amictl.realtime.schemas import Answered, tell_server
from amictl.realtime.session_recheck import SessionRecheck, UnauthenticatedSockets
from amictl.realtime.socketio_clients import take_over
from amictl.realtime.subscriptions import Subscriptions
from amictl.realtime.websocket import Environ
from amictl.services.accounts.identity import Identity
from amictl.services.metrics.metrics import DeliveryMetricsReading

PING_INTERVAL = 10  # seconds; a browser notices a dead server within interval plus timeout
PING_TIMEOUT = 10
MAX_REQUEST = 64 * 1024  # bytes that one packet of a client may have


class OrjsonCodec:
    """The functions that python-socketio calls of a JSON module, several times faster than ``json``."""

    @staticmethod
    def dumps(content: Any, **_options: Any) -> str:  # noqa: ANN401 - JSON
        """Return the JSON text."""
        return orjson.dumps(content).decode()

    @staticmethod
    def loads(text: str | bytes, **_options: Any) -> Any:  # noqa: ANN401 - JSON
        """Return the value of a JSON text; raises ValueError where it is none."""
        return orjson.loads(text)


class Realtime:
    """The Socket.IO server with its background tasks.

    Args:
        app: The application; its cookies identify people.
        registry: The PBXes.
        signal: Marked by the registry at each change.
        identify: Returns who opens a socket, from its token or else from its cookie.
        recheck: Returns an identity with its present rights, None when it is no longer valid; opens its own
            database context.
        async_mode: python-socketio's name for how the process runs: ``eventlet`` or ``threading``.
        read_release: Returns the release of amictl's static files, which every answer tells.
        clock: Returns epoch seconds.
    """

    def __init__(
        self,
        app: Flask,
        *,
        registry: Registry,
        signal: ChangeSignal,
        identify: Callable[[str | None], Identity | None],
        recheck: Callable[[Identity], Identity | None],
        async_mode: str,
        read_release: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.socketio = SocketIO(
            app,
            async_mode=async_mode,
            json=OrjsonCodec,
            manage_session=False,
            ping_interval=PING_INTERVAL,
            ping_timeout=PING_TIMEOUT,
            max_http_buffer_size=MAX_REQUEST,
        )
        take_over(self.socketio.server)
        self._subscriptions = Subscriptions()
        self._fanout = Fanout(self._subscriptions)
        self._backlog = Backlog(self._fanout, self._subscriptions)
        cache = EncodedCache(self.socketio.sleep)
        self._publisher = Publisher(
            registry=registry,
            subscriptions=self._subscriptions,
            signal=signal,
            cache=cache,
            emitter=self._fanout,
            sleep=self.socketio.sleep,
            after_round=self._backlog.relieve,
        )
        self._requests = TopicRequests(
            registry=registry,
            subscriptions=self._subscriptions,
            cache=cache,
            publisher=self._publisher,
            backlog=self._backlog,
        )

        def tell() -> Answered:
            return tell_server(clock(), read_release())

        RealtimeHandlers(
            socketio=self.socketio,
            subscriptions=self._subscriptions,
            requests=self._requests,
            identify=identify,
            tell_server=tell,
        ).register()
        self._plain = PlainWebSockets(
            application=app.wsgi_app,
            recognise=_recognise_by(app, identify),
            read_token=_read_tokens_by(app, identify),
            subscriptions=self._subscriptions,
            requests=self._requests,
            give_way=self.socketio.sleep,
            tell_server=tell,
            max_message=MAX_REQUEST,
        )
        app.wsgi_app = self._plain  # type: ignore[method-assign]
        sweeps = (UnauthenticatedSockets(self.socketio.server).sweep, self._plain.sweep)
        self._session_recheck = SessionRecheck(self._subscriptions, recheck, sweeps)

    def start(self) -> None:
        """Start the background tasks."""
        self.socketio.start_background_task(self._publisher.run)
        self.socketio.start_background_task(self._session_recheck.run)

    def stop(self) -> None:
        """Close all connections, so that clients come back by themselves, and end the background tasks."""
        self._publisher.stop()
        self._session_recheck.stop()
        self._plain.stop()
        for client in self._subscriptions.all():
            client.hang_up()
        for socket in list(self.socketio.server.eio.sockets.values()):
            socket.close(wait=False)

    def read_metrics(self) -> DeliveryMetricsReading:
        """Return what was counted of the delivery to clients."""
        metrics, clients = self._fanout.metrics, self._subscriptions.all()
        waiting = [client.waiting for client in clients]
        return DeliveryMetricsReading(
            clients=Counter(client.transport for client in clients),
            batches=metrics.batches,
            items=metrics.items,
            encoded_bytes=metrics.encoded_bytes,
            sent_bytes=metrics.sent_bytes,
            resets=metrics.resets,
            suspended=self._backlog.suspended,
            queued_bytes=sum(each.size + each.answers for each in waiting),
            batch_items=metrics.batch_items,
        )

    def disconnect_session(self, session_id: str) -> None:
        """Close the sockets of a login session that was ended."""
        self._requests.close_session(session_id)


def _recognise_by(
    app: Flask, identify: Callable[[str | None], Identity | None]
) -> Callable[[Environ], Identity | None]:
    """Return a function that recognises the sender of a request that Flask does not serve."""

    def recognise(environ: Environ) -> Identity | None:
        with app.request_context(environ):
            return identify(None)

    return recognise


def _read_tokens_by(
    app: Flask, identify: Callable[[str | None], Identity | None]
) -> Callable[[str], Identity | None]:
    """Return a function that recognises the owner of a token outside of requests."""

    def read_token(token: str) -> Identity | None:
        with app.app_context():
            return identify(token)

    return read_token
