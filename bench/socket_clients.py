"""WebSocket clients in a process of its own that note when each event reaches whom, and what is missing.

``python -m bench.socket_clients CLIENTS URL OPTIONS`` (`Options` as JSON) prints ``"ready"``; for each line
``{"first", "count", "seconds"}`` it prints ``"listening"``, and a `Report` when every client has every event,
or nothing more comes.

One thread, epoll and raw frames: at the rates of the bench a client library in Python would be slower than
any server. All clients of a batch get the same bytes, so those are inflated and decoded once; order, cursors
and completeness are checked for each client.
"""

from __future__ import annotations

import gc
import select
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import orjson

from bench.deliveries import Batch, Batches, Progress, percentile
from bench.processes import say
from bench.websocket import encode_text, open_websocket, read_frames, read_text, split_frames

_SOCKET_IO: Final = "/socket.io/?EIO=4&transport=websocket"
_PATIENCE: Final = 3.0  # seconds without any delivery after which a step is over
_RECEIVE: Final = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Options:
    """How the clients connect.

    Args:
        token: A bearer token, where the server wants one.
        topics: What to subscribe to; nothing means that the server sends without being asked.
        deflate: Whether to offer compression.
    """

    token: str | None = None
    topics: list[str] = field(default_factory=list)
    deflate: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What the clients saw of one step.

    Args:
        delivered: Events, counted once for each client.
        complete: Whether every client got every event, once, in order and without a gap.
        faults: How often order or numbering were broken.
        resets: How often a client was told to begin anew.
        closed: How many clients lost their connection.
        busiest: The most deliveries within one second.
        p50: Median delay in milliseconds; None where nothing came.
        p99: 99th percentile.
        highest: The longest delay.
        growth: By how many milliseconds the median of the last third is above that of the one before.
        seconds: From the step's begin to the last delivery.
        bytes: Received by all clients.
        load: Share of one core that the clients' process used.
    """

    delivered: int
    complete: bool
    faults: int
    resets: int
    closed: int
    busiest: int
    p50: float | None
    p99: float | None
    highest: float | None
    growth: float | None
    seconds: float
    bytes: int
    load: float


class Client:
    """One connection, and how far it has come.

    Args:
        url: The server.
        options: How to connect.

    Attributes:
        subscribed_after: Seconds from the last question, the subscription where there is one, to its answer.
        answer: What came for the subscription, by topic.
    """

    __slots__ = ("answer", "progress", "rest", "sock", "subscribed_after")

    def __init__(self, url: str, options: Options) -> None:
        self.sock, rest = open_websocket(url, _SOCKET_IO, deflate=options.deflate)
        self.progress = Progress()
        self.rest = b""
        self.subscribed_after = 0.0
        self.answer: dict[str, Any] = {}
        self._shake_hands(rest, options)

    def _shake_hands(self, rest: bytes, options: Options) -> None:
        """Connect to the namespace and subscribe, waiting for each answer."""
        auth = orjson.dumps({"token": options.token}) if options.token else b""
        questions = [(b"40" + auth, b"40")]
        if options.topics:
            questions.append((b"420" + orjson.dumps(["subscribe", {"topics": options.topics}]), b"430"))
        frames = read_frames(self.sock, rest)
        for question, answer in questions:
            began = time.monotonic()
            self.sock.sendall(encode_text(question))
            text = b""
            while not text.startswith(answer):
                text = read_text(*next(frames))
                if text.startswith(b"44"):
                    raise RuntimeError(f"The connection was refused: {text!r}")
            self.subscribed_after = time.monotonic() - began
            if answer == b"430":
                (self.answer,) = orjson.loads(text[3:])
                if any("error" in self.answer[topic] for topic in options.topics):
                    raise RuntimeError(f"The subscription was refused: {text[:500]!r}")
        self.sock.setblocking(False)


class Listeners:
    """All clients of the process.

    Args:
        clients: Connected and subscribed.
    """

    def __init__(self, clients: list[Client]) -> None:
        self._clients = {client.sock.fileno(): client for client in clients}
        self._all = clients
        self._poll = select.epoll()
        for number in self._clients:
            self._poll.register(number, select.EPOLLIN)
        self._batches = Batches(len(clients))
        self._per_second: Counter[int] = Counter()
        self._began = self._last = 0.0
        self._resets = self._closed = self._bytes = 0

    def begin(self, first: int) -> None:
        """Expect a step whose events are numbered from ``first``."""
        for client in self._all:
            client.progress.begin(first)
        self._per_second.clear()
        self._began = self._last = time.monotonic()
        self._resets = self._bytes = 0

    def listen(self, first: int, count: int, seconds: float) -> Report:
        """Receive until every client has every event, or nothing more comes.

        Args:
            first: Number of the step's first event.
            count: How many there are.
            seconds: How long they are played.
        """
        goal, wanted = first + count, count * len(self._all)
        busy = time.process_time()
        while self._delivered() < wanted or any(
            client.progress.next < goal for client in self._clients.values()
        ):
            quiet_since = max(self._last, self._began + seconds)
            if time.monotonic() > quiet_since + _PATIENCE or not self._clients:
                break
            self._receive_ready(0.1)
        load = (time.process_time() - busy) / max(time.monotonic() - self._began, 1e-9)
        return self._make_report(first, count, load)

    def rest(self, until: int) -> None:
        """Answer pings until a descriptor can be read.

        Args:
            until: The descriptor.
        """
        self._poll.register(until, select.EPOLLIN)
        while until not in self._receive_ready(10.0):
            pass
        self._poll.unregister(until)

    def _delivered(self) -> int:
        return self._per_second.total()

    def _receive_ready(self, timeout: float) -> list[int]:
        """Receive what is there; return the descriptors that can be read."""
        ready = [number for number, _ in self._poll.poll(timeout)]
        for number in ready:
            client = self._clients.get(number)
            if client is not None:
                self._receive(number, client)
        return ready

    def _receive(self, number: int, client: Client) -> None:
        try:
            data = client.sock.recv(_RECEIVE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        now = time.monotonic()
        if not data:
            self._close(number)
            return
        self._bytes += len(data)
        frames, client.rest = split_frames(client.rest + data if client.rest else data)
        for first, payload in frames:
            batch = self._batches.find(payload) or self._read(client, first, payload)
            if batch is not None:
                self._note(client, batch, now)

    def _read(self, client: Client, first: int, payload: bytes) -> Batch | None:
        """Read what has not come before; anything but a batch is answered or ignored."""
        text = read_text(first, payload)
        if text.startswith(b"42"):
            return self._batches.add(payload, text)
        if text.startswith(b"2"):
            client.sock.send(encode_text(b"3"))
        return None

    def _note(self, client: Client, batch: Batch, now: float) -> None:
        client.progress.take(batch)
        batch.arrivals.append(now)
        self._resets += batch.is_reset
        if batch.count:
            self._per_second[int(now - self._began)] += batch.count
            self._last = now

    def _close(self, number: int) -> None:
        self._poll.unregister(number)
        self._clients.pop(number).sock.close()
        self._closed += 1

    def _make_report(self, first: int, count: int, load: float) -> Report:
        delivered = self._delivered()
        thirds = self._batches.take_delays(first, count)
        delays = thirds[0] + thirds[1] + thirds[2]
        middle, late = percentile(thirds[1], 0.5), percentile(thirds[2], 0.5)
        faults = sum(client.progress.faults for client in self._all)
        is_whole = all(client.progress.next == first + count for client in self._all)
        return Report(
            delivered=delivered,
            complete=is_whole and delivered == count * len(self._all) and not (faults or self._resets),
            faults=faults,
            resets=self._resets,
            closed=self._closed,
            busiest=max(self._per_second.values(), default=0),
            p50=percentile(delays, 0.50),
            p99=percentile(delays, 0.99),
            highest=percentile(delays, 1),
            growth=None if middle is None or late is None else late - middle,
            seconds=self._last - self._began,
            bytes=self._bytes,
            load=load,
        )


def main(clients: int, url: str, options: Options) -> None:
    """Connect, then listen to one step for each line of standard input, until it ends."""
    listeners = Listeners([Client(url, options) for _ in range(clients)])
    gc.disable()  # a pause would be measured as the server's
    say("ready")
    while True:
        listeners.rest(sys.stdin.fileno())
        line = sys.stdin.buffer.readline()
        if not line:
            return
        step: dict[str, Any] = orjson.loads(line)
        listeners.begin(step["first"])
        say("listening")
        say(asdict(listeners.listen(step["first"], step["count"], step["seconds"])))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Options(**orjson.loads(sys.argv[3])))
