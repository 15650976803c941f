"""An AMI server in a process of its own that plays recorded events at a chosen rate.

``python -m bench.ami_player RECORDING CHANNELS QUEUES MEMBERS`` prints its port and lets clients log in,
which find a call centre of that size. For a line ``null`` it prints how many have logged in; for a line
``{"rate", "first", "count"}`` it plays events to the last one and prints how many seconds that took. Every
event carries the headers ``BenchNumber`` and ``BenchAt``: seconds of the monotonic clock, which all processes
of a machine share.
"""

from __future__ import annotations

import gc
import itertools
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson

from bench.call_centre import CallCentre
from bench.processes import ROOT, say
from tests.faults.scripted_server import HonestAsterisk, ScriptedServer

QUEUE_CALL: Final = ROOT / "tests" / "transcripts" / "queue-call-22.ami"
"""One call through a queue; always there."""
_TICK: Final = 0.002  # seconds; a PBX writes in small bursts too
_END: Final = b"\r\n\r\n"


def read_events(recording: Path) -> list[bytes]:
    """Return the events of a recording, each without the blank line at its end.

    ``FullyBooted`` is left out: it makes amictl take a new snapshot.
    """
    messages = recording.read_bytes().split(_END)
    return [each for each in messages if each.startswith(b"Event: ") and b"FullyBooted" not in each]


def make_burst(events: Iterator[bytes], first: int, end: int) -> bytes:
    """Return the next events as a PBX writes them, marked with their numbers and with this moment.

    Args:
        events: Where they come from.
        first: Number of the first one.
        end: The number after the last one.
    """
    marks = b"\r\nBenchNumber: %d\r\nBenchAt: " + f"{time.monotonic():.6f}".encode() + _END
    numbered = zip(range(first, end), events, strict=False)
    return b"".join([event + marks % number for number, event in numbered])


def play(asterisk: HonestAsterisk, events: Iterator[bytes], rate: float, first: int, count: int) -> float:
    """Send events evenly to the client that logged in last, and return the seconds that it took.

    Args:
        asterisk: Knows who is logged in.
        events: What to play.
        rate: Events a second.
        first: Number of the first event.
        count: How many events.
    """
    peer = asterisk.logged_in[-1]
    sent, began = 0, time.monotonic()
    while sent < count:
        due = min(count, int((time.monotonic() - began) * rate) + 1)
        peer.send_raw(make_burst(events, first + sent, first + due))
        sent = due
        time.sleep(_TICK)
    return time.monotonic() - began


def main(recording: Path, call_centre: CallCentre) -> None:
    """Serve until standard input ends."""
    asterisk = call_centre.asterisk()
    events = itertools.cycle(read_events(recording))
    with ScriptedServer(asterisk) as server:
        say(server.port)
        gc.disable()  # a pause would be measured as the server's
        for line in sys.stdin.buffer:
            order = orjson.loads(line)
            say(play(asterisk, events, **order) if order else len(asterisk.logged_in))


if __name__ == "__main__":
    main(Path(sys.argv[1]), CallCentre(*map(int, sys.argv[2:])))
