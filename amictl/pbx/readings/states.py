"""States of devices, extensions and people."""

from __future__ import annotations

from typing import Final

from amictl.pbx.ami_values import read_device_word, read_int, read_text
from amictl.pbx.readings.raw import Reading
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


def read_device(message: Message) -> Reading:
    """Return a ``DeviceStateChange`` item of ``DeviceStateList``."""
    return {"device": message.get("Device", ""), "state": read_device_word(message.get("State"))}


def read_extension(message: Message) -> Reading:
    """Return an ``ExtensionStatus`` item, or the response to ``ExtensionState``."""
    code = read_int(message.get("Status"))
    words = read_text(message.get("StatusText"))
    return {
        "exten": message.get("Exten", ""),
        "context": message.get("Context", ""),
        "hint": read_text(message.get("Hint")),
        "status": _EXTENSION_STATES.get(code, words) if code is not None else words,
        "status_code": code,
    }


def read_presence(message: Message, provider: str | None = None) -> Reading:
    """Return a ``PresenceStateChange`` item, or the response to ``PresenceState``.

    Args:
        message: The item or the response.
        provider: Whom the response is about: it does not say.
    """
    note = message.get("Message") if message.is_event else message.get("PresenceMessage")
    return {
        "provider": provider or message.get("Presentity", ""),
        "state": read_text(message.get("State") or message.get("Status")),
        "subtype": read_text(message.get("Subtype")),
        "message": read_text(note),
    }
