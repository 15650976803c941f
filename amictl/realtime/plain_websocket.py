"""``/ws/realtime/``: the same topics for clients without Socket.IO, one JSON object a message (docs/api.md).

Whoever opens it is known by cookie or ``Authorization`` header, or says so in the first message; a token
never stands in the address, which proxies and browsers write down. Browsers ask nobody before they let a page
of another site open a WebSocket with the visitor's cookie: so with a cookie the ``Origin`` must be our own
(RFC 6455, 10.2).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlsplit

import orjson
import structlog

from amictl.errors import AmictlError, InvalidInput, NotAuthenticated, PermissionDenied
from amictl.pbx.changes import EVENTS
from amictl.realtime.batches import Parcel
from amictl.realtime.outbox import PendingOutput
from amictl.realtime.requests import Held, TopicRequests, describe_failure
from amictl.realtime.schemas import (
    MAX_ID,
    AboutTopic,
    Answered,
    Authenticated,
    AuthRequest,
    Echo,
    Error,
    Failure,
    Refused,
    Subscribed,
    Unsubscribed,
    read_request,
)
from amictl.realtime.subscriptions import Client, Subscriptions
from amictl.realtime.websocket import (
    GOING_AWAY,
    POLICY_VIOLATION,
    Environ,
    StartResponse,
    WebSocket,
    WebSocketEndpoint,
)
from amictl.services.accounts.identity import Identity

PATHS: Final = frozenset({"/ws/realtime/", "/ws/realtime"})
AUTH_PATIENCE: Final = 10.0  # seconds that a client gets to say who it is
PING_INTERVAL: Final = 10.0  # seconds
SILENCE_LIMIT: Final = 30.0  # seconds without a byte, answers to pings included
_log = structlog.get_logger(__name__)
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class PlainClient(Client):
    """One open WebSocket of somebody who was recognised.

    Args:
        opened: The WebSocket.
        identity: Who it belongs to.
        pbx: The PBX that its address named; None is the default one.

    Attributes:
        listens_to: The topics that its address brought it, while it asks for none itself.
    """

    transport = "websocket"

    def __init__(self, opened: WebSocket, identity: Identity, pbx: str | None) -> None:
        super().__init__(secrets.token_urlsafe(15), identity)
        self.opened = opened
        self.pbx = pbx
        self.listens_to: list[str] = []

    @property
    def waiting(self) -> PendingOutput:
        """How much waits to be sent to it."""
        return self.opened.outbox.waiting

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message."""
        self.opened.send_text(orjson.dumps(message))

    def deliver(self, parcel: Parcel) -> int:
        """Send it a parcel, and return how many bytes that are; 0 when too much waits already."""
        frames = parcel.plain_frames(deflate=self.opened.deflates)
        return len(frames) if self.opened.outbox.offer(frames) else 0

    def close(self) -> None:
        """End the connection; the client is not welcome any more."""
        self.opened.close(POLICY_VIOLATION)

    def hang_up(self) -> None:
        """Break the connection, so that the client comes back by itself."""
        self.opened.close(GOING_AWAY)


class PlainWebSockets:
    """Serves ``/ws/realtime/`` in front of the application, and leaves all else to it.

    Args:
        application: What serves the other addresses.
        recognise: Returns who sends a request, by its header or cookie; None where nobody is recognised.
        read_token: Returns whose token it is.
        subscriptions: Who is connected, and wants what.
        requests: Carries out what clients ask for.
        give_way: Lets others run, for some seconds at least; must be the server's own.
        max_message: How many bytes a message of a client may have.
        tell_server: Returns what every answer tells of the server.
        steady_clock: Returns seconds that only grow.
    """

    def __init__(
        self,
        *,
        application: Application,
        recognise: Callable[[Environ], Identity | None],
        read_token: Callable[[str], Identity | None],
        subscriptions: Subscriptions,
        requests: TopicRequests,
        give_way: Callable[[float], None],
        max_message: int,
        tell_server: Callable[[], Answered],
        steady_clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._application = application
        self._recognise = recognise
        self._read_token = read_token
        self._subscriptions = subscriptions
        self._requests = requests
        self._give_way = give_way
        self._max_message = max_message
        self._tell_server = tell_server
        self._steady_clock = steady_clock
        self._unauthenticated: dict[WebSocket, float] = {}
        self._clients: dict[str, PlainClient] = {}
        self._pinged_at = steady_clock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        if environ.get("PATH_INFO") not in PATHS:
            return self._application(environ, start_response)
        try:
            identity = self._recognise(environ)
            if identity is not None and identity.session is not None:
                _require_own_origin(environ)
        except AmictlError as error:
            return _refuse(error, start_response)
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        endpoint = WebSocketEndpoint(
            lambda opened: self._serve(opened, identity, query), max_message=self._max_message
        )
        return endpoint(environ, start_response)

    def sweep(self) -> None:
        """Ping, time out and resubscribe connections as needed; called every few seconds."""
        now = self._steady_clock()
        for opened, since in list(self._unauthenticated.items()):
            if now - since >= AUTH_PATIENCE:
                self._turn_away(opened, NotAuthenticated("Nobody said in time who this is."))
        ping = now - self._pinged_at >= PING_INTERVAL
        for client in list(self._clients.values()):
            if now - client.opened.last_heard >= SILENCE_LIMIT:
                _log.info("plain_client_silent", sid=client.sid)
                client.opened.outbox.abort()
            elif ping:
                client.opened.ping()
            self._bring_back(client)
        if ping:
            self._pinged_at = now

    def stop(self) -> None:
        """Close what the fan-out does not know of."""
        for opened in list(self._unauthenticated):
            opened.close(GOING_AWAY)

    def _serve(self, opened: WebSocket, identity: Identity | None, query: dict[str, list[str]]) -> None:
        """Serve one connection until its end."""
        identity = identity or self._meet(opened)
        if identity is None:
            return
        client = PlainClient(opened, identity, query.get("pbx", [None])[-1])
        self._subscriptions.connect(client)
        self._clients[client.sid] = client
        try:
            self._subscribe_by_address(client, query.get("topics", [EVENTS]))
            while (message := opened.wait()) is not None:
                self._answer(client, message)
                self._give_way(0)  # bytes that lie there already are read without a pause
        finally:
            del self._clients[client.sid]
            self._subscriptions.disconnect(client.sid)

    def _meet(self, opened: WebSocket) -> Identity | None:
        """Return who a client says it is in its first message; one that cannot prove it is refused."""
        self._unauthenticated[opened] = self._steady_clock()
        try:
            message = opened.wait()
        finally:
            since = self._unauthenticated.pop(opened, None)
        if message is None or since is None:
            return None
        try:
            identity = self._read_token(read_request(AuthRequest, _read_object(message)).token)
            if identity is None:
                raise NotAuthenticated("The first message must hold a token, where there is no cookie.")
        except AmictlError as error:
            self._turn_away(opened, error)
            return None
        welcome: Authenticated = {"type": "authenticated"}
        opened.send_text(orjson.dumps(welcome))
        return identity

    def _turn_away(self, opened: WebSocket, error: AmictlError) -> None:
        """Tell a client why it is refused, and close."""
        self._unauthenticated.pop(opened, None)
        opened.send_text(orjson.dumps(_tell_refusal(describe_failure(error), {}, {})))
        opened.close(POLICY_VIOLATION, error.code)

    def _subscribe_by_address(self, client: PlainClient, lists: list[str]) -> None:
        """Subscribe a new client to the topics that its address names."""
        topics = [topic for each in lists for topic in each.split(",") if topic]
        if topics:
            self._attempt(client, {}, lambda: self._listen(client, topics))

    def _listen(self, client: PlainClient, topics: list[str]) -> None:
        """Subscribe a client that only listens."""
        had = self._subscribe(client, {"topics": topics, "pbx": client.pbx}, {})
        client.listens_to = client.listens_to or had

    def _bring_back(self, client: PlainClient) -> None:
        """Subscribe a client again that only listens, after it was too slow and then caught up.

        One that asks for its topics itself does so itself, when it is told ``reset``.
        """
        waits = not client.listens_to or self._requests.is_suspended(client.sid)
        there = {feed.topic for feed in list(client.feeds)}
        lost = [] if waits else [topic for topic in client.listens_to if topic not in there]
        if lost:
            self._attempt(client, {}, lambda: self._listen(client, lost))

    def _answer(self, client: PlainClient, message: str | bytes) -> None:
        """Do what a message asks for, and answer it."""
        echo: Echo = {}
        self._attempt(client, echo, lambda: self._carry_out(client, message, echo))

    def _carry_out(self, client: PlainClient, message: str | bytes, echo: Echo) -> None:
        """Do what a message asks for; what its answer must carry along is put into ``echo``."""
        payload = _read_object(message)
        kind = payload.pop("type", None)
        if "id" in payload:
            echo["id"] = _read_id(payload.pop("id"))
        client.listens_to = []
        if kind == "subscribe":
            self._subscribe(client, payload, echo)
        elif kind == "unsubscribe":
            left = self._requests.unsubscribe(client.sid, payload)
            told: Unsubscribed = {"type": "unsubscribed", **echo, "topics": left, **self._tell_server()}
            client.send(told)
        else:
            raise InvalidInput.of("type", "Send subscribe or unsubscribe.")

    def _attempt(self, client: PlainClient, echo: Echo, work: Callable[[], None]) -> None:
        """Do something for a client; an error is told, and costs neither the client nor the server more."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a defect, too
            client.send(_tell_refusal(describe_failure(error), echo, {}))

    def _subscribe(self, client: PlainClient, payload: dict[str, Any], echo: Echo) -> list[str]:
        """Subscribe a client, tell it what it gets, and return the topics that it has now."""
        topics: dict[str, Held] = {}
        for topic, answer in self._requests.subscribe(client.sid, payload).items():
            if "error" in answer:
                client.send(_tell_refusal(cast("Refused", answer)["error"], echo, {"topic": topic}))
            else:
                topics[topic] = answer
        told: Subscribed[dict[str, Held]] = {
            "type": "subscribed",
            **echo,
            "topics": topics,
            **self._tell_server(),
        }
        client.send(told)
        return list(topics)


def _tell_refusal(failure: Failure, echo: Echo, about: AboutTopic) -> Error:
    """Return the message that tells of a failure."""
    return {"type": "error", **echo, **about, **failure}


def _read_object(message: str | bytes) -> dict[str, Any]:
    """Return the JSON object that a message holds.

    Raises:
        InvalidInput: It holds none.
    """
    try:
        payload = orjson.loads(message)
    except orjson.JSONDecodeError:
        payload = None
    if not isinstance(payload, dict) or isinstance(message, bytes):
        raise InvalidInput.of("message", "Send one JSON object as text.")
    return payload


def _read_id(given: object) -> str | int:
    """Return the ID that a client gave its request.

    Raises:
        InvalidInput: It is no short text and no number.
    """
    if isinstance(given, bool) or not isinstance(given, str | int) or len(str(given)) > MAX_ID:
        raise InvalidInput.of("id", "Use a number, or a text of at most 100 characters.")
    return given


def _require_own_origin(environ: Environ) -> None:
    """Check that a browser opens the WebSocket from a page of ours; other programs send no ``Origin``.

    Raises:
        PermissionDenied: Another site's page wants it, with the cookie of its visitor.
    """
    origin = environ.get("HTTP_ORIGIN")
    if origin is None:
        return
    own = {environ.get("HTTP_HOST", ""), environ.get("HTTP_X_FORWARDED_HOST", "").partition(",")[0].strip()}
    if urlsplit(origin).netloc not in own - {""}:
        raise PermissionDenied("Pages of other sites may not use the cookie: authenticate with a token.")


def _refuse(error: AmictlError, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a request that may not become a WebSocket, as problem details (RFC 9457)."""
    status = HTTPStatus(error.status)
    headers = [("Content-Type", "application/problem+json"), ("WWW-Authenticate", "Bearer")]
    start_response(f"{status} {status.phrase}", headers)
    return [orjson.dumps(error.problem())]
