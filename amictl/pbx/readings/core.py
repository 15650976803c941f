"""What the PBX tells of itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from amictl.pbx.ami_values import read_float, read_int, read_seconds, read_text, read_truth
from amictl.pbx.payloads import format_time
from amictl.pbx.readings.raw import Reading
from amictl.protocol import Message

_UPTIME: Final = re.compile(r"(System uptime|Last reload): (\d+)")


def read_core_status(message: Message, uptime: Sequence[str] | None, now: float) -> Reading:
    """Return a ``CoreStatus`` response.

    Its dates are those of the PBX's own time zone, which it does not name: times in UTC are reckoned from
    how long ago the console says they were.

    Args:
        message: The response.
        uptime: What ``core show uptime seconds`` printed; None when it could not be asked.
        now: When it did, in seconds since 1970.
    """
    found = _UPTIME.findall("\n".join(uptime or ()))
    seconds = {name: read_seconds(number) for name, number in found}
    running, reloaded = seconds.get("System uptime"), seconds.get("Last reload")
    return {
        "started_at": None if running is None else format_time(round(now) - running),
        "reloaded_at": None if reloaded is None else format_time(round(now) - reloaded),
        "uptime": running,
        "started_at_local": _read_local_time(message, "CoreStartup"),
        "reloaded_at_local": _read_local_time(message, "CoreReload"),
        "current_calls": read_int(message.get("CoreCurrentCalls")),
        "processed_calls": read_int(message.get("CoreProcessedCalls")),
    }


def read_core_settings(message: Message) -> Reading:
    """Return a ``CoreSettings`` response; limits of 0 are none."""
    return {
        "ami_version": read_text(message.get("AMIversion")),
        "asterisk_version": read_text(message.get("AsteriskVersion")),
        "system_name": read_text(message.get("SystemName")),
        "max_calls": read_int(message.get("CoreMaxCalls")),
        "max_load_average": read_float(message.get("CoreMaxLoadAvg")),
        "run_user": read_text(message.get("CoreRunUser")),
        "run_group": read_text(message.get("CoreRunGroup")),
        "max_file_handles": read_int(message.get("CoreMaxFilehandles")),
        "realtime_enabled": read_truth(message.get("CoreRealTimeEnabled")),
        "cdr_enabled": read_truth(message.get("CoreCDRenabled")),
        "http_enabled": read_truth(message.get("CoreHTTPenabled")),
        "sounds_search_custom_dir": read_truth(message.get("SoundsSearchCustomDir")),
    }


def _read_local_time(message: Message, prefix: str) -> str | None:
    """Return a date and a time as ISO 8601 without a zone."""
    date, time = message.get(f"{prefix}Date"), message.get(f"{prefix}Time")
    return f"{date}T{time}" if date and time else None
