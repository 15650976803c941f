"""What people do by pressing digits while they talk: the feature codes of ``features.conf``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from amictl.demo.causes import Cause
from amictl.demo.channels import Channel
from amictl.demo.configuration import parse_configuration, read_configuration, to_integer
from amictl.demo.recordings import toggle_recording
from amictl.demo.transfers import Consultation, hold_for_transfer, release_after_transfer, transfer_blind

if TYPE_CHECKING:
    from amictl.demo.world import World

_PRESSED_FOR: Final = 0.1  # seconds
_BETWEEN: Final = 0.1  # seconds from one digit to the next
_DIGIT_TIMEOUT: Final = 3.0  # transferdigittimeout's default

# The letters of Dial's and Queue's options that allow a feature, in the called party's case.
_LETTERS: Final = {
    "blindxfer": "t", "atxfer": "t", "disconnect": "h", "parkcall": "k", "automixmon": "x",
}  # fmt: skip


@dataclass(slots=True)
class Dialled:
    """A number that somebody dials to transfer a call to it.

    Args:
        asks: Whether it is asked first.
        context: Where the number is looked up.
        digits: What was pressed so far.
        turn: Grows with each digit, so that an old deadline knows that it is over.
    """

    asks: bool
    context: str
    digits: str = ""
    turn: int = 0


class Features:
    """Feature codes, and where digits go that are none.

    Args:
        world: The world.
        path: ``features.conf``.
    """

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        # Asterisk takes a file that is not there for an empty one.
        configuration = read_configuration(path) if path.exists() else parse_configuration("")
        self.codes = {setting.name: setting.value for setting in configuration.section("featuremap").settings}
        general = configuration.section("general")
        self.abort_code = general.get("atxferabort", "*1")
        self._code_timeout = (to_integer(general.get("featuredigittimeout")) or 1000) / 1000
        self._pending: dict[str, str] = {}
        self._dialled: dict[str, Dialled] = {}
        self._actions: dict[str, Callable[[Channel], None]] = {
            "blindxfer": lambda channel: self._dial_transfer(channel, asks=False),
            "atxfer": lambda channel: self._dial_transfer(channel, asks=True),
            "disconnect": _disconnect,
            "automixmon": toggle_recording,
        }

    def add(self, feature: str, act: Callable[[Channel], None]) -> None:
        """Say what a feature of the map does (``parkcall``, ``automixmon``)."""
        self._actions[feature] = act

    def press(self, channel: Channel, digits: str) -> None:
        """Let a phone press digits, one after the other."""
        for index, digit in enumerate(digits):
            self._world.later(index * (_PRESSED_FOR + _BETWEEN), self._pressing(channel, digit))

    def receive(self, channel: Channel, digit: str, milliseconds: int = 0) -> None:
        """Take a digit from a channel's phone: for a feature, an application, or the other party.

        Args:
            channel: Whose phone.
            digit: Which.
            milliseconds: For how long it was pressed.
        """
        channel.tell(
            "DTMFEnd", ("Digit", digit), ("DurationMs", str(milliseconds)), ("Direction", "Received")
        )
        if channel.unique_id in self._dialled:
            self._collect(channel, digit)
        elif channel.bridge is not None and channel.bridge.type == "basic":
            self._match(channel, digit)
        elif channel.digits is not None:
            channel.digits.put(digit)

    def _pressing(self, channel: Channel, digit: str) -> Callable[[], None]:
        def begin() -> None:
            if channel.hung_up:
                return
            channel.tell("DTMFBegin", ("Digit", digit), ("Direction", "Received"))
            self._world.later(_PRESSED_FOR, end)

        def end() -> None:
            if not channel.hung_up:
                self.receive(channel, digit, int(_PRESSED_FOR * 1000))

        return begin

    def _allowed(self, channel: Channel) -> dict[str, str]:
        """Return the features that a channel may use, by code."""
        allowed = {
            code: feature
            for feature, code in self.codes.items()
            if feature in self._actions
            and _LETTERS.get(feature, "") in channel.features
            and feature in _LETTERS
        }
        if "consultation" in channel.facts:
            allowed[self.abort_code] = "atxferabort"
        return allowed

    def _match(self, channel: Channel, digit: str) -> None:
        pressed = self._pending.pop(channel.unique_id, "") + digit
        allowed = self._allowed(channel)
        if pressed in allowed:
            self._do(channel, allowed[pressed])
        elif any(code.startswith(pressed) for code in allowed):
            self._pending[channel.unique_id] = pressed
            self._world.later(self._code_timeout, lambda: self._pass_on(channel, pressed))
        else:
            for each in pressed:
                self._send_to_others(channel, each)

    def _do(self, channel: Channel, feature: str) -> None:
        if feature == "atxferabort":
            channel.facts["consultation"].abort()
        else:
            self._actions[feature](channel)

    def _pass_on(self, channel: Channel, pressed: str) -> None:
        """Give digits that became no code to the other party."""
        if self._pending.get(channel.unique_id) == pressed:
            del self._pending[channel.unique_id]
            for each in pressed:
                self._send_to_others(channel, each)

    def _send_to_others(self, channel: Channel, digit: str) -> None:
        if channel.bridge is None:
            return
        for other in channel.bridge.others(channel):
            other.tell("DTMFBegin", ("Digit", digit), ("Direction", "Sent"))
            length = str(int(_PRESSED_FOR * 1000))
            other.tell("DTMFEnd", ("Digit", digit), ("DurationMs", length), ("Direction", "Sent"))

    def _dial_transfer(self, channel: Channel, *, asks: bool) -> None:
        """Put the other party on hold and listen for a number ("Asterisk bridge_basic.c", grab_transfer)."""
        if channel.bridge is None or len(channel.bridge.channels) != 2:
            return
        context = channel.variables.get("TRANSFER_CONTEXT") or channel.context
        dialled = self._dialled[channel.unique_id] = Dialled(asks, context)
        hold_for_transfer(channel)
        self._await_digit(channel, dialled)

    def _collect(self, channel: Channel, digit: str) -> None:
        dialled = self._dialled[channel.unique_id]
        dialled.turn += 1
        if digit != "#":
            dialled.digits += digit
        extensions = self._world.dialplan.extensions
        found = extensions.find(dialled.context, dialled.digits) is not None
        if digit == "#" or (found and not extensions.can_go_on(dialled.context, dialled.digits)):
            self._finish(channel, dialled)
        else:
            self._await_digit(channel, dialled)

    def _await_digit(self, channel: Channel, dialled: Dialled) -> None:
        turn = dialled.turn

        def give_up() -> None:
            if self._dialled.get(channel.unique_id) is dialled and dialled.turn == turn:
                self._finish(channel, dialled)

        self._world.later(_DIGIT_TIMEOUT, give_up)

    def _finish(self, channel: Channel, dialled: Dialled) -> None:
        del self._dialled[channel.unique_id]
        if channel.hung_up or channel.bridge is None or len(channel.bridge.channels) != 2:
            return
        exists = self._world.dialplan.extensions.find(dialled.context, dialled.digits) is not None
        if exists and dialled.asks:
            exists = Consultation(channel, dialled.digits, dialled.context).begin()
        elif exists:
            exists = transfer_blind(channel, dialled.digits, dialled.context, is_external=False) == "Success"
        if not exists:
            release_after_transfer(channel)


def _disconnect(channel: Channel) -> None:
    """Hang up by a code."""
    channel.hangup_cause = channel.hangup_cause or Cause.NORMAL
    channel.hang_up()
