"""A client that stops reading while events go on: what it costs the server, the others and itself."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.scripted_server import HonestAsterisk, message
from tests.patience import PATIENCE
from tests.realtime.websocket_peer import WebSocketPeer
from tests.serving import AmictlServer, wait_until

_PATH = "/socket.io/?EIO=4&transport=websocket"
_PADDING = "x" * 430
_TICK = 0.01  # seconds
_WARM_UP = 6000  # events: more than a topic's log holds
_SMALL_BUFFER = 4096  # bytes


@dataclass(slots=True)
class Outcome:
    """What was seen.

    Args:
        growth: The most that the server's memory grew by meanwhile, in units of 1,000,000 bytes.
        faults: What a healthy client was sent that does not follow, and what it was told to begin anew.
        slowest: Delays of events to the healthy client meanwhile, in seconds, the longest last.
        came_back: Whether the silent client has everything again, as the healthy one does.
    """

    growth: float = 0.0
    faults: list[str] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)
    came_back: bool = False


class Listener:
    """A Socket.IO client, spoken by hand, that follows ``event:VarSet`` by the rules of docs/api.md.

    Args:
        server: The server.
        token: A bearer token.
        since: The cursor that it had before; None has none.
        buffer: Its receive buffer in bytes; None leaves it to the system.
    """

    def __init__(
        self, server: AmictlServer, token: str, since: dict[str, Any] | None = None, buffer: int | None = None
    ) -> None:
        self.peer = WebSocketPeer(f"{server.url}{_PATH}", buffer=buffer)
        self.faults: list[str] = []
        self.delays: list[float] = []
        self.last_number = -1
        self._expect("0")
        self.peer.send("40" + json.dumps({"token": token}))
        self._expect("40")
        wanted = {"topics": ["event:VarSet"], "since": {"event:VarSet": since} if since else {}}
        self.peer.send("420" + json.dumps(["subscribe", wanted]))
        answer = json.loads(self._expect("430")[3:])[0]["event:VarSet"]
        self.cursor = {"epoch": answer["epoch"], "seq": answer["seq"]}
        items = answer.get("replay") or list(answer.get("snapshot", {}).values())
        self._note(items)

    def read_once(self) -> None:
        """Take the next message; pings are answered."""
        packet = str(self.peer.next_message())
        if packet == "2":
            self.peer.send("3")
        elif packet.startswith("42"):
            name, content = json.loads(packet[2:])
            if name == "reset":
                self.faults.append("reset")
            else:
                self._follow(content)

    def read_to_the_end(self) -> None:
        """Read until the connection is closed or broken."""
        try:
            while True:
                self.read_once()
        except ConnectionError:
            return

    def _follow(self, batch: dict[str, Any]) -> None:
        if batch["epoch"] != self.cursor["epoch"] or batch["prev_seq"] > self.cursor["seq"]:
            self.faults.append(f"{batch['prev_seq']} does not follow {self.cursor['seq']}")
        self.cursor = {"epoch": batch["epoch"], "seq": batch["seq"]}
        self._note(batch["events"])

    def _note(self, events: list[dict[str, Any]]) -> None:
        now = time.monotonic()
        for event in events:
            self.last_number = int(event["data"]["Number"])
            self.delays.append(now - float(event["data"]["At"]))

    def _expect(self, beginning: str) -> str:
        packet = str(self.peer.next_message())
        assert packet.startswith(beginning), packet
        return packet


class Player:
    """Tells of numbered events at a steady rate, until it is stopped.

    Args:
        script: The scripted PBX, which amictl is logged in to.
        rate: Events a second.
    """

    def __init__(self, script: HonestAsterisk, rate: float) -> None:
        self.played = 0
        self._script = script
        self._rate = rate
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._play)

    def tell(self, count: int) -> None:
        """Tell of so many events at once."""
        at = f"At: {time.monotonic():.4f}"
        numbers = range(self.played, self.played + count)
        lines = [
            message("Event: VarSet", f"Number: {number}", at, f"Value: {_PADDING}") for number in numbers
        ]
        self._script.logged_in[-1].send_raw(b"".join(lines))
        self.played += count

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._thread.join(PATIENCE)

    def _play(self) -> None:
        began, first = time.monotonic(), self.played
        while not self._stopping.wait(_TICK):
            due = int((time.monotonic() - began) * self._rate) - (self.played - first)
            if due > 0:
                self.tell(due)


def watch_silent_client(
    server: AmictlServer, script: HonestAsterisk, *, seconds: float, rate: float
) -> Outcome:
    """Let one client be silent, and return what that did.

    Args:
        server: Linked to the scripted PBX.
        script: That PBX.
        seconds: How long the client does not read.
        rate: Events a second meanwhile.
    """
    outcome = Outcome()
    token = server.make_token()
    player = Player(script, rate)
    healthy = Listener(server, token)
    reader = threading.Thread(target=healthy.read_to_the_end, daemon=True)
    reader.start()
    for _ in range(_WARM_UP // 500):
        player.tell(500)
        assert wait_until(lambda: healthy.last_number == player.played - 1)
    silent = Listener(server, token, buffer=_SMALL_BUFFER)
    healthy.delays.clear()
    before = resident_megabytes(server)
    player.start()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        outcome.growth = max(outcome.growth, resident_megabytes(server) - before)
        time.sleep(_TICK * 10)
    outcome.slowest = sorted(healthy.delays)
    silent.read_to_the_end()
    silent.peer.socket.close()
    back = Listener(server, token, since=silent.cursor)
    follower = threading.Thread(target=back.read_to_the_end, daemon=True)
    follower.start()
    player.stop()
    last = player.played - 1
    outcome.came_back = bool(wait_until(lambda: back.last_number == healthy.last_number == last))
    outcome.faults = healthy.faults + back.faults
    for listener, thread in ((healthy, reader), (back, follower)):
        listener.peer.say_goodbye()
        thread.join(PATIENCE)
        listener.peer.socket.close()
    return outcome


def resident_megabytes(server: AmictlServer) -> float:
    """Return the server's resident memory ("proc(5)", VmRSS), in units of 1,000,000 bytes."""
    lines = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024 / 1e6
