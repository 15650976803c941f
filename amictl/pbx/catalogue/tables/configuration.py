"""Actions that read and write configuration files."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction
from amictl.pbx.catalogue.parameters import boolean, changes, choice, reads, text

_STEPS: Final = ("NewCat", "RenameCat", "DelCat", "EmptyCat", "Update", "Delete", "Append", "Insert")
_FILE: Final = text("Filename", required=True)
_READ_RIGHTS: Final = "system config"

ACTIONS: Final[tuple[KnownAction, ...]] = (
    reads(
        "GetConfig",
        "Show a configuration file, line by line.",
        _FILE,
        text("Category"),
        text("Filter"),
        rights=_READ_RIGHTS,
    ),
    reads(
        "GetConfigJSON",
        "Show a configuration file as JSON.",
        _FILE,
        text("Category"),
        text("Filter"),
        rights=_READ_RIGHTS,
    ),
    reads("ListCategories", "List the sections of a configuration file.", _FILE, rights="config"),
    changes("CreateConfig", "Create an empty configuration file.", _FILE, rights="config"),
    changes(
        "UpdateConfig",
        "Change sections and lines of a configuration file by numbered steps.",
        text("SrcFilename", required=True),
        text("DstFilename", required=True),
        text("Reload"),
        boolean("PreserveEffectiveContext", words=("yes", "no")),
        choice("Action-000000", *_STEPS, numbered=True),
        text("Cat-000000", numbered=True),
        text("Var-000000", numbered=True),
        text("Value-000000", numbered=True, may_be_empty=True),
        text("Match-000000", numbered=True),
        text("Line-000000", numbered=True),
        text("Options-000000", numbered=True),
        rights="config",
        touches="modules",
    ),
)
