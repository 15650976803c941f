"""Dial: legs are called together, the first who answers talks to the caller."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import simpy

from amictl.demo.applications.basic import indicate_ringing
from amictl.demo.applications.registry import application
from amictl.demo.arguments import parse_options, split_arguments
from amictl.demo.causes import Cause, dial_status
from amictl.demo.channels import Channel
from amictl.demo.mailbox import Mailbox
from amictl.demo.outgoing import Heard, Leg, Sign

# Asterisk apps/app_dial.c, dial_exec_full, in its order.
_RESET: Final = (
    "DIALSTATUS", "DIALEDPEERNUMBER", "DIALEDPEERNAME", "ANSWEREDTIME", "ANSWEREDTIME_MS", "DIALEDTIME",
    "DIALEDTIME_MS", "RINGTIME", "RINGTIME_MS", "PROGRESSTIME", "PROGRESSTIME_MS",
)  # fmt: skip
_ENDS: Final = {Sign.BUSY: "BUSY", Sign.CONGESTION: "CONGESTION"}


@dataclass(slots=True)
class Dialling:
    """One run of Dial until somebody answers.

    Args:
        channel: The caller.
        options: Dial's.

    Attributes:
        legs: Those that are still called.
        status: What DIALSTATUS will be.
    """

    channel: Channel
    options: dict[str, str]
    legs: list[Leg] = field(default_factory=list)
    status: str = "CHANUNAVAIL"
    began_at: float = 0.0
    refusals: list[str] = field(default_factory=list)
    is_single: bool = True
    rang: set[str] = field(default_factory=set)

    def call(self, interfaces: Iterable[str]) -> Mailbox[Heard]:
        """Make the legs and ring them all."""
        channel, world = self.channel, self.channel.world
        mailbox: Mailbox[Heard] = Mailbox(world.env)
        for interface in interfaces:
            leg = world.lines.request(interface, channel)
            if isinstance(leg, Cause):
                self._count(leg)
                channel.hangup_cause = leg
                continue
            leg.prepare(channel)
            self.legs.append(leg)
        self.is_single = len(self.legs) == 1
        self.began_at = world.env.now
        for leg in list(self.legs):
            if not leg.call(mailbox):
                self.legs.remove(leg)
                self._count(Cause.NO_ROUTE)
                continue
            world.emit(
                "DialBegin", channel.headers(), leg.channel.headers("Dest"), (("DialString", leg.dialled),)
            )
        return mailbox

    def wait(self, mailbox: Mailbox[Heard], seconds: float | None) -> Generator[simpy.Event, Any, Leg | None]:
        """Wait for somebody to answer.

        Returns:
            Who did; None where nobody did, with the reason in `status`.

        Raises:
            simpy.Interrupt: The caller ends, or goes elsewhere.
        """
        if not self.legs:
            self.status = self._refused_status()
            return None
        self.status = "NOANSWER"
        if self.is_single:
            self._show_peer(self.legs[0])
        deadline = None if seconds is None else self.channel.world.env.now + seconds
        while self.legs:
            heard = yield from mailbox.take(deadline)
            if heard is None:
                self._give_up("NOANSWER")
                return None
            leg = heard.leg
            if leg is None or leg not in self.legs:
                continue
            if heard.sign is Sign.ANSWER:
                self._take(leg)
                return leg
            self._hear(heard.sign, leg)
        self.status = self._refused_status()
        return None

    def abandon(self) -> None:
        """End all legs: the caller hung up, or left."""
        self.status = "CANCEL"
        self._tell_end(self.legs, "CANCEL")
        for leg in self.legs:
            leg.cancel(self.channel.hangup_cause or Cause.NORMAL)
        self.legs = []

    def tell(self, leg: Leg, status: str) -> None:
        """Send DialState or DialEnd of a leg."""
        event = "DialState" if status in {"RINGING", "PROGRESS", "PROCEEDING"} else "DialEnd"
        self.channel.world.emit(
            event, self.channel.fresh_headers(), leg.channel.fresh_headers("Dest"), (("DialStatus", status),)
        )

    def _hear(self, sign: Sign, leg: Leg) -> None:
        if sign is Sign.RINGING:
            self._ring(leg)
        elif sign is Sign.PROGRESS:
            self._note_time("PROGRESSTIME")
            self.tell(leg, "PROGRESS")
        else:
            status = _ENDS.get(sign) or dial_status(leg.channel.hangup_cause)
            self.legs.remove(leg)
            self._count(leg.channel.hangup_cause)
            self.channel.hangup_cause = leg.channel.hangup_cause
            self.tell(leg, status)
            leg.cancel()

    def _ring(self, leg: Leg) -> None:
        if not self.rang:
            self._note_time("RINGTIME")
        self.rang.add(leg.channel.unique_id)
        indicate_ringing(self.channel)
        self.tell(leg, "RINGING")

    def _take(self, leg: Leg) -> None:
        """Take over who answered, and let the others go ("Asterisk apps/app_dial.c", wait_for_answer)."""
        channel = self.channel
        others = [other for other in self.legs if other is not leg]
        if not self.is_single:
            self._show_peer(leg)
        self._tell_end(others, "CANCEL")
        leg.channel.exten = ""
        # Asterisk: "the eventual hangup is likely to be normal hangup".
        channel.hangup_cause = leg.channel.hangup_cause = Cause.NORMAL
        for other in others:
            other.cancel(Cause.ANSWERED_ELSEWHERE)
        leg.release()
        self.legs = []
        self.status = "ANSWER"
        channel.set_variable("DIALSTATUS", "ANSWER")
        channel.set_variable("DIALEDPEERNAME", leg.channel.name)
        channel.set_variable("DIALEDPEERNUMBER", leg.channel.variables.get("DIALEDPEERNUMBER", ""))
        self.tell(leg, "ANSWER")

    def _give_up(self, status: str) -> None:
        self.status = status
        self._tell_end(self.legs, status)
        for leg in self.legs:
            leg.cancel()
        self.legs = []

    def _tell_end(self, legs: list[Leg], status: str) -> None:
        for leg in legs:
            self.tell(leg, status)

    def _show_peer(self, leg: Leg) -> None:
        self.channel.set_connected(leg.channel.caller)

    def _note_time(self, variable: str) -> None:
        set_duration(self.channel, variable, self.channel.world.env.now - self.began_at)

    def _count(self, cause: int) -> None:
        """Note why a leg was refused ("Asterisk apps/app_dial.c", handle_cause)."""
        statuses = {Cause.BUSY: "BUSY", Cause.CONGESTION: "CONGESTION"}
        silent = cause in {Cause.NO_ANSWER, Cause.NORMAL}
        self.refusals.append(
            "NOANSWER"
            if silent
            else statuses.get(Cause(cause), "CHANUNAVAIL")
            if cause in list(Cause)
            else "CHANUNAVAIL"
        )

    def _refused_status(self) -> str:
        """Return what it comes to when all refused ("Asterisk apps/app_dial.c", wait_for_answer)."""
        order = ("NOANSWER", "BUSY", "CONGESTION", "CHANUNAVAIL")
        return next((status for status in order if status in self.refusals), "NOANSWER")


def give_features(caller: Channel, callee: Channel, options: Mapping[str, str]) -> None:
    """Let both use the features that the options of Dial and Queue allow them, capitals the caller."""
    caller.features = "".join(letter for letter in "TKHXW" if letter in options).lower()
    callee.features = "".join(letter for letter in "tkhxw" if letter in options)


def set_duration(channel: Channel, variable: str, seconds: float) -> None:
    """Set a variable to whole seconds and its ``_MS`` to milliseconds ("Asterisk apps/app_dial.c")."""
    channel.set_variable(variable, str(int(seconds)))
    channel.set_variable(f"{variable}_MS", str(int(seconds * 1000)))


@application("Dial")
def dial(channel: Channel, data: str) -> Generator[simpy.Event, Any, bool | None]:
    """Call others and let the first who answers talk to the channel."""
    peers, timeout, option_text, _ = split_arguments(data, 4)
    options = parse_options(option_text)
    for variable in _RESET:
        channel.set_variable(variable, "")
    dialling = Dialling(channel, options)
    mailbox = dialling.call(filter(None, (peer.strip() for peer in peers.split("&"))))
    if "m" in options:
        channel.start_music(options["m"])
    try:
        leg = yield from dialling.wait(mailbox, _limit(timeout))
    except simpy.Interrupt:
        dialling.abandon()
        leg = None
    if "m" in options:
        channel.stop_music()
    goes_on = not channel.is_ending
    if leg is not None:
        yield from _talk(channel, leg, dialling)
        goes_on = "g" in options and not channel.is_ending
    channel.set_variable("DIALSTATUS", dialling.status)
    return goes_on


def _talk(channel: Channel, leg: Leg, dialling: Dialling) -> Generator[simpy.Event, Any, None]:
    """Let the two talk until one leaves ("Asterisk main/features.c", ast_bridge_call_with_flags)."""
    peer, options = leg.channel, dialling.options
    give_features(channel, peer, options)
    channel.answer()
    answered_at = channel.world.env.now
    yield from channel.world.bridges.connect(channel, peer)
    if channel.leaves:
        return  # Asterisk: a caller who was sent elsewhere meanwhile does not come to the end of the bridge
    now = channel.world.env.now
    set_duration(channel, "ANSWEREDTIME", now - answered_at)
    set_duration(channel, "DIALEDTIME", now - dialling.began_at)


def _limit(text: str) -> float | None:
    """Return for how many seconds Dial rings; None without an end."""
    found = re.match(r"\s*(\d+(?:\.\d*)?)", text)
    return float(found[1]) or None if found else None
