"""The classes of rights and events, as words and as a mask's bits (Asterisk main/manager.c, ``perms``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from amictl.demo.configuration import is_false, is_true

# Asterisk include/asterisk/manager.h, EVENT_FLAG_*, in the order in which manager.c names them.
_BITS: Final = {
    "system": 1 << 0,
    "call": 1 << 1,
    "log": 1 << 2,
    "verbose": 1 << 3,
    "command": 1 << 4,
    "agent": 1 << 5,
    "user": 1 << 6,
    "config": 1 << 7,
    "dtmf": 1 << 8,
    "reporting": 1 << 9,
    "cdr": 1 << 10,
    "dialplan": 1 << 11,
    "originate": 1 << 12,
    "agi": 1 << 13,
    "cc": 1 << 15,
    "aoc": 1 << 16,
    "test": 1 << 17,
    "security": 1 << 18,
    "message": 1 << 30,
    "all": (1 << 31) - 1,
    "none": 0,
}
ALL: Final = _BITS["all"]
"""Every class."""

_NAMED: Final = tuple(name for name in _BITS if name not in {"all", "none"})
_MAX_MASK: Final = (1 << 31) - 1


def is_class(name: str) -> bool:
    """Return whether ``manager.conf`` knows a class of this name."""
    return name in _BITS


def make_mask(names: Iterable[str]) -> int:
    """Return the mask of classes; words that are none are passed over, as Asterisk does."""
    mask = 0
    for name in names:
        mask |= _BITS.get(name, 0)
    return mask


@lru_cache(maxsize=256)
def read_privilege(privilege: str) -> int:
    """Return the mask of an event's class, as in ``call,all``.

    Args:
        privilege: The header ``Privilege``; its ``all`` only says that ``all`` includes the others.
    """
    return make_mask(name for name in privilege.split(",") if name != "all")


def read_event_mask(words: str) -> int | None:
    """Return what an ``EventMask`` means, or None where it is empty (manager.c, ``strings_to_mask``)."""
    if not words:
        return None
    if re.fullmatch(r"[0-9]+", words):
        return min(int(words), _MAX_MASK)
    if is_false(words):
        return 0
    if is_true(words):
        return ALL
    return make_mask(words.split(","))


def write_held(mask: int) -> str:
    """Return the classes that somebody holds, ``all`` only with all of them (``user_authority_to_str``)."""
    return (
        ",".join(name for name, bits in _BITS.items() if name != "none" and mask & bits == bits) or "<none>"
    )


def write_needed(mask: int) -> str:
    """Return the classes of which an action needs any (manager.c, ``authority_to_str``)."""
    named = [name for name in _NAMED if mask & _BITS[name]]
    return ",".join([*named, "all"]) if named else "<none>"
