"""The recorded stream that the parser and the state are measured with."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.asterisk.recording import record_stream

PORTION: Final = 64 * 1024
_MEGABYTES: Final = 5.2
_RECORDING: Final = Path(__file__).parent / "recordings" / "asterisk-22.ami"


def find_recording() -> Path:
    """Return a file with at least 5 MB of real events; recorded from the test bed once, then kept."""
    if not _RECORDING.exists():
        record_stream(_RECORDING, _MEGABYTES, major=22)
    return _RECORDING


def load_recording() -> bytes:
    """Return what `find_recording` finds."""
    return find_recording().read_bytes()


def cut(stream: bytes, size: int = PORTION) -> list[bytes]:
    """Return the stream in portions, as a socket would give them."""
    return [stream[place : place + size] for place in range(0, len(stream), size)]
