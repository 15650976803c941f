"""A language that shows which words are not translated: each message of amictl's in brackets, and longer.

It goes by the name of Polish, whose plural has three forms: numbers choose among more than English has.
"""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from setup.words import gather

LANGUAGE = "pl"
OPEN, CLOSE = "⟦", "⟧"
LONGER = 1.3  # how much longer than English other languages are, or more
_PLACE = re.compile(r"%\(\w+\)s")


def write_pseudo_language(folder: Path) -> Catalog:
    """Write the language's file below a folder for ``AMICTL_TRANSLATIONS``, and return it."""
    catalog = Catalog(locale=LANGUAGE, charset="utf-8")
    for message in gather():
        if not message.id:
            continue
        places = [(path, 1) for path, _line in message.locations]
        if message.pluralizable:
            one, many = message.id
            forms = tuple(pseudo(text, mark) for text, mark in ((one, "1"), (many, "2"), (many, "5")))
            catalog.add(message.id, forms, places)
        else:
            catalog.add(message.id, pseudo(message.id), places)
    file = folder / LANGUAGE / "LC_MESSAGES/messages.po"
    file.parent.mkdir(parents=True)
    with file.open("wb") as target:
        write_po(target, catalog)
    return catalog


def pseudo(text: str, mark: str = "") -> str:
    """Return a message in the language."""
    length = len(_PLACE.sub("", text))
    return f"{OPEN}{text}{mark}{'·' * round(length * (LONGER - 1) + 1)}{CLOSE}"
