"""Some phones and people of the demo's world, what they do, and what the PBX tells and answers meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from amictl.demo.actions.registry import find_action
from amictl.demo.actions.request import Request
from amictl.demo.channels import Channel, Party
from amictl.demo.phones import Phone
from amictl.demo.session import DemoSession
from amictl.demo.world import CONFIGURATION, DemoEvent, World

Told = dict[str, str]

TOM = Party("02079460123", "Tom Archer")


class _Answers:
    """Takes the place of a session that asks, and keeps the answer."""

    def __init__(self) -> None:
        self.raw = b""

    def take_answer(self, raw: bytes) -> None:
        self.raw += raw


class Office:
    """The demo's world with 1001, 1002, 1003, 1100 and 1101 registered.

    Args:
        folder: Its configuration.
    """

    def __init__(self, folder: Path = CONFIGURATION) -> None:
        self.world = World(folder, start=1_796_057_400)
        for number in ("1001", "1002", "1003", "1100", "1101"):
            self.phone(number).plug_in()
        self.let(1)
        self.told: list[Told] = []
        self.world.listen(self._hear)

    def phone(self, number: str) -> Phone:
        """The phone of a number."""
        phone = self.world.phones.get(number)
        assert phone is not None
        return phone

    def let(self, seconds: float) -> None:
        """Let time pass."""
        self.world.run_until(self.world.now() + seconds)

    def dial(self, number: str, exten: str) -> Channel:
        """Somebody dials from their phone."""
        channel = self.phone(number).dial(exten)
        assert channel is not None
        self.let(0.5)
        return channel

    def answer(self, number: str) -> Channel:
        """The phone that rings is answered."""
        phone = self.phone(number)
        channel = phone.channels[-1]
        phone.answer(channel)
        self.let(0.5)
        return channel

    def call_in(self, number: str) -> tuple[Channel, Channel]:
        """Tom calls an agent from outside, who answers; returns Tom's channel and the agent's."""
        tom = self.world.phones.carrier.dial(f"020794601{number[-2:]}", TOM)
        assert tom is not None
        self.let(0.5)
        return tom, self.answer(number)

    def ask(self, action: str, **headers: object) -> list[Told]:
        """Send an action as an AMI client does; returns its response and the items of its list."""
        known = find_action(action)
        assert known is not None, action
        answers = _Answers()
        lines = [f"Action: {action}", "ActionID: 1", *(f"{name}: {value}" for name, value in headers.items())]
        known.answer(Request(lines, cast("DemoSession", answers), self.world))
        self.let(0)
        return [_parse(part) for part in answers.raw.decode().split("\r\n\r\n") if part.strip()]

    def names(self, *prefixes: str) -> list[str]:
        """The events that came since `forget`, or those whose names begin so."""
        return [each["Event"] for each in self.told if not prefixes or each["Event"].startswith(prefixes)]

    def event(self, name: str) -> Told:
        """The only event of a name since `forget`."""
        (event,) = [each for each in self.told if each["Event"] == name]
        return event

    def forget(self) -> None:
        """Think no more of the events that came."""
        self.told.clear()

    def _hear(self, event: DemoEvent) -> None:
        self.told.append(_parse(event.raw.decode()))


def _parse(text: str) -> Told:
    lines = text.removesuffix("\r\n\r\n").split("\r\n")
    return dict(line.split(": ", 1) for line in lines if ": " in line)
