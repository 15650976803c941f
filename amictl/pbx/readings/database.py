"""Entries of Asterisk's own database."""

from __future__ import annotations

from amictl.pbx.readings.raw import Row
from amictl.protocol import Message


class DatabaseEntry(Row, frozen=True):
    """An entry."""

    family: str
    key: str
    value: str


def read_database_entry(message: Message) -> DatabaseEntry:
    """Return a ``DBGetResponse`` or ``DBGetTreeResponse`` event.

    A tree gives paths, ``/family/key``: the family is taken to end at the next slash.
    """
    family, key = message.get("Family"), message.get("Key", "")
    if family is None:
        family, _, key = key.removeprefix("/").partition("/")
    return DatabaseEntry(family, key, message.get("Val", ""))
