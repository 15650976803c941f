"""An AMI server in a process of its own that plays recorded events at a chosen rate.

``python -m bench.ami_player RATE SECONDS`` prints its port, lets amictl log in, and plays once it reads a
line. Every event carries the headers ``BenchNumber`` and ``BenchAt``: seconds of the monotonic clock, which
all processes of a machine share.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
from pathlib import Path

from tests.faults.scripted_server import HonestAsterisk, ScriptedServer

_RECORDING = Path(__file__).resolve().parent.parent / "tests" / "transcripts" / "queue-call-22.ami"
_TICK = 0.005  # seconds; a PBX writes in small bursts too


def read_events() -> list[bytes]:
    """Return the events of a recorded queue call, each without the blank line at its end.

    ``FullyBooted`` is left out: it makes amictl take a new snapshot.
    """
    messages = _RECORDING.read_bytes().split(b"\r\n\r\n")
    return [each for each in messages if each.startswith(b"Event: ") and b"FullyBooted" not in each]


def play(asterisk: HonestAsterisk, rate: float, seconds: float) -> None:
    """Send events to whoever is logged in, evenly, without ever catching up in a burst.

    Args:
        asterisk: Knows who is logged in.
        rate: Events a second.
        seconds: How long.
    """
    (peer,) = asterisk.logged_in
    events = itertools.cycle(read_events())
    total, sent, began = int(rate * seconds), 0, time.monotonic()
    while sent < total:
        due = min(total, int((time.monotonic() - began) * rate) + 1)
        burst = bytearray()
        for number in range(sent, due):
            marks = f"\r\nBenchNumber: {number}\r\nBenchAt: {time.monotonic():.6f}\r\n\r\n"
            burst += next(events) + marks.encode()
        peer.send_raw(bytes(burst))
        sent = due
        time.sleep(_TICK)


def main(rate: float, seconds: float) -> None:
    """Serve until standard input ends."""
    asterisk = HonestAsterisk()
    with ScriptedServer(asterisk) as server:
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        if sys.stdin.readline():
            player = threading.Thread(target=play, args=(asterisk, rate, seconds), daemon=True)
            player.start()
            sys.stdin.readline()


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
