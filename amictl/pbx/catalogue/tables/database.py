"""Actions of Asterisk's own database."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction, ReplyKind
from amictl.pbx.catalogue.parameters import changes, reads, text
from amictl.pbx.catalogue.rules import TogetherAtMost

_FAMILY: Final = text("Family", required=True, exact=True)
_KEY: Final = text("Key", required=True, exact=True)
# Asterisk 16 cuts the path "/family/key" of a tree at 255 bytes, and would delete another tree (main/db.c).
_TREE: Final = (TogetherAtMost(("family", "key"), 252),)

ACTIONS: Final[tuple[KnownAction, ...]] = (
    reads("DBGet", "Read an entry.", _FAMILY, _KEY, rights="system reporting", reply=ReplyKind.LIST),
    reads(
        "DBGetTree",
        "List the entries of a family, or of a part of it.",
        text("Family", exact=True),
        text("Key", exact=True),
        rights="system reporting",
        reply=ReplyKind.LIST,
        since=("16.28.0", "18.14.0", "19.6.0"),
    ),
    changes(
        "DBPut",
        "Write an entry.",
        _FAMILY,
        _KEY,
        text("Val", name="value", may_be_empty=True, exact=True),
        rights="system",
    ),
    changes("DBDel", "Delete an entry.", _FAMILY, _KEY, rights="system"),
    changes(
        "DBDelTree",
        "Delete a family, or a part of it.",
        _FAMILY,
        text("Key", exact=True),
        rights="system",
        rules=_TREE,
    ),
)
