"""A bigger call centre than that of the files: the same files, with more queues and agents behind."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Final

from amictl.demo.life.cast import name_agents
from amictl.demo.settings import DemoSettings

_QUEUES_OF_FILES: Final = ("support", "sales", "billing", "vip")
_AGENTS_OF_FILES: Final = 20
FIRST_QUEUE: Final = 600
"""The number of the first queue; the others have the next ones."""

_FIRST_PHONE: Final = 2000  # and not 1021: numbers that begin with 11 are the staff's
_DEPARTMENTS: Final = ("support", "sales", "billing", "orders", "returns", "claims", "travel", "cards")
_LANGUAGES: Final = ("de", "fr", "es", "pl", "it", "pt")
_STEPS: Final = (1, 7, 13)  # from an agent's queues to those of the next one; an agent has a queue by each


def needs_growth(settings: DemoSettings) -> bool:
    """Return whether the centre is bigger than the configuration files."""
    return settings.queues > len(_QUEUES_OF_FILES) or settings.agents > _AGENTS_OF_FILES


def name_queues(count: int) -> list[str]:
    """Return the names of so many queues, in the order of their numbers."""
    names = list(_QUEUES_OF_FILES)
    for place in range(count - len(names)):
        language, department = divmod(place, len(_DEPARTMENTS))
        names.append(f"{_DEPARTMENTS[department]}-{_LANGUAGES[language]}")
    return names[:count]


def write_configuration(settings: DemoSettings, source: Path, target: Path) -> Path:
    """Write the configuration files of a bigger centre; a real Asterisk can start on them, too.

    Args:
        settings: How big it is to be.
        source: The folder of the files that there are.
        target: A folder that is not there yet.

    Returns:
        That folder.
    """
    copytree(source, target)
    queues = name_queues(settings.queues)[len(_QUEUES_OF_FILES) :]
    agents = _name_agents(settings.agents - _AGENTS_OF_FILES, settings.seed)
    _append(target / "extensions.conf", _write_extensions(queues, list(agents)))
    _append(target / "pjsip.conf", _write_phones(agents))
    _append(target / "queues.conf", _write_queues(queues, agents))
    _append(target / "voicemail.conf", _write_mailboxes(queues, agents))
    return target


def _name_agents(count: int, seed: int) -> dict[str, str]:
    """Return the agents' names by their numbers."""
    names = name_agents(count, random.Random(seed))
    return {str(_FIRST_PHONE + place): name for place, name in enumerate(names, start=1)}


def _write_extensions(queues: list[str], numbers: list[str]) -> Iterator[str]:
    yield "[queues](+)"
    for number, queue in enumerate(queues, start=FIRST_QUEUE + len(_QUEUES_OF_FILES)):
        yield f"exten => {number},1,Set(QUEUE={queue})"
        yield f" same => n,Set(MAILBOX={number})"
        yield " same => n,Goto(enter,1)"
    if numbers:
        yield "[phones](+)"
        yield "exten => _2XXX,1,Dial(PJSIP/${EXTEN},${RING_SECONDS},tTkKhHxX)"
        yield " same => n,VoiceMail(${EXTEN}@default,us)"
        yield " same => n,Hangup()"
        yield "[hints](+)"
    for phone in numbers:
        yield f"exten => {phone},hint,PJSIP/{phone}"


def _write_phones(agents: dict[str, str]) -> Iterator[str]:
    for number, name in agents.items():
        yield f"[{number}](phone)\nauth = {number}\naors = {number}\ncallerid = {name} <{number}>"
        yield f"[{number}](auth)\nusername = {number}\npassword = secret-{number}"
        yield f"[{number}](aor)"


def _write_queues(queues: list[str], agents: dict[str, str]) -> Iterator[str]:
    """Give each agent some queues, and each queue about as many agents."""
    names = [*_QUEUES_OF_FILES, *queues]
    members: dict[str, list[str]] = {name: [] for name in names}
    for place, (number, name) in enumerate(agents.items()):
        places = dict.fromkeys((place * step + step // 2) % len(names) for step in _STEPS)
        for penalty, queue in enumerate(places):
            members[names[queue]].append(f"member => PJSIP/{number},{penalty},{name},PJSIP/{number}")
    for name in names:
        if name in queues:
            yield f"[{name}]\nstrategy = rrmemory\nservicelevel = 20\ntimeout = 15\nretry = 2\nwrapuptime = 5"
            yield "ringinuse = no\njoinempty = yes\nleavewhenempty = no\nmusicclass = default"
        else:
            yield f"[{name}](+)"
        yield from members[name]


def _write_mailboxes(queues: list[str], agents: dict[str, str]) -> Iterator[str]:
    yield "[default](+)"
    for number, queue in enumerate(queues, start=FIRST_QUEUE + len(_QUEUES_OF_FILES)):
        yield f"{number} => {number},{queue}"
    for phone, name in agents.items():
        yield f"{phone} => {phone},{name}"


def _append(path: Path, lines: Iterator[str]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in ("", *lines))
