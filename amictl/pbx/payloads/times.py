"""How times are written: ISO 8601 in UTC with milliseconds and ``Z``."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

_MOST_SECONDS = 4096  # of which the text is kept; times come in clusters: now, and when live things began


def format_time(seconds: float | None) -> str | None:
    """Return a time as ISO 8601 text.

    Args:
        seconds: Seconds since 1970.
    """
    if seconds is None:
        return None
    whole = int(seconds // 1)
    micros = round((seconds - whole) * 1_000_000)
    if micros == 1_000_000:
        whole, micros = whole + 1, 0
    return f"{_format_second(whole)}.{micros // 1000:03d}Z"


@lru_cache(_MOST_SECONDS)
def _format_second(whole: int) -> str:
    return datetime.fromtimestamp(whole, UTC).isoformat().removesuffix("+00:00")
