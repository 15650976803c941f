"""How the texts of AMI headers become Python values."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Final

UNKNOWN_TEXT: Final = "<unknown>"  # Asterisk include/asterisk/strings.h, S_COR/S_OR in manager_channels.c

# Asterisk include/asterisk/devicestate.h, enum ast_device_state; the words are ast_devstate2str's,
# in lower case, with ``ring+inuse`` written out.
DEVICE_STATES: Final = (
    "unknown",
    "not in use",
    "in use",
    "busy",
    "invalid",
    "unavailable",
    "ringing",
    "ring+in use",
    "on hold",
)
# What events call them: main/devicestate.c, ast_devstate_str.
_DEVICE_NAMES: Final = dict(
    zip(
        (
            *("UNKNOWN", "NOT_INUSE", "INUSE", "BUSY", "INVALID", "UNAVAILABLE", "RINGING", "RINGINUSE"),
            "ONHOLD",
        ),
        DEVICE_STATES,
        strict=True,
    )
)
_DEVICE_WORDS: Final = {"".join(filter(str.isalpha, words)): words for words in DEVICE_STATES}
_TRUE_WORDS: Final = frozenset({"yes", "true", "y", "1", "on"})
_FALSE_WORDS: Final = frozenset({"no", "false", "n", "0", "off"})


def read_text(value: str | None) -> str | None:
    """Return a text, or None when Asterisk says that it has none (empty or ``<unknown>``)."""
    if not value or value == UNKNOWN_TEXT:
        return None
    return value


def read_word(value: str | None) -> str | None:
    """Return a text that many values have alike, such as a context or a state, held once for all of them."""
    text = read_text(value)
    return text and sys.intern(text)


def read_int(value: str | None) -> int | None:
    """Return a whole number, or None when the text is not one."""
    try:
        return int(value) if value else None
    except ValueError:
        return None


def read_float(value: str | None) -> float | None:
    """Return a number, or None when the text is not one."""
    try:
        return float(value) if value else None
    except ValueError:
        return None


def read_flag(value: str | None) -> bool | None:
    """Return what ``0`` or ``1`` says, or None for anything else."""
    if value == "1":
        return True
    return False if value == "0" else None


def read_epoch(value: str | None) -> float | None:
    """Return a time in seconds since 1970; Asterisk writes 0 for "never", which is None here."""
    seconds = read_float(value)
    return seconds or None


def read_duration(value: str | None) -> float | None:
    """Return the seconds of a ``HH:MM:SS`` text (hours may exceed 99), or None for anything else."""
    parts = [read_int(part) for part in (value or "").split(":")]
    if len(parts) != 3 or None in parts:
        return None
    hours, minutes, seconds = (part or 0 for part in parts)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds()


def read_device_state(value: str | None) -> str | None:
    """Return the words for a device state's number, or None for a number that Asterisk does not have."""
    code = read_int(value)
    if code is None or not 0 <= code < len(DEVICE_STATES):
        return None
    return DEVICE_STATES[code]


def read_truth(value: str | None) -> bool | None:
    """Return what ``yes``, ``true``, ``y``, ``1`` and their opposites say, or None for anything else."""
    word = (value or "").lower()
    if word in _TRUE_WORDS:
        return True
    return False if word in _FALSE_WORDS else None


def read_device_word(value: str | None) -> str | None:
    """Return the words for a device state's name, whatever its spelling: ``NOT_INUSE``, ``Ring+Inuse``."""
    named = _DEVICE_NAMES.get(value or "")  # each event's spelling: this runs for very many
    if named is not None:
        return named
    letters = "".join(character for character in (value or "").lower() if character.isalpha())
    return _DEVICE_WORDS.get(letters)
