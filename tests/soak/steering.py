"""What is done to calls while they go on: transfers, parking, conferences, many hang-ups at one moment."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from tests.asterisk.ami_client import AmiClient, Message
from tests.soak.agenda import Agenda
from tests.soak.call_kinds import Kind

_LATEST: Final = 1.0  # seconds from the moment that allows an act to the act


class Steering:
    """Does once to each call what its kind says, a random moment after the call has come so far.

    Nobody waits for the answers: a call may be over before it is steered, as happens to people too.

    Args:
        ami: Where actions are sent.
        agenda: When.
        draw: Draws moments and targets.
    """

    def __init__(self, ami: AmiClient, agenda: Agenda, draw: random.Random) -> None:
        self._ami = ami
        self._agenda = agenda
        self._random = draw
        self._steered: set[str] = set()
        self._acts: dict[str, tuple[str, Callable[[Message], None]]] = {
            "blind transfer": ("BridgeEnter", self._transfer_blind),
            "attended transfer": ("BridgeEnter", self._transfer_attended),
            "redirected": ("BridgeEnter", self._redirect),
            "parked out of a call": ("BridgeEnter", self._park),
            "parked and taken back": ("ParkedCall", self._take_back),
            "withdrawn from queue": ("QueueCallerJoin", self._withdraw),
            "conference with a chair": ("ConfbridgeJoin", self._chair),
            "both hang up at once": ("BridgeEnter", self._hang_up_bridge),
            "agent and caller hang up at once": ("BridgeEnter", self._hang_up_bridge),
            "killed with others": ("BridgeEnter", self._hang_up_phones),
        }
        self._first_of_bridge: dict[str, str] = {}

    def steer(self, kind: Kind, account: str, event: Message) -> None:
        """Take an event about a call.

        Args:
            kind: The call's kind.
            account: The call.
            event: What happened to it.
        """
        wanted, act = self._acts.get(kind.name, ("", None))
        if act is None or event["Event"] != wanted or account in self._steered:
            return
        if wanted == "BridgeEnter" and event["BridgeNumChannels"] != "2":
            self._first_of_bridge[event["BridgeUniqueid"]] = event["Uniqueid"]
            return
        self._steered.add(account)
        self._agenda.add(self._random.uniform(0.0, _LATEST), lambda: act(event))

    def _transfer_blind(self, event: Message) -> None:
        """Send the other party of a channel elsewhere."""
        target = self._random.choice(("echo", "leave", "queue-lobby", "park", "room-801"))
        self._send("BlindTransfer", Channel=event["Channel"], Context="soak", Exten=target)

    def _transfer_attended(self, event: Message) -> None:
        """Ask somebody first, then complete the transfer by hanging up, or cancel it."""
        channel = event["Channel"]
        self._send("Atxfer", Channel=channel, Context="soak", Exten="61")
        then = self._random.choice(("Hangup", "CancelAtxfer", "Hangup"))
        self._agenda.add(self._random.uniform(0.8, 2.0), lambda: self._send(then, Channel=channel))

    def _redirect(self, event: Message) -> None:
        """Send one of two who talk somewhere else in the dialplan."""
        target = self._random.choice(("room-801", "queue-nobody", "leave", "park"))
        self._send("Redirect", Channel=event["Uniqueid"], Context="soak", Exten=target, Priority=1)

    def _park(self, event: Message) -> None:
        """Park one of two who talk."""
        timeout = self._random.choice((1000, 30000))
        self._send("Park", Channel=event["Channel"], Timeout=timeout)

    def _take_back(self, event: Message) -> None:
        """Call the space of a parked call."""
        self._send(
            "Originate",
            Channel="Local/stay@soak/n",
            Context="default",
            Exten=event["ParkingSpace"],
            Priority=1,
            Variable="STAYS=1.2",
            Async="true",
        )

    def _withdraw(self, event: Message) -> None:
        """Take a caller out of a queue; the caller hangs up where the PBX cannot do it."""
        self._send("QueueWithdrawCaller", Queue=event["Queue"], Caller=event["Channel"])
        self._agenda.add(1.0, lambda: self._send("Hangup", Channel=event["Uniqueid"]))

    def _chair(self, event: Message) -> None:
        """Mute, lock and kick, as the chair of a conference does."""
        room, channel = {"Conference": event["Conference"]}, {"Channel": event["Channel"]}
        self._send("ConfbridgeMute", **room, **channel)
        self._send("ConfbridgeLock", **room)
        self._agenda.add(0.3, lambda: self._send("ConfbridgeUnlock", **room))
        self._agenda.add(0.5, lambda: self._send("ConfbridgeUnmute", **room, **channel))
        self._agenda.add(0.9, lambda: self._send("ConfbridgeKick", **room, **channel))

    def _hang_up_bridge(self, event: Message) -> None:
        """Hang up both who talk, in one breath."""
        self._send("Hangup", Channel=event["Uniqueid"])
        if first := self._first_of_bridge.pop(event["BridgeUniqueid"], None):
            self._send("Hangup", Channel=first)

    def _hang_up_phones(self, _event: Message) -> None:
        """Hang up every called phone at one moment."""
        self._send("Hangup", Channel="/^Local.phone.soak.*;2$/")

    def _send(self, action: str, /, **headers: object) -> None:
        self._ami.send(action, **headers)
