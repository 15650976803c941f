"""Calls of Local channels: no media, no phones, made through Asterisk's console.

The caller's half runs an extension of ``conf/extensions.conf`` (how long the caller stays), the other half
the extension that is called: ``place_call(pbx, "300", caller="2105")`` is a caller of queue support who stays
for five seconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

_STAYS = "200"  # answers and talks for ten minutes


class Console(Protocol):
    """A PBX with a command line."""

    def cli(self, command: str) -> str:
        """Run a CLI command and return its output."""
        ...


@dataclass(frozen=True, slots=True)
class LiveChannel:
    """A channel as ``core show channels concise`` tells it (Asterisk main/cli.c).

    Args:
        name: ``PJSIP/100-00000001``.
        state: ``Up``, ``Ring``, ``Ringing`` …
        application: The application that runs on it.
        bridge_id: The bridge it is in, or an empty string.
        unique_id: Its unique ID.
    """

    name: str
    state: str
    application: str
    bridge_id: str
    unique_id: str


def place_call(pbx: Console, extension: str, *, caller: str = _STAYS, context: str = "default") -> None:
    """Call an extension; ``caller`` is the extension in ``default`` that plays the caller.

    Returns at once: the call is being made.
    """
    answer = pbx.cli(f"channel originate Local/{caller}@default/n extension {extension}@{context}")
    if answer:
        raise AssertionError(f"Asterisk did not originate: {answer}")


def live_channels(pbx: Console) -> list[LiveChannel]:
    """The channels that exist now."""
    channels = []
    for line in pbx.cli("core show channels concise").splitlines():
        fields = line.split("!")
        if len(fields) >= 14:
            channels.append(LiveChannel(fields[0], fields[4], fields[5], fields[12], fields[13]))
    return channels


def hang_up_all(pbx: Console) -> None:
    """Hang up whatever is there."""
    pbx.cli("channel request hangup all")


def waiting_callers(pbx: Console, queue: str) -> int:
    """How many callers wait in a queue."""
    found = re.search(r" has (\d+) calls", pbx.cli(f"queue show {queue}"))
    if not found:
        raise AssertionError(f"No queue {queue}")
    return int(found.group(1))
