"""The configuration of both stages: the demo's own files, with what the scripts add to them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import amictl.demo
from amictl.demo.configuration import parse_configuration
from amictl.demo.users import AmiUser
from amictl.manager import MANAGER_STANZA

_DEMO = Path(amictl.demo.__file__).with_name("conf")
_ADDITIONS = Path(__file__).with_name("conf")
_RESTS = re.compile(r"^wrapuptime = \d+$", re.MULTILINE)

USERNAME: Final = "scripts"
STANZA: Final = MANAGER_STANZA.replace("[amictl]", f"[{USERNAME}]")
"""The section of ``manager.conf`` of the user that hears the scripts: what amictl tells people to write."""


def ami_user() -> AmiUser:
    """The user of ``STANZA``, for the demo."""
    section = parse_configuration(STANZA).section(USERNAME)
    return AmiUser(
        USERNAME,
        section.get("secret"),
        tuple(section.get("read").split(",")),
        tuple(section.get("write").split(",")),
        event_filters=tuple(section.all("eventfilter")),
        write_timeout=int(section.get("writetimeout")) / 1000,
    )


def write_configuration(folder: Path) -> None:
    """Write the demo's files into a folder, each with the addition of its name.

    No member rests after a call: whether one still does when the next script begins would depend on how fast
    the machine is, since the demo's time passes in the scripts alone.
    """
    for path in sorted(_DEMO.glob("*.conf")):
        addition = _ADDITIONS / path.name
        text = path.read_text(encoding="utf-8")
        if addition.exists():
            text += addition.read_text(encoding="utf-8")
        (folder / path.name).write_text(_RESTS.sub("wrapuptime = 0", text), encoding="utf-8")
