"""The C escapes that Asterisk puts into some headers, and which headers those are."""

from __future__ import annotations

import re
from typing import Final

# Asterisk main/utils.c, escape_sequences and escape_sequences_map.
_MEANINGS: Final = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip
_ESCAPE: Final = re.compile(r"\\([abfnrtv\\'\"?])")

# Asterisk main/manager_channels.c, ast_manager_build_channel_state_string_prefix: the prefix (Dest,
# Source, Parkee, …) stands before the name, so the end of the header's name decides.
_ESCAPED_SUFFIXES: Final = ("calleridname", "connectedlinename", "chanvariable")

# These copy the caller's name without that function: main/manager.c (Status, OriginateResponse),
# apps/app_queue.c (QueueEntry), apps/app_meetme.c (MeetmeList).
_RAW_EVENTS: Final = frozenset({"Status", "OriginateResponse", "QueueEntry", "MeetmeList"})

# main/stasis_channels.c (VarSet) and main/presencestate.c (PresenceStateChange).
_ESCAPED_BY_EVENT: Final = frozenset(
    {("VarSet", "value"), ("PresenceStateChange", "subtype"), ("PresenceStateChange", "message")}
)


def is_escaped(event: str, header: str) -> bool:
    """Tell whether Asterisk C-escapes this header of this event.

    Everything else is raw (Newexten's AppData, CallerIDNum, a dialplan's UserEvent): a backslash
    there is just a backslash.

    Args:
        event: The event's name, as Asterisk spells it.
        header: The header's name, in any case.
    """
    key = header.lower().partition("(")[0]
    if (event, key) in _ESCAPED_BY_EVENT:
        return True
    return key.endswith(_ESCAPED_SUFFIXES) and event not in _RAW_EVENTS


def unescape(value: str) -> str:
    r"""Undo Asterisk's ``ast_escape_c``: ``O\'Brien`` becomes ``O'Brien``.

    A backslash before any other character stays, as does one at the end (a value cut by a limit).

    Args:
        value: A header's value as received.
    """
    if "\\" not in value:
        return value
    return _ESCAPE.sub(lambda match: _MEANINGS[match[1]], value)
