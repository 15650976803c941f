"""Entries of Asterisk's own database."""

from __future__ import annotations

from amictl.pbx.readings.raw import Reading
from amictl.protocol import Message


def read_database_entry(message: Message) -> Reading:
    """Return a ``DBGetResponse`` or ``DBGetTreeResponse`` event.

    A tree gives paths, ``/family/key``: the family is taken to end at the next slash.
    """
    family, key = message.get("Family"), message.get("Key", "")
    if family is None:
        family, _, key = key.removeprefix("/").partition("/")
    return {"family": family, "key": key, "value": message.get("Val", "")}
