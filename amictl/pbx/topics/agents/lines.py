"""Which lines are in a call, by the channels that are there, whatever the calls are for.

A device state alone does not tell: ``BUSY`` may be do-not-disturb, and a custom state whatever the dialplan
made of it. A hint stands for the devices that it is made of, which Asterisk tells with its state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from amictl.pbx.changes import Change
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.queues.partners import dialled_for, line_of
from amictl.pbx.topics.queues.value import QueueMember
from amictl.protocol import Message

_HINT: Final = "hint:"  # app_queue.c: what a member's state interface begins with that is a hint
_LOCAL: Final = "Local/"
# Asterisk main/channel.c, ast_state2str: what is not called yet, or rings and is not answered.
_NO_CALL: Final = frozenset({None, "Down", "Rsrvd", "Ringing", "Pre-ring"})
# The half of a Local channel that runs the dialplan; the other one is what a queue dialled.
_SECOND_HALF: Final = ";2"
_MOST_LINES: Final = 4096  # members whose lines are not told apart again at each of their events


class Lines:
    """The lines that are in a call: ``PJSIP/100``, ``Local/1@agents``, ``hint:100@office``."""

    def __init__(self) -> None:
        # The names of the channels that are in a call, and how many of them each line has.
        self._in_call: dict[str, str] = {}
        self._calls: Counter[str] = Counter()
        self._devices: dict[str, tuple[str, ...]] = {}
        self._hints: dict[str, set[str]] = {}

    def follow(self, change: Change) -> Iterable[str]:
        """Take a change of a channel; return the lines of which a call began or ended.

        Args:
            change: Of the topic ``channels``.
        """
        channel = change.value
        name = channel.channel if isinstance(channel, Channel) and channel.state not in _NO_CALL else None
        before = self._in_call.get(change.key)
        if name == before:  # this runs for every other event, and mostly ends here
            return ()
        if name is None:
            del self._in_call[change.key]
        else:
            self._in_call[change.key] = name
        line, left = _find_line(name), _find_line(before)
        if line == left:
            return ()
        told = []
        if left is not None:
            self._calls[left] -= 1
            if not self._calls[left]:
                del self._calls[left]
                told.append(left)
        if line is not None:
            if line not in self._calls:
                told.append(line)
            self._calls[line] += 1
        return {each for line in told for each in (line, *self._hints.get(line, ()))}

    def take_hint(self, message: Message) -> str | None:
        """Take an ``ExtensionStatus``; return the hint, if what it is made of changed.

        Args:
            message: The event, or an item of ``ExtensionStateList``.
        """
        hint = f"{_HINT}{message.get('Exten', '')}@{message.get('Context', '')}"
        # After a comma comes what tells of somebody's presence.
        devices = tuple(filter(None, message.get("Hint", "").partition(",")[0].split("&")))
        before = self._devices.get(hint, ())
        if devices == before:
            return None
        for device in before:
            self._hints[device].discard(hint)
        self._devices[hint] = devices
        for device in devices:
            self._hints.setdefault(device, set()).add(hint)
        return hint

    def is_in_call(self, member: QueueMember) -> bool:
        """Return whether a channel of a member's line or device is in a call."""
        # The Local channel of a call that was handed over is nobody's of the member's.
        left = {_line(member.interface)} if member.handed_over else set()
        for line in find_lines(member) - left:
            if line in self._calls or not self._calls.keys().isdisjoint(self._devices.get(line, ())):
                return True
        return False


def find_lines(member: QueueMember) -> frozenset[str]:
    """Return the lines whose calls are a member's: what the queue dials, and the device whose state counts.

    What is dialled through a trunk (``PJSIP/trunk/sip:…``) has no line: the channels of all calls over it are
    named after it.
    """
    return _lines_of(member.interface, member.state_interface or "")


@lru_cache(_MOST_LINES)
def _lines_of(interface: str, state_interface: str) -> frozenset[str]:
    named = state_interface if state_interface.startswith(_HINT) else _line(state_interface)
    return frozenset({named, _line(interface)}) - {""}


def _line(interface: str) -> str:
    return line_of(interface) if interface.startswith(_LOCAL) or interface.count("/") == 1 else ""


def _find_line(channel: str | None) -> str | None:
    """Return the line that a channel is a call of, by its name; None for one that is of none."""
    return None if channel is None or channel.endswith(_SECOND_HALF) else dialled_for(channel)
