"""What a recording's file may be called."""

from __future__ import annotations

import re
from typing import Final

from amictl.pbx.catalogue.headers import Headers

# The name goes into an application's arguments (a comma begins the next one) and, for Monitor, into a shell's
# command line (res_monitor.c); and a path must not lead out of the folder for recordings.
_SAFE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+=-]*(/[A-Za-z0-9_][A-Za-z0-9_.@+=-]*)*")


def check_file(checked: Headers, field: str, file: str | None) -> None:
    """Refuse a file name that could do more than name a file below the folder for recordings.

    Args:
        checked: Takes the problem.
        field: The argument's name.
        file: The name, or None.
    """
    if file is not None and (not _SAFE.fullmatch(file) or ".." in file):
        checked.refuse(
            field,
            "must be a file name of letters, digits and _.@+=-, with / between folders, not beginning with /",
        )
