"""The configuration of both stages: the demo's own files, with what the scripts add to them."""

from __future__ import annotations

from pathlib import Path

import amictl.demo

_DEMO = Path(amictl.demo.__file__).with_name("conf")
_ADDITIONS = Path(__file__).with_name("conf")


def write_configuration(folder: Path) -> None:
    """Write the demo's files into a folder, each with the addition of its name."""
    for path in sorted(_DEMO.glob("*.conf")):
        addition = _ADDITIONS / path.name
        text = path.read_text(encoding="utf-8")
        if addition.exists():
            text += addition.read_text(encoding="utf-8")
        (folder / path.name).write_text(text, encoding="utf-8")
