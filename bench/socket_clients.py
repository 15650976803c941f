"""Socket.IO clients in a process of their own that measure how long events take to reach them.

``python -m bench.socket_clients URL TOKEN CLIENTS EVENTS`` prints ``ready`` when all have subscribed, and one
JSON object when each has seen every event or the time is over.
"""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

import orjson
import socketio

_PATIENCE = 60.0  # seconds


class JsonCodec:
    """What python-socketio asks of a JSON module."""

    @staticmethod
    def dumps(content: Any, **_options: Any) -> str:  # noqa: ANN401 - JSON
        """Return the JSON text."""
        return orjson.dumps(content).decode()

    @staticmethod
    def loads(text: str, **_options: Any) -> Any:  # noqa: ANN401 - JSON
        """Return what the JSON text says."""
        return orjson.loads(text)


class MeasuringClient:
    """One client that notes the delay of every event.

    Args:
        url: The server.
        token: A bearer token with ``events.read``.
        events: How many events are played.
    """

    def __init__(self, url: str, token: str, events: int) -> None:
        self.delays: list[float] = []
        self.batches = 0
        self.done = threading.Event()
        self._events = events
        options = {"skip_utf8_validation": True}  # in pure Python it would cost more than all else
        self._client = socketio.Client(json=JsonCodec, websocket_extra_options=options, reconnection=False)
        self._client.on("ami_events", self._note)
        self._client.connect(url, auth={"token": token}, transports=["websocket"])

    def subscribe(self) -> None:
        """Subscribe to all events."""
        answer = self._client.call("subscribe", {"topics": ["events"]})
        if "snapshot" not in answer["events"]:
            raise RuntimeError(f"The subscription was refused: {answer}")

    def disconnect(self) -> None:
        """End the connection."""
        self._client.disconnect()

    def _note(self, batch: dict[str, Any]) -> None:
        """Note the delays of one batch."""
        now = time.monotonic()
        self.batches += 1
        for event in batch["events"]:
            sent_at = event["data"].get("BenchAt")
            if sent_at is not None:
                self.delays.append(now - float(sent_at))
        if len(self.delays) >= self._events:
            self.done.set()


def measure(url: str, token: str, clients: int, events: int) -> dict[str, float]:
    """Return the delays that all clients saw, in milliseconds, and how many events each got at least."""
    measuring = [MeasuringClient(url, token, events) for _ in range(clients)]
    for client in measuring:
        client.subscribe()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    deadline = time.monotonic() + _PATIENCE
    for client in measuring:
        client.done.wait(max(0.0, deadline - time.monotonic()))
    delays = sorted(delay for client in measuring for delay in client.delays)
    for client in measuring:
        client.disconnect()
    return {
        "fewest": min(len(client.delays) for client in measuring),
        "batches": max(client.batches for client in measuring),
        **{f"p{part}": _percentile(delays, part) for part in (50, 95, 99)},
        "highest": delays[-1] * 1000 if delays else float("inf"),
    }


def _percentile(ordered: list[float], part: int) -> float:
    """Return a percentile in milliseconds (nearest rank)."""
    if not ordered:
        return float("inf")
    return ordered[max(0, -(-len(ordered) * part // 100) - 1)] * 1000


if __name__ == "__main__":
    report = measure(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    sys.stdout.write(orjson.dumps(report).decode() + "\n")
