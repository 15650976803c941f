"""VoiceMail and VoiceMailMain: a message is left, messages are heard (Asterisk apps/app_voicemail.c)."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, Final

import simpy

from amictl.demo.applications.registry import application
from amictl.demo.arguments import parse_options, split_arguments
from amictl.demo.channels import Channel
from amictl.demo.configuration import to_integer
from amictl.demo.mailbox import Mailbox
from amictl.demo.playing import sound_seconds, spoken_seconds
from amictl.demo.voicemail import INBOX, OLD, MailBox, Message
from amictl.demo.waiting import pause

Steps = Generator[simpy.Event, Any, bool | None]
Play = Generator[simpy.Event, Any, str]

_STATUS: Final = "VMSTATUS"
_LOGINS: Final = 3
_DIGIT_SECONDS: Final = 6.0
_INSTRUCTIONS: Final = 3  # how often they are said before it gives up
_DATE_SECONDS: Final = 3.0  # how long it takes to say when a message was left
_LONGEST: Final = 1e9  # seconds of a message without a limit


@dataclass(slots=True)
class _Prompts:
    """Sounds that a channel hears while it may press digits.

    Args:
        channel: Whose phone.
    """

    channel: Channel
    digits: Mailbox[str]

    def play(self, *sounds: str, seconds: float = 0.0) -> Play:
        """Play sounds until they are over or a digit is pressed.

        Args:
            sounds: Their names.
            seconds: How long it takes besides.

        Returns:
            The digit, or an empty text.

        Raises:
            simpy.Interrupt: The channel ends or goes elsewhere.
        """
        if self.channel.is_ending:
            raise simpy.Interrupt(None)
        length = seconds + sum(sound_seconds(name) for name in sounds)
        return (yield from self.digits.take(self.channel.world.env.now + length)) or ""

    def read(self, first: str = "") -> Play:
        """Read digits up to ``#`` or a pause."""
        dialled = ""
        digit: str | None = first
        while digit != "#":
            dialled += digit or ""
            digit = yield from self.digits.take(self.channel.world.env.now + _DIGIT_SECONDS)
            if digit is None:
                break
        return dialled


def _prompts(channel: Channel) -> _Prompts:
    channel.digits = digits = Mailbox[str](channel.world.env)
    return _Prompts(channel, digits)


@application("VoiceMail")
def leave_voicemail(channel: Channel, data: str) -> Steps:
    """Leave a message in one mailbox or several."""
    names, option_text = split_arguments(data, 2)
    options = parse_options(option_text)
    channel.answer()
    boxes = [channel.world.voicemail.get(name) for name in names.split("&")]
    first = boxes[0]
    if first is None:
        channel.set_variable(_STATUS, "FAILED")
        return None
    prompts = _prompts(channel)
    try:
        yield from _greet(prompts, first, options)
        if first.is_full:
            yield from pause(channel, sound_seconds("vm-mailboxfull"))
            channel.set_variable(_STATUS, "FAILED")
            return None
        yield from pause(channel, 0.0 if options.get("t") == "" else sound_seconds("beep"))
    except simpy.Interrupt:
        channel.set_variable(_STATUS, "FAILED")
        return None
    finally:
        channel.digits = None
    began_at = channel.world.env.now
    yield from _record(channel, prompts, first)
    seconds = channel.world.env.now - began_at
    if seconds < to_integer(first.option("minsecs", "0")):
        channel.set_variable(_STATUS, "FAILED")
        return None
    for box in boxes:
        if box is not None and not box.is_full:
            path = channel.world.voicemail.leave(box, channel, int(seconds), is_urgent="U" in options)
            channel.set_variable("VM_MESSAGEFILE", path)
            channel.world.voicemail.tell(box, channel)
    # The lamp is told before the application is over, as Asterisk's threads do it as a rule.
    channel.set_variable(_STATUS, "SUCCESS")
    return None


def _greet(prompts: _Prompts, box: MailBox, options: dict[str, str]) -> Generator[simpy.Event, Any, None]:
    """Say that the person is not there, and what to do; ``#`` skips it."""
    pressed = ""
    if "b" in options or "u" in options:
        state = "vm-isonphone" if "b" in options else "vm-isunavail"
        pressed = yield from prompts.play("vm-theperson", state, seconds=spoken_seconds(box.number))
    if not pressed and "s" not in options:
        yield from prompts.play("vm-intro")


def _record(channel: Channel, prompts: _Prompts, box: MailBox) -> Generator[simpy.Event, Any, None]:
    """Record until the caller hangs up, presses ``#``, or has said enough."""
    end = channel.world.env.now + (to_integer(box.option("maxsecs", "0")) or _LONGEST)
    channel.digits = prompts.digits
    try:
        while channel.world.env.now < end and not channel.is_ending:
            if (yield from prompts.digits.take(end)) == "#":
                return
    except simpy.Interrupt:
        return
    finally:
        channel.digits = None


@dataclass(slots=True)
class _Visit:
    """Somebody hears the messages of a mailbox.

    Args:
        prompts: What they hear.
        box: The mailbox.

    Attributes:
        messages: Those of the folder they are in, at the beginning.
        place: Which one they are at.
        heard: Those that were played.
        deleted: Those that are to go.
    """

    prompts: _Prompts
    box: MailBox
    messages: list[Message] = field(default_factory=list)
    place: int = 0
    heard: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)

    def listen(self) -> Generator[simpy.Event, Any, None]:
        """Say what is there, and do what is asked for by digits."""
        box = self.box
        self.messages = list(box.folders[INBOX] or box.folders[OLD])
        digit = yield from self.prompts.play(
            "vm-youhave", "vm-messages", seconds=spoken_seconds(str(box.new))
        )
        silence = 0
        while digit != "#" and silence < _INSTRUCTIONS:
            if digit:
                silence = 0
                digit = yield from self._do(digit)
            else:
                silence += 1
                digit = yield from self.prompts.play("vm-opts", seconds=_DIGIT_SECONDS)
        yield from self.prompts.play("vm-goodbye")

    def close(self) -> None:
        """Put what was heard among the old messages, and throw away what was deleted ("close_mailbox")."""
        for folder in (INBOX, OLD):
            for message in list(self.box.folders[folder]):
                if message.message_id in self.deleted:
                    self.box.folders[folder].remove(message)
                elif folder == INBOX and message.message_id in self.heard:
                    self.box.folders[INBOX].remove(message)
                    self.box.folders[OLD].append(message)

    def _do(self, digit: str) -> Play:
        moves = {"1": -self.place, "4": -1, "5": 0, "6": 1}
        if digit in moves and self.messages:
            wanted = self.place + moves[digit]
            if not 0 <= wanted < len(self.messages):
                return (yield from self.prompts.play("vm-nomore"))
            self.place = wanted
            return (yield from self._play_message())
        if digit == "7" and self.messages:
            message_id = self.messages[self.place].message_id
            self.deleted ^= {message_id}
            return (yield from self.prompts.play("vm-deleted"))
        if digit in moves:
            return (yield from self.prompts.play("vm-no", "vm-messages"))
        return ""

    def _play_message(self) -> Play:
        message = self.messages[self.place]
        # First it says which message it is and when it was left; who hangs up meanwhile has not heard it.
        digit = yield from self.prompts.play("vm-first", "vm-message", "vm-received", seconds=_DATE_SECONDS)
        if digit:
            return digit
        self.heard.add(message.message_id)
        return (yield from self.prompts.play(seconds=message.seconds))


@application("VoiceMailMain")
def hear_voicemail(channel: Channel, data: str) -> Steps:
    """Hear the messages of a mailbox, after dialling its number and password where they are not given."""
    name, option_text = split_arguments(data, 2)
    channel.answer()
    prompts = _prompts(channel)
    box = channel.world.voicemail.get(name) if name.partition("@")[0] else None
    try:
        if box is None or "s" not in parse_options(option_text):
            box = yield from _log_in(prompts, box, name.partition("@")[2] or "default")
        if box is None:
            return None
        visit = _Visit(prompts, box)
        try:
            yield from visit.listen()
        finally:
            visit.close()
            channel.world.voicemail.tell(box, channel)
    finally:
        channel.digits = None
    return None


def _log_in(
    prompts: _Prompts, box: MailBox | None, context: str
) -> Generator[simpy.Event, Any, MailBox | None]:
    """Ask for the mailbox, where it is not known, and for its password, up to three times."""
    for _ in range(_LOGINS):
        asked = box
        if asked is None:
            first = yield from prompts.play("vm-login")
            number = yield from prompts.read(first)
            asked = prompts.channel.world.voicemail.get(f"{number}@{context}")
        elif not asked.password:
            return asked
        first = yield from prompts.play("vm-password")
        dialled = yield from prompts.read(first)
        if asked is not None and dialled == asked.password:
            return asked
        yield from prompts.play("vm-incorrect")
    return None
