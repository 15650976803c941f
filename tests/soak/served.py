"""A whole amictl in a process of its own, and a browser's view of it: a client that only listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.asterisk.picture_lists import Values
from tests.asterisk.server import AsteriskServer
from tests.faults.fault_proxy import FaultProxy
from tests.serving import AmictlServer, LiveSocket, wait_until
from tests.soak import relations

_PBX: Final = "pbx"
_SHOWN: Final = 30
_READING_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class ProxiedPbx:
    """A PBX behind a proxy, as `AmictlServer` wants to know it.

    Args:
        host: Where the proxy listens.
        ami_port: Its port.
        username: The AMI user.
        secret: That user's secret.
    """

    host: str
    ami_port: int
    username: str
    secret: str


@dataclass(slots=True)
class Copy:
    """A client's copy of one topic.

    Args:
        epoch: Names the numbering.
        seq: The cursor.
        values: What it holds.
    """

    epoch: str
    seq: int
    values: dict[str, Any] = field(default_factory=dict)


class ListeningClient:
    """Subscribes once to each topic, follows the batches, and subscribes again only when told so.

    Args:
        socket: Connected.
        topics: What it follows; ``channels`` and ``pbx`` among them.

    Attributes:
        gaps: Batches that did not follow what came before; there must be none.
    """

    def __init__(self, socket: LiveSocket, topics: Sequence[str]) -> None:
        self.gaps: list[str] = []
        self._socket = socket
        self._copies: dict[str, Copy] = {}
        self._read = 0
        for topic in topics:
            self._subscribe(topic)

    @property
    def epoch(self) -> str | None:
        """The epoch of the channels."""
        self._listen()
        return self._copies["channels"].epoch or None

    @property
    def is_fresh(self) -> bool:
        """Whether the server says that the link is up and answers."""
        self._listen()
        link = next(iter(self._copies[_PBX].values.values()), None)
        return link is not None and link["state"] == "connected" and not link["stale"]

    def snapshots(self, topics: Sequence[str]) -> Mapping[str, Values]:
        """Return its copies."""
        self._listen()
        return {topic: dict(self._copies[topic].values) for topic in topics}

    def contradictions(self) -> list[str]:
        """Return gaps, and where topics contradict each other for longer than a batch is on its way."""
        lines: list[str] = []

        def is_consistent() -> bool:
            lines[:] = relations.contradictions(self.snapshots(relations.TOPICS))
            return not lines

        wait_until(is_consistent, _READING_SECONDS)
        return [*self.gaps, *lines]

    def trail(self, *words: str) -> Sequence[str]:
        """Return the last batches that contain all of these words."""
        texts = (f"{name} {content}" for name, content in self._socket.received)
        return [text[:600] for text in texts if all(word in text for word in words)][-_SHOWN:]

    def _listen(self) -> None:
        """Take what was sent since the last time."""
        while self._read < len(self._socket.received):
            name, content = self._socket.received[self._read]
            self._read += 1
            if name == "reset":
                self._subscribe(content["topic"])
            else:
                self._take(content)

    def _subscribe(self, topic: str) -> None:
        answer = self._socket.subscribe(topic)[topic]
        self._copies[topic] = Copy(answer["epoch"], answer["seq"], answer["snapshot"])

    def _take(self, batch: dict[str, Any]) -> None:
        copy = self._copies[batch["topic"]]
        if batch["epoch"] != copy.epoch or batch["seq"] <= copy.seq:
            return  # from before the snapshot that was asked for since
        if batch["prev_seq"] > copy.seq:
            self.gaps.append(f"a gap in {batch['topic']}: {copy.seq} to {batch['prev_seq']}")
        copy.seq = batch["seq"]
        for change in batch["changes"]:
            if change["op"] == "put":
                copy.values[change["key"]] = change["value"]
            else:
                copy.values.pop(change["key"], None)


def served_client(
    folder: Path,
) -> Callable[[AsteriskServer, FaultProxy], AbstractContextManager[ListeningClient]]:
    """Return what starts an amictl in a folder, linked to a PBX through a proxy, and listens to it."""

    @contextmanager
    def listen(pbx: AsteriskServer, proxy: FaultProxy) -> Iterator[ListeningClient]:
        linked = ProxiedPbx(proxy.host, proxy.port, pbx.username, pbx.secret)
        with AmictlServer(folder, linked) as server:
            server.wait_until_ready()
            with server.log_in().open_socket() as socket:
                yield ListeningClient(socket, (_PBX, *relations.TOPICS))

    return listen
