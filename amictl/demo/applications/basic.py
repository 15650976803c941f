"""Applications that answer, wait, play, branch, and set variables."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any

import simpy

from amictl.demo.applications.registry import application
from amictl.demo.arguments import split_arguments
from amictl.demo.causes import Cause
from amictl.demo.channels import Channel, State
from amictl.demo.expressions import is_true
from amictl.demo.functions import UnknownFunctionError, write_value
from amictl.demo.playing import sound_seconds
from amictl.demo.waiting import pause

_SOUND_AFTER = (
    0.02  # seconds from an answer to the caller's first packet ("Asterisk main/channel.c", __ast_answer)
)

Steps = Generator[simpy.Event, Any, bool | None]


@application("Answer")
def answer(channel: Channel, data: str) -> Steps:
    """Go up, and wait until there is sound, or for as long as ``data`` says (milliseconds)."""
    if channel.state != State.UP:
        channel.answer()
        yield from pause(channel, max(_SOUND_AFTER, int(data) / 1000 if data.isdigit() else 0.0))
    return None


@application("Wait")
def wait(channel: Channel, data: str) -> Steps:
    """Wait for some seconds."""
    yield from pause(channel, _seconds(data))
    return None


@application("WaitExten")
def wait_exten(channel: Channel, data: str) -> Steps:
    """Wait for digits; without any, go on with ``t`` or end."""
    yield from pause(channel, _seconds(data) or 10.0)
    return channel.world.dialplan.jump(channel, "t,1")


@application("NoOp")
def do_nothing(channel: Channel, data: str) -> Steps:  # noqa: ARG001
    """Do nothing but show the data in Newexten."""
    return None
    yield


@application("Verbose")
def verbose(channel: Channel, data: str) -> Steps:  # noqa: ARG001
    """Do nothing: there is no console to print on."""
    return None
    yield


@application("Progress")
def progress(channel: Channel, data: str) -> Steps:  # noqa: ARG001
    """Tell the caller of sound before the answer."""
    half = channel.peer_half
    if half is not None and half.leg is not None:
        half.leg.progress()
    return None
    yield


@application("Ringing")
def ringing(channel: Channel, data: str) -> Steps:  # noqa: ARG001
    """Tell the caller that it rings."""
    indicate_ringing(channel)
    return None
    yield


def indicate_ringing(channel: Channel) -> None:
    """Let a channel's caller hear ringing; the near half of a Local channel rings then."""
    channel.world.devices.changed(channel.device)
    half = channel.peer_half
    if half is not None and half.leg is not None:
        half.leg.ringing()


@application("Playback")
def playback(channel: Channel, data: str) -> Steps:
    """Play files, answering first unless ``noanswer`` is asked for."""
    files, options = split_arguments(data, 2)
    if channel.state != State.UP and "skip" in options:
        return None
    if channel.state != State.UP and "noanswer" not in options:
        channel.answer()
    for name in filter(None, files.split("&")):
        yield from pause(channel, sound_seconds(name))
    channel.set_variable("PLAYBACKSTATUS", "SUCCESS")
    return None


@application("Background")
def background(channel: Channel, data: str) -> Steps:
    """Play files while digits may be pressed."""
    files, _ = split_arguments(data, 2)
    if channel.state != State.UP:
        channel.answer()
    for name in filter(None, files.split("&")):
        yield from pause(channel, sound_seconds(name))
    channel.set_variable("BACKGROUNDSTATUS", "SUCCESS")
    return None


@application("Echo")
def echo(channel: Channel, data: str) -> Steps:  # noqa: ARG001
    """Play back what is said, until the channel ends."""
    yield from pause(channel, None)
    return None


@application("MusicOnHold")
def music_on_hold(channel: Channel, data: str) -> Steps:
    """Play music for some seconds, or until the channel ends."""
    music_class, seconds = split_arguments(data, 2)
    channel.start_music(music_class)
    try:
        yield from pause(channel, _seconds(seconds) if seconds else None)
    finally:
        channel.stop_music()
    return None


@application("Hangup")
def hang_up(channel: Channel, data: str) -> Steps:
    """End the channel, by a cause where one is given."""
    if data.strip().isdigit():
        channel.hangup_cause = int(data)
    elif not channel.hangup_cause:
        channel.hangup_cause = Cause.NORMAL
    return False
    yield


@application("Busy")
def busy(channel: Channel, data: str) -> Steps:
    """Tell the caller that it is busy, and end after some seconds or when they hang up."""
    yield from _refuse(channel, data, Cause.BUSY)
    return False


@application("Congestion")
def congestion(channel: Channel, data: str) -> Steps:
    """Tell the caller that there is no way through, and end after some seconds or when they hang up."""
    yield from _refuse(channel, data, Cause.CONGESTION)
    return False


def _refuse(channel: Channel, data: str, cause: Cause) -> Generator[simpy.Event, Any, None]:
    channel.hangup_cause = cause
    half = channel.peer_half
    if half is not None and half.leg is not None:
        half.leg.refused(cause)
    yield from pause(channel, _seconds(data) if data else None)


@application("Set")
def set_variable(channel: Channel, data: str) -> Steps:
    """Set a variable or write a function."""
    name, equals, value = data.partition("=")
    if equals:
        _write(channel, name.strip(), value)
    return None
    yield


@application("MSet")
def set_variables(channel: Channel, data: str) -> Steps:
    """Set several variables."""
    for assignment in split_arguments(data, data.count(",") + 1):
        name, equals, value = assignment.partition("=")
        if equals:
            _write(channel, name.strip(), value)
    return None
    yield


def _write(channel: Channel, name: str, value: str) -> None:
    try:
        write_value(channel.world, channel, name, value)
    except UnknownFunctionError:
        return  # Asterisk warns in its log and goes on


@application("Goto")
def go_to(channel: Channel, data: str) -> Steps:
    """Go on elsewhere in the dialplan."""
    return channel.world.dialplan.jump(channel, data)
    yield


@application("GotoIf")
def go_to_if(channel: Channel, data: str) -> Steps:
    """Go on at the first place where the condition holds, else at the second, if one is given."""
    condition, _, places = data.partition("?")
    yes, _, no = places.partition(":")
    place = yes if is_true(condition) else no
    return channel.world.dialplan.jump(channel, place) if place.strip() else None
    yield


@application("ExecIf")
def execute_if(channel: Channel, data: str) -> Steps:
    """Run the first application where the condition holds, else the second."""
    condition, _, choices = data.partition("?")
    yes, no = _split_choices(choices)
    chosen = re.fullmatch(
        r"\s*(?P<name>\w+)\((?P<data>.*)\)\s*", yes if is_true(condition) else no, re.DOTALL
    )
    if chosen is None:
        return None
    return (yield from channel.world.dialplan.run_application(channel, chosen["name"], chosen["data"]))


def _split_choices(text: str) -> tuple[str, str]:
    """Split ``App(a):App(b)`` at the colon outside of parentheses."""
    depth = 0
    for position, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == ":" and depth == 0:
            return text[:position], text[position + 1 :]
    return text, ""


@application("UserEvent")
def user_event(channel: Channel, data: str) -> Steps:
    """Send a UserEvent with the headers that are given."""
    name, *headers = split_arguments(data, data.count(",") + 1)
    told = [("UserEvent", name)]
    told += [(key.strip(), value.strip()) for key, _, value in (header.partition(":") for header in headers)]
    channel.tell("UserEvent", *told)
    return None
    yield


@application("SendDTMF")
def send_dtmf(channel: Channel, data: str) -> Steps:
    """Send digits to the channel's phone."""
    digits, _, _ = split_arguments(data, 3)
    for digit in digits:
        channel.tell("DTMFBegin", ("Digit", digit), ("Direction", "Sent"))
        yield from pause(channel, 0.1)
        channel.tell("DTMFEnd", ("Digit", digit), ("DurationMs", "100"), ("Direction", "Sent"))
        yield from pause(channel, 0.25)
    return None


def _seconds(data: str) -> float:
    """Return the seconds that a text begins with, as C reads them; 0 where there are none."""
    found = re.match(r"\s*(\d+(?:\.\d*)?|\.\d+)", data)
    return float(found[1]) if found else 0.0
