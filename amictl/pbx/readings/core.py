"""What the PBX tells of itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Final

from amictl.pbx.ami_values import read_seconds
from amictl.pbx.reader import reader_of
from amictl.pbx.readings.raw import Row
from amictl.pbx.value import About, Time
from amictl.protocol import Message

_UPTIME: Final = re.compile(r"(System uptime|Last reload): (\d+)")


class CoreFigures(Row, frozen=True):
    """A ``CoreStatus`` response."""

    started_at: Annotated[Time | None, About("Null where amictl's AMI user may run no console commands", "")]
    reloaded_at: Annotated[Time | None, About("Likewise", "")]
    uptime: Annotated[int | None, About("Seconds", "")]
    started_at_local: Annotated[str | None, About("In the PBX's own time zone", "")]
    reloaded_at_local: Annotated[str | None, About("In the PBX's own time zone", "")]
    current_calls: Annotated[int | None, About("", "CoreCurrentCalls")]
    processed_calls: Annotated[int | None, About("Since the start; newer PBXs tell", "CoreProcessedCalls")]


class CoreLimits(Row, frozen=True):
    """A ``CoreSettings`` response; limits of 0 are none."""

    ami_version: str | None
    asterisk_version: str | None
    system_name: str | None
    max_calls: Annotated[int | None, About("", "CoreMaxCalls")]
    max_load_average: Annotated[float | None, About("", "CoreMaxLoadAvg")]
    run_user: Annotated[str | None, About("", "CoreRunUser")]
    run_group: Annotated[str | None, About("", "CoreRunGroup")]
    max_file_handles: Annotated[int | None, About("", "CoreMaxFilehandles")]
    realtime_enabled: Annotated[bool | None, About("", "CoreRealTimeEnabled")]
    cdr_enabled: Annotated[bool | None, About("", "CoreCDRenabled")]
    http_enabled: Annotated[bool | None, About("", "CoreHTTPenabled")]
    sounds_search_custom_dir: bool | None


read_core_settings: Final = reader_of(CoreLimits)
_read_figures: Final = reader_of(CoreFigures)


def read_core_status(message: Message, uptime: Sequence[str] | None, now: float) -> CoreFigures:
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
    return _read_figures(
        message,
        started_at=None if running is None else round(now) - running,
        reloaded_at=None if reloaded is None else round(now) - reloaded,
        uptime=running,
        started_at_local=_read_local_time(message, "CoreStartup"),
        reloaded_at_local=_read_local_time(message, "CoreReload"),
    )


def _read_local_time(message: Message, prefix: str) -> str | None:
    """Return a date and a time as ISO 8601 without a zone."""
    date, time = message.get(f"{prefix}Date"), message.get(f"{prefix}Time")
    return f"{date}T{time}" if date and time else None
