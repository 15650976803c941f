"""Calls between two, and with a mailbox: answered, refused, given up, held."""

from __future__ import annotations

from tests.demo.scripted.scripts.people import call_in, talk
from tests.demo.scripted.stage import Stage


def ended_by_caller(stage: Stage) -> None:
    """1100 calls 1001, who answers; 1100 hangs up."""
    caller, called = stage.phone("1100"), stage.phone("1001")
    caller.dial("1001")
    called.answer()
    caller.await_state("up")
    stage.hear("BridgeEnter", count=2)
    caller.hang_up()


def ended_by_callee(stage: Stage) -> None:
    """Somebody outside calls 1001, who answers and hangs up."""
    call_in(stage, "02079460101")
    stage.phone("1001").answer()
    stage.phone("carrier").await_state("up")
    stage.hear("BridgeEnter", count=2)
    stage.phone("1001").hang_up()


def call_out(stage: Stage) -> None:
    """1100 calls a number outside, which answers and hangs up."""
    stage.phone("1100").dial("02079460999")
    stage.phone("carrier").answer()
    stage.phone("1100").await_state("up")
    stage.hear("BridgeEnter", count=2)
    stage.phone("carrier").hang_up()


def busy(stage: Stage) -> None:
    """1100 calls 1101, who is busy."""
    stage.phone("1100").dial("1101")
    stage.phone("1101").refuse("busy")


def refused(stage: Stage) -> None:
    """1100 calls 1101, who declines."""
    stage.phone("1100").dial("1101")
    stage.phone("1101").refuse("declined")


def no_answer(stage: Stage) -> None:
    """1100 calls 1101, who lets it ring until the PBX gives up."""
    stage.phone("1100").dial("1101")
    stage.phone("1101").await_state("ringing")


def unknown_number(stage: Stage) -> None:
    """1100 dials a number outside that does not exist."""
    stage.phone("1100").dial("0555")
    stage.phone("carrier").refuse("unknown")


def unreachable(stage: Stage) -> None:
    """1100 calls an extension whose phone is not there."""
    stage.phone("1100").dial("1105")


def given_up(stage: Stage) -> None:
    """1100 calls 1101 and hangs up while it rings."""
    stage.phone("1100").dial("1101")
    stage.phone("1101").await_state("ringing")
    stage.hear("DialState", DialStatus="RINGING")
    stage.phone("1100").hang_up()


def hold(stage: Stage) -> None:
    """1001 puts a caller on hold and takes the call back."""
    talk(stage)
    stage.phone("1001").hold()
    stage.hear("MusicOnHoldStart")
    stage.phone("1001").hold(on=False)
    stage.hear("MusicOnHoldStop")
    stage.phone("carrier").hang_up()


def digits(stage: Stage) -> None:
    """A caller of 1001 presses keys, and so does 1001."""
    talk(stage)
    stage.phone("carrier").press("5#")
    stage.phone("1001").press("8")
    stage.hear("DTMFEnd", "PJSIP/1001", Digit="8")
    stage.phone("carrier").hang_up()


def busy_with_message(stage: Stage) -> None:
    """1003 is busy, and the caller gets the mailbox and hangs up."""
    call_in(stage, "02079460103")
    stage.phone("1003").refuse("busy")
    stage.phone("carrier").await_state("up")
    stage.phone("carrier").hang_up()


def voicemail(stage: Stage) -> None:
    """Somebody leaves a message."""
    call_in(stage, "912")
    stage.phone("carrier").await_state("up")
    stage.let_pass(2.5)
    stage.phone("carrier").hang_up()


def messages_heard(stage: Stage) -> None:
    """1001 asks for the messages of its mailbox and hangs up soon."""
    stage.phone("1001").dial("*97")
    stage.phone("1001").await_state("up")
    stage.let_pass(1.5)
    stage.phone("1001").press("1001#")
    stage.let_pass(2)
    stage.phone("1001").press("1")
    stage.let_pass(2)
    stage.phone("1001").hang_up()
    stage.hear("MessageWaiting")


def call_out_given_up(stage: Stage) -> None:
    """1100 calls a number outside and hangs up while it rings."""
    stage.phone("1100").dial("+442079460999")
    stage.phone("carrier").await_state("ringing")
    stage.phone("1100").hang_up()
