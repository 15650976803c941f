"""Builders of Asterisk's own database."""

from __future__ import annotations

from amictl.pbx.actions.building import build
from amictl.protocol import Action


def db_get(family: str, key: str) -> Action:
    """Ask for an entry; a missing one is refused by the PBX.

    Asterisk 16 tells 255 bytes of a value at most; `db_get_tree` tells all of it.

    Args:
        family: Its family.
        key: Its key.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("DBGet", family=family, key=key)


def db_get_tree(family: str | None = None, key: str | None = None) -> Action:
    """Ask for entries.

    Args:
        family: Of one family; all when left out.
        key: Below this key.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("DBGetTree", family=family, key=key)


def db_put(family: str, key: str, value: str) -> Action:
    """Write an entry.

    Args:
        family: Its family.
        key: Its key.
        value: Its value, which may be empty.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("DBPut", family=family, key=key, value=value)


def db_del(family: str, key: str) -> Action:
    """Delete an entry.

    Args:
        family: Its family.
        key: Its key.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("DBDel", family=family, key=key)


def db_del_tree(family: str, key: str | None = None) -> Action:
    """Delete a family, or what is below a key of it.

    Args:
        family: The family.
        key: The key; the whole family when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("DBDelTree", family=family, key=key)
