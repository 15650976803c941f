"""States of devices, extensions and people."""

from __future__ import annotations

from typing import Annotated, Final

from amictl.pbx.ami_values import read_device_word, read_int, read_text
from amictl.pbx.reader import reader_of
from amictl.pbx.readings.raw import Row
from amictl.pbx.value import About
from amictl.protocol import Message

NO_HINT: Final = -1
"""What Asterisk gives as the state of an extension that has no hint (main/pbx.c, ast_extension_state2)."""

# Asterisk include/asterisk/pbx.h, enum ast_extension_states: bits, and -1 and -2 for what is not there.
_EXTENSION_STATES: Final = {
    -2: "removed",
    NO_HINT: "unknown",
    0: "idle",
    1: "in use",
    2: "busy",
    4: "unavailable",
    8: "ringing",
    9: "in use and ringing",
    16: "on hold",
    17: "in use and on hold",
}


class Device(Row, frozen=True):
    """A device."""

    device: str
    state: Annotated[
        str | None,
        About(
            "unknown, not in use, in use, busy, invalid, unavailable, ringing, ring+in use or on hold",
            read=read_device_word,
        ),
    ]


class Extension(Row, frozen=True):
    """An extension with a hint."""

    exten: str
    context: str
    hint: str | None
    status: Annotated[
        str | None,
        About(
            "idle, in use, busy, unavailable, ringing, in use and ringing, on hold, in use and on hold,"
            " unknown, removed",
            "",
        ),
    ]
    status_code: Annotated[int | None, About("Asterisk's number for it", "Status")]


class Presence(Row, frozen=True):
    """What somebody told of themselves."""

    provider: str
    state: Annotated[str | None, About("not_set, unavailable, available, away, xa, chat or dnd")]
    subtype: str | None
    message: str | None


read_device: Final = reader_of(Device)
"""Reads a ``DeviceStateChange`` item of ``DeviceStateList``."""

_read_extension: Final = reader_of(Extension)


def read_extension(message: Message) -> Extension:
    """Return an ``ExtensionStatus`` item, or the response to ``ExtensionState``."""
    code = read_int(message.get("Status"))
    words = read_text(message.get("StatusText"))
    status = _EXTENSION_STATES.get(code, words) if code is not None else words
    return _read_extension(message, status=status)


def read_presence(message: Message, provider: str | None = None) -> Presence:
    """Return a ``PresenceStateChange`` item, or the response to ``PresenceState``.

    Args:
        message: The item or the response.
        provider: Whom the response is about: it does not say.
    """
    note = message.get("Message") if message.is_event else message.get("PresenceMessage")
    return Presence(
        provider=provider or message.get("Presentity", ""),
        state=read_text(message.get("State") or message.get("Status")),
        subtype=read_text(message.get("Subtype")),
        message=read_text(note),
    )
