"""What a scripted call is played on: a real Asterisk 22, or the demo's world, behind one interface.

People take their time: before each step of a script the stage waits until nothing more comes from the one
before, so that what a step makes the PBX tell can be told from what the next one does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.asterisk.ami_client import AmiClient, Message

_END = b"\r\n\r\n"
_NEVER_SENT = "TestEvent"  # Debian builds Asterisk with its test framework, others do not

ANSWER: Final = "answer"

IDLE: Final = frozenset({"NOT_INUSE", "UNAVAILABLE", "UNKNOWN", "INVALID"})
"""The states of a device that nobody uses."""


@dataclass(frozen=True, slots=True)
class HeardEvent:
    """One event as an AMI session hears it, or the answer to an action.

    Args:
        name: Its ``Event``; ``ANSWER`` for an answer.
        headers: All others, in order, repeated ones included.
        step: In which step of the script it came.
    """

    name: str
    headers: tuple[tuple[str, str], ...]
    step: int = 0

    @classmethod
    def parse(cls, block: bytes, step: int = 0) -> HeardEvent:
        """Read one message without its end."""
        pairs = []
        for line in filter(None, block.decode("utf-8", "replace").split("\r\n")):
            name, _, value = line.partition(":")
            pairs.append((name, value.removeprefix(" ")))
        if pairs and pairs[0][0] == "Event":
            return cls(pairs[0][1], tuple(pairs[1:]), step)
        return cls(ANSWER, tuple(pairs), step)

    def get(self, name: str) -> str:
        """The first header of this name, or an empty string."""
        return next((value for key, value in self.headers if key == name), "")


class Stage(ABC):
    """A PBX on the demo's configuration, its phones, and one AMI session with the rights of amictl.

    Args:
        ami: That session.
    """

    def __init__(self, ami: AmiClient) -> None:
        self.ami = ami
        self._first_event = 0
        self._steps = [0]

    @abstractmethod
    def phone(self, number: str) -> Phone:
        """The phone of an endpoint, which is signed in; ``carrier`` is the trunk's other end."""

    @abstractmethod
    def await_more(self) -> None:
        """Let the PBX go on until something is heard.

        Raises:
            TimeoutError: Nothing comes.
        """

    @abstractmethod
    def let_pass(self, seconds: float) -> None:
        """Let people talk for so long."""

    @abstractmethod
    def settle(self) -> None:
        """Wait until nothing more comes of what was done so far."""

    @abstractmethod
    def clear(self) -> None:
        """Hang up whatever a script has left that failed, and have the phones forget it."""

    def begin(self) -> None:
        """Forget what was heard so far."""
        self._first_event = len(self.ami.events)
        self._steps = [len(self.ami.received)]

    def step(self) -> None:
        """Wait until nothing more comes: what is heard from now on belongs to the next step."""
        self.settle()
        self._steps.append(len(self.ami.received))

    def action(self, name: str, /, **headers: object) -> Message:
        """Send an action and return its answer.

        Raises:
            AmiRefused: The answer is an error.
        """
        self.step()
        return self.ami.action(name, **headers)[0]

    def hear(self, event: str, channel: str = "", *, count: int = 1, **facts: str) -> Message:
        """Wait until so many such events were heard since the script began; return the last of them.

        Args:
            event: Its name.
            channel: What ``Channel`` begins with.
            count: How many of them.
            facts: Headers and their values.
        """
        while True:
            fitting = [
                each
                for each in self._heard()
                if each["Event"] == event
                and each.get("Channel", "").startswith(channel)
                and all(each.get(name) == value for name, value in facts.items())
            ]
            if len(fitting) >= count:
                return fitting[count - 1]
            try:
                self.await_more()
            except TimeoutError:
                came = [each["Event"] for each in self._heard()[-40:]]
                raise TimeoutError(f"No {event} of {channel or 'any'} {facts}; the last: {came}") from None

    def end(self) -> Sequence[HeardEvent]:
        """Wait until no call is left and no phone is in use; return all that the script made the PBX tell."""
        self.settle()
        while self._left():
            try:
                self.await_more()
            except TimeoutError:
                raise TimeoutError(f"The script leaves {self._left()} behind") from None
        self.settle()
        return self.heard()

    def heard(self) -> list[HeardEvent]:
        """All that was heard since the script began."""
        received = bytes(self.ami.received)
        ends = [*self._steps[1:], len(received)]
        found: list[HeardEvent] = []
        for number, (start, end) in enumerate(zip(self._steps, ends, strict=True)):
            blocks = filter(None, (block.strip(b"\r\n") for block in received[start:end].split(_END)))
            found += [HeardEvent.parse(block, number) for block in blocks]
        return [event for event in found if event.name != _NEVER_SENT and not event.get("Ping")]

    def _heard(self) -> list[Message]:
        return self.ami.events[self._first_event :]

    def live_channels(self) -> dict[str, str]:
        """The channels that the script made and that are still there, with their states."""
        live: dict[str, str] = {}
        for event in self._heard():
            if event["Event"] in {"Newchannel", "Newstate"}:
                live[event["Channel"]] = event["ChannelStateDesc"]
            elif event["Event"] == "Hangup":
                live.pop(event["Channel"], None)
        return live

    def device_states(self) -> dict[str, str]:
        """The phones' devices whose state was told since the script began, with the last of each."""
        return {
            each["Device"]: each["State"]
            for each in self._heard()
            if each["Event"] == "DeviceStateChange" and each["Device"].startswith("PJSIP/")
        }

    def _left(self) -> list[str]:
        busy = [device for device, state in self.device_states().items() if state not in IDLE]
        return [*self.live_channels(), *busy]


class Phone(ABC):
    """One phone; what it does concerns its latest call, and is a step of the script.

    Args:
        stage: Where it stands.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def dial(self, extension: str, *, caller: str = "", name: str = "") -> None:
        """Call an extension; a trunk shows the caller's number and name."""
        self.stage.step()
        self.start_call(extension, caller, name)

    def answer(self) -> None:
        """Take the call that rings, as soon as one does."""
        self.await_state("ringing")
        self.stage.step()
        self.take_call()

    def refuse(self, how: str = "busy") -> None:
        """Refuse the call that rings, as soon as one does: ``busy``, ``declined`` or ``unknown``."""
        self.await_state("ringing")
        self.stage.step()
        self.refuse_call(how)

    def hold(self, on: bool = True) -> None:
        """Put the other side on hold, or take it back."""
        self.await_state("up")
        self.stage.step()
        self.put_on_hold(on)

    def press(self, digits: str) -> None:
        """Press keys."""
        self.await_state("up")
        for digit in digits:
            self.stage.step()
            self.press_key(digit)

    def transfer(self, extension: str) -> None:
        """Send the other side there, blindly."""
        self.await_state("up")
        self.stage.step()
        self.refer(extension)

    def transfer_to_consulted(self) -> None:
        """Connect the parties of this phone's two calls, and leave."""
        self.stage.step()
        self.refer_to_other_call()

    def hang_up(self) -> None:
        """End the call, or give it up."""
        self.stage.step()
        self.end_call()

    def sign(self, in_: bool) -> None:
        """Sign in or out."""
        self.stage.step()
        self.register(in_)

    @abstractmethod
    def await_state(self, state: str) -> None:
        """Wait until the latest call is ``ringing``, ``up`` or ``over``."""

    @abstractmethod
    def start_call(self, extension: str, caller: str, name: str) -> None:
        """See ``dial``."""

    @abstractmethod
    def take_call(self) -> None:
        """See ``answer``."""

    @abstractmethod
    def refuse_call(self, how: str) -> None:
        """See ``refuse``."""

    @abstractmethod
    def put_on_hold(self, on: bool) -> None:
        """See ``hold``."""

    @abstractmethod
    def press_key(self, digit: str) -> None:
        """Press one key."""

    @abstractmethod
    def refer(self, extension: str) -> None:
        """See ``transfer``."""

    @abstractmethod
    def refer_to_other_call(self) -> None:
        """See ``transfer_to_consulted``."""

    @abstractmethod
    def end_call(self) -> None:
        """See ``hang_up``."""

    @abstractmethod
    def register(self, in_: bool) -> None:
        """See ``sign``."""
