"""Gather the words for people from templates, Python and scripts into ``amictl/translations/messages.pot``.

What translators begin with. ``babel.cfg`` says where words stand; ``make words`` runs this.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import write_po

from amictl.errors import list_errors
from amictl.manager import Check, Verdict
from amictl.store import PERMISSIONS

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "amictl/translations/messages.pot"
_FOLDERS = frozenset({"amictl", "templates", "static"})
_NODE = ROOT / ".venv/bin/node"
_KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "t": None,
    "tn": (1, 2),
}
DECLARED = {
    "amictl/errors.py": sorted({kind.title for kind in list_errors()}),
    "amictl/manager/findings.py": [each.label for each in (*Check, *Verdict)],
    "amictl/store/permissions.py": list(PERMISSIONS.values()),
}
"""Words that stand below the web, where there is no gettext: pages translate them when they show them."""

_FOUND = tuple[int, str, str | tuple[str, ...], list[str]]  # line, function, words, comments


def gather(root: Path = ROOT) -> Catalog:
    """Return all words for people, with the files in which each stands.

    Args:
        root: The repository's top folder.
    """
    catalog = Catalog(project="amictl", header_comment="# Words of amictl, for translators.", charset="utf-8")
    with (root / "babel.cfg").open(encoding="utf-8") as source:
        methods, options = parse_mapping_cfg(source, filename="babel.cfg")
    found = extract_from_dir(
        root, methods, options, keywords=_KEYWORDS, directory_filter=_is_ours, strip_comment_tags=True
    )
    for path, _line, words, comments, context in found:
        catalog.add(words, None, [(path.replace("\\", "/"), 1)], auto_comments=comments, context=context)
    for path, texts in DECLARED.items():
        for text in texts:
            catalog.add(text, None, [(path, 1)])
    return catalog


def find_in_script(
    source: IO[bytes],
    keywords: object,  # noqa: ARG001 - Babel's own signature
    comment_tags: object,  # noqa: ARG001
    options: object,  # noqa: ARG001
) -> Iterator[_FOUND]:
    """Yield the words of a script: Babel's own way to find them loses its place in nested templates.

    Args:
        source: The script, opened by Babel.
        keywords: What Babel gives every such function.
        comment_tags: The same.
        options: The same.
    """
    for line, function, words in _read_scripts().get(source.name, ()):
        yield line, function, words[0] if len(words) == 1 else tuple(words), []


def write(catalog: Catalog, file: Path) -> None:
    """Write the words as a template of translations.

    Lines and dates are left out, so that the file changes only when words do.

    Args:
        catalog: What ``gather`` returned.
        file: Where to write them.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as target:
        write_po(target, catalog, width=100, sort_by_file=True, include_lineno=False, omit_header=True)


def _is_ours(folder: str) -> bool:
    """Return whether words may stand in a folder or below it."""
    return Path(folder).relative_to(ROOT).parts[0] in _FOLDERS


@cache
def _read_scripts() -> dict[str, list[tuple[int, str, list[str]]]]:
    """Return what is found in each script, by its path: all are read by one run of Node."""
    files = [str(file) for file in sorted((ROOT / "static/js").rglob("*.js"))]
    command = [str(_NODE), str(ROOT / "setup/find_words.js"), *files]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)  # noqa: S603
    found: dict[str, list[tuple[int, str, list[str]]]] = {}
    for file, line, function, words in json.loads(answer.stdout):
        found.setdefault(file, []).append((line, function, words))
    return found


if __name__ == "__main__":
    write(gather(), ROOT / TEMPLATE)
