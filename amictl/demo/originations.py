"""Calls that nobody's phone began: AMI's Originate ("Asterisk main/pbx.c", pbx_outgoing_attempt)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import simpy

from amictl.demo.causes import Cause, dial_status
from amictl.demo.channels import NOBODY, Channel, Party, State
from amictl.demo.functions import UnknownFunctionError, write_value
from amictl.demo.mailbox import Mailbox
from amictl.demo.outgoing import Heard, Leg, Sign

if TYPE_CHECKING:
    from amictl.demo.world import World


class Reason(IntEnum):
    """How an originated call went: OriginateResponse's ``Reason`` (Asterisk: pbx_dial_reason)."""

    FAILED = 0
    NO_ANSWER = 3
    ANSWERED = 4
    BUSY = 5
    CONGESTION = 8


Told = Callable[[Channel | None, Reason], None]
"""Hears how it went, and the channel where it was answered."""


@dataclass(frozen=True, slots=True)
class Origination:
    """One order to call a channel and connect it.

    Args:
        interface: Whom to call, ``PJSIP/1001`` or ``Local/600@from-phones``.
        timeout: Seconds until it is given up.
        context: Where in the dialplan it goes on, with ``exten`` and ``priority``.
        exten: See there.
        priority: See there.
        application: What runs instead, with ``data``; empty is the dialplan.
        data: See there.
        caller: Whose call it seems to be.
        account: Its account code.
        variables: What is set on the channel, in the order in which it was asked for.
        unique_ids: The unique IDs that the channel, and the far half of a Local one, shall have.
        early_media: Whether it goes on when the other side plays something before it answers.
    """

    interface: str
    timeout: float = 30.0
    context: str = ""
    exten: str = ""
    priority: int = 1
    application: str = ""
    data: str = ""
    caller: Party = NOBODY
    account: str = ""
    variables: Sequence[tuple[str, str]] = ()
    unique_ids: tuple[str, str] = ("", "")
    early_media: bool = False


def originate(world: World, order: Origination, told: Told) -> None:
    """Call a channel and connect it, in a process of the world.

    Args:
        world: The world.
        order: What to do.
        told: Called once, when it is clear how it went.
    """
    leg = world.lines.request(order.interface, unique_id=order.unique_ids[0], other_id=order.unique_ids[1])
    if not isinstance(leg, Leg):
        world.later(0, lambda: told(None, Reason.FAILED))
        return
    world.processed_calls += 1
    world.env.process(_call(leg, order, told))


def _call(leg: Leg, order: Origination, told: Told) -> Generator[simpy.Event, Any, None]:
    channel, world = leg.channel, leg.channel.world
    _prepare(channel, order)
    mailbox: Mailbox[Heard] = Mailbox(world.env)
    if not leg.call(mailbox):
        told(None, Reason.FAILED)
        return
    world.emit("DialBegin", channel.headers("Dest"), (("DialString", leg.dialled),))
    deadline = world.env.now + order.timeout
    while True:
        heard = yield from mailbox.take(deadline)
        if heard is None:
            told(None, Reason.NO_ANSWER)
            leg.cancel(Cause.NO_ANSWER)
            return
        if heard.sign is Sign.RINGING:
            _tell(channel, "DialState", "RINGING")
        elif heard.sign is Sign.PROGRESS:
            _tell(channel, "DialState", "PROGRESS")
            if order.early_media:
                break
        elif heard.sign is Sign.ANSWER:
            break
        else:
            _tell(channel, "DialEnd", dial_status(channel.hangup_cause))
            told(None, Reason.FAILED)
            leg.cancel()
            return
    leg.release()
    channel.process = world.env.active_process
    if channel.state == State.UP:
        _tell(channel, "DialEnd", "ANSWER")
    told(channel, Reason.ANSWERED)
    yield from _go_on(channel, order)


def _prepare(channel: Channel, order: Origination) -> None:
    """Give the channel what the order says, in Asterisk's order."""
    channel.application, channel.data = "AppDial2", "(Outgoing Line)"
    channel.publish()
    for name, value in reversed(order.variables):
        try:
            write_value(channel.world, channel, name, value)
        except UnknownFunctionError:
            continue  # Asterisk warns in its log and goes on
    if order.account:
        channel.account = order.account
        channel.publish()
    if order.caller != NOBODY:
        channel.set_caller(order.caller)
        channel.set_connected(order.caller)


def _tell(channel: Channel, event: str, status: str) -> None:
    channel.world.emit(event, channel.fresh_headers("Dest"), (("DialStatus", status),))


def _go_on(channel: Channel, order: Origination) -> Generator[simpy.Event, Any, None]:
    dialplan = channel.world.dialplan
    if not order.application:
        channel.context, channel.exten, channel.priority = order.context, order.exten, order.priority
        yield from dialplan.run(channel)
        return
    try:
        yield from dialplan.run_application(channel, order.application, order.data)
    except simpy.Interrupt:
        if channel.leaves:
            yield from dialplan.run(channel)
            return
    channel.end()
