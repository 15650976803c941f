"""How times are written: ISO 8601 in UTC with milliseconds and ``Z``."""

from __future__ import annotations

from datetime import UTC, datetime


def format_time(seconds: float | None) -> str | None:
    """Return a time as ISO 8601 text.

    Args:
        seconds: Seconds since 1970.
    """
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
