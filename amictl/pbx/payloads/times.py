"""How times are written: ISO 8601 in UTC with milliseconds and ``Z``."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

_MOST_KEPT = 4096  # texts; times come in clusters: now, and when live things began


@lru_cache(_MOST_KEPT)
def format_time(seconds: float | None) -> str | None:
    """Return a time as ISO 8601 text; None for one that no calendar has.

    Args:
        seconds: Seconds since 1970.
    """
    try:
        return None if seconds is None else _format_millisecond(round(seconds * 1_000_000) // 1000)
    except (ValueError, OverflowError, OSError):  # datetime ends with the years 1 and 9999
        return None


def format_instant(instant: datetime) -> str:
    """Return an aware time as ISO 8601 text with microseconds, as the hashes of the audit log need them."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _format_millisecond(milliseconds: int) -> str:
    whole, rest = divmod(milliseconds, 1000)
    return f"{_format_second(whole)}.{rest:03d}Z"


@lru_cache(_MOST_KEPT)
def _format_second(whole: int) -> str:
    return datetime.fromtimestamp(whole, UTC).isoformat().removesuffix("+00:00")
