"""How the texts of AMI headers become Python values."""

from __future__ import annotations

import sys
from typing import Final, TypeVar

from amictl.pbx.faults import Fault, report_fault
from amictl.protocol import unescape

Number = TypeVar("Number", int, float)

UNKNOWN_TEXT: Final = "<unknown>"  # Asterisk include/asterisk/strings.h, S_COR/S_OR in manager_channels.c
NO_TEXTS: Final = frozenset({None, "", UNKNOWN_TEXT})
"""What Asterisk says when it has no text."""

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
_EVENT_NAMES: Final = (
    "UNKNOWN", "NOT_INUSE", "INUSE", "BUSY", "INVALID", "UNAVAILABLE", "RINGING", "RINGINUSE", "ONHOLD",
)  # fmt: skip
_DEVICE_NAMES: Final = dict(zip(_EVENT_NAMES, DEVICE_STATES, strict=True))
_DEVICE_WORDS: Final = {"".join(filter(str.isalpha, words)): words for words in DEVICE_STATES}
# Every reader of JSON has these exactly (RFC 8259, 6), and sums of them stay within 64 bits.
_LARGEST: Final = 2**53 - 1
# In the year 2106; Asterisk's own calendars end far before, and so do sums of times.
_LATEST: Final = 2**32
_LONGEST: Final = 2**31  # seconds
_SHOWN: Final = 40  # characters of a refused value that are told
_UNSIGNED_DIGITS: Final = len(str(2**64 - 1))
_MOST_WORDS: Final = 4096
_LONGEST_WORD: Final = 100  # characters
_TRUE_WORDS: Final = frozenset({"yes", "true", "y", "1", "on"})
_FALSE_WORDS: Final = frozenset({"no", "false", "n", "0", "off"})


def read_text(value: str | None) -> str | None:
    """Return a text, or None when Asterisk says that it has none."""
    return None if value in NO_TEXTS else value


def read_word(value: str | None) -> str | None:
    """Return a text that many values have alike, such as a context or a state, held once for all of them."""
    return WORDS[value]


class _Words(dict[str | None, str | None]):
    """What `read_word` returns, by what it is given; each is read once, and none stays for ever."""

    def __missing__(self, value: str | None) -> str | None:
        text = read_text(value)
        word = text and sys.intern(text)
        if len(self) >= _MOST_WORDS:
            self.clear()
        if value is None or len(value) <= _LONGEST_WORD:
            self[value] = word
        return word


WORDS: Final = _Words()
"""`read_word` as a mapping, for what runs for two events in three."""


def read_name(value: str | None) -> str | None:
    """Return a ``CallerIDName`` or ``ConnectedLineName``, both C-escaped in every channel snapshot.

    Asterisk main/manager_channels.c, ast_escape_c_alloc.
    """
    text = read_text(value)
    return unescape(text) if text and "\\" in text else text


def read_names(value: str | None) -> tuple[str, ...]:
    """Return the names of a list such as ``100,101,``."""
    return tuple(name.strip() for name in (value or "").split(",") if name.strip())


def read_int(value: str | None) -> int | None:
    """Return a whole number, or None when the text is not one, or one that JSON does not hold exactly."""
    try:
        number = int(value) if value else None
    except ValueError:
        _report(value)
        return None
    if number is None or -_LARGEST <= number <= _LARGEST:  # not by _within: this runs for two events in three
        return number
    _report(value)
    return None


def read_float(value: str | None) -> float | None:
    """Return a number, or None when the text is not one, or is infinite, ``nan`` or beyond `read_int`."""
    try:
        number = float(value) if value else None
    except ValueError:
        return None
    return _within(number, -_LARGEST, _LARGEST, value)


def read_percentage(value: str | None) -> float | None:
    """Return a number from 0 to 100, or None for anything else."""
    return _within(read_float(value), 0.0, 100.0, value)


def read_seconds(value: str | None) -> int | None:
    """Return how many whole seconds something takes, or None for less than nothing and more than decades.

    Where Asterisk prints such a number without its sign, less than nothing is 2^64 minus something.
    """
    if value is not None and len(value) == _UNSIGNED_DIGITS and value.startswith("18446744"):
        return None
    seconds = read_int(value)
    if seconds is None or seconds < 0:
        return None
    return _within(seconds, 0, _LONGEST, value)


def read_flag(value: str | None) -> bool | None:
    """Return what ``0`` or ``1`` says, or None for anything else."""
    if value == "1":
        return True
    return False if value == "0" else None


def read_epoch(value: str | None) -> float | None:
    """Return a time in seconds since 1970; Asterisk writes 0 for "never", which is None here.

    So is a time before 1970 or in a future that nobody plans for.
    """
    return _within(read_float(value), 0.0, _LATEST, value) or None


def read_duration(value: str | None) -> float | None:
    """Return the seconds of a ``HH:MM:SS`` text (hours may exceed 99), or None for anything else."""
    parts = [read_int(part) for part in (value or "").split(":")]
    if len(parts) != 3 or None in parts:
        return None
    hours, minutes, seconds = (part or 0 for part in parts)
    return _within(float(hours * 3600 + minutes * 60 + seconds), 0.0, _LONGEST, value)


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


def _within(number: Number | None, least: float, most: float, text: str | None) -> Number | None:
    """Return a number, or None for one that cannot be true."""
    if number is None or least <= number <= most:
        return number
    _report(text)
    return None


def _report(text: str | None) -> None:
    """Tell of a number that cannot be used; a word in a number's place is none, and Asterisk's own way."""
    try:
        float(text or "")
    except ValueError:
        return
    report_fault(Fault.UNREADABLE_VALUE, (text or "")[:_SHOWN])
