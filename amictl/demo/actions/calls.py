"""Actions that make, move and end calls."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from amictl.demo.actions.lookups import find_channel, read_priority
from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import ACTION_ID, Request
from amictl.demo.causes import SoftHangup
from amictl.demo.channels import Channel
from amictl.demo.configuration import is_true
from amictl.demo.transfers import transfer_blind

_LONGEST_CAUSE: Final = 127
_TRANSFER_WORDS: Final = {
    "NotPermitted": "Transfer not permitted", "Invalid": "Transfer invalid", "Fail": "Transfer failed",
}  # fmt: skip
_CONTROLS: Final = frozenset({"stop", "forward", "reverse", "pause", "restart"})


@answers("Hangup")
def hang_up(request: Request) -> None:
    """End one channel, or all whose names match a regular expression (ast_manager_hangup_helper)."""
    name, cause = request.get("Channel"), request.get("Cause")
    number = int(cause) if cause.isdigit() and int(cause) <= _LONGEST_CAUSE else 0
    _hang_up(request, name, lambda channel: channel.hang_up(number))


@answers("PJSIPHangup")
def hang_up_by_response(request: Request) -> None:
    """End channels by a SIP response, which tells why ("Asterisk channels/pjsip/dialplan_functions.c")."""
    response = request.get("Cause")

    def end(channel: Channel) -> None:
        if response.isdigit():
            channel.tech_cause = int(response)
        channel.hang_up()

    _hang_up(request, request.get("Channel"), end)


def _hang_up(request: Request, name: str, end: Callable[[Channel], None]) -> None:
    if not name:
        request.fail("No channel specified")
    elif name.startswith("/"):
        _hang_up_all(request, name, end)
    elif channel := find_channel(request):
        end(channel)
        request.succeed("Channel Hungup")


def _hang_up_all(request: Request, text: str, end: Callable[[Channel], None]) -> None:
    if len(text) < 2 or not text.endswith("/"):
        request.fail("Regex format invalid, Channel param should be /regex/")
        return
    try:
        pattern = re.compile(text[1:-1])
    except re.error:
        request.fail(f"Regex compile failed on: {text}")
        return
    found = [channel for channel in request.world.channels.all() if pattern.search(channel.name)]
    for channel in found:
        end(channel)
    items = [("ChannelHungup", [(("Channel", channel.name),), ACTION_ID]) for channel in found]
    request.list("Channels hung up will follow", items, complete="ChannelsHungupListComplete")


@answers("Redirect")
def redirect(request: Request) -> None:
    """Send a channel, and another one with it, to a place in the dialplan (action_redirect)."""
    for header in ("Channel", "Context", "Exten", "Priority"):
        if not request.get(header):
            request.fail(f"{header} not specified")
            return
    priority = read_priority(request, "")
    extra, has_place = request.get("ExtraChannel"), bool(request.get("ExtraContext"))
    if priority < 1:
        request.fail("Priority is invalid")
        return
    if extra and has_place and not _has_extra_place(request):
        return
    channel = _find_redirected(request, request.get("Channel"), "Channel does not exist", "channel not up.")
    if channel is None:
        return
    place = (request.get("Context"), request.get("Exten"), priority)
    if not extra:
        _go(channel, place)
        request.succeed("Redirect successful")
        return
    other = _find_redirected(request, extra, "ExtraChannel does not exist", "extra channel not up.")
    if other is None:
        return
    _go(channel, place)
    if has_place:
        place = (request.get("ExtraContext"), request.get("ExtraExten"), read_priority(request, "Extra"))
    _go(other, place)
    request.succeed("Dual Redirect successful")


def _has_extra_place(request: Request) -> bool:
    for header in ("ExtraExten", "ExtraPriority"):
        if not request.get(header):
            request.fail(f"{header} not specified")
            return False
    if read_priority(request, "Extra") < 1:
        request.fail("ExtraPriority is invalid")
        return False
    return True


def _find_redirected(request: Request, name: str, missing: str, down: str) -> Channel | None:
    channel = request.world.channels.get(name)
    if channel is None:
        request.fail(f"{missing}: {name}")
    elif channel.is_ending and not channel.leaves:
        request.fail(f"Redirect failed, {down}")
    else:
        return channel
    return None


def _go(channel: Channel, place: tuple[str, str, int]) -> None:
    leg = channel.leg
    if leg is not None:
        # Nobody waits for it any more; it goes its own way (Asterisk yanks the channel).
        leg.ended()
        leg.release()
    channel.go_to(*place)
    if channel.process is None:
        channel.world.dialplan.start(channel)


@answers("BlindTransfer")
def transfer_without_asking(request: Request) -> None:
    """Send whoever talks to a channel to an extension (action_blind_transfer)."""
    channel = _find_transferer(request)
    if channel is None:
        return
    result = transfer_blind(channel, request.get("Exten"), request.get("Context") or channel.context)
    if result == "Success":
        request.succeed("Transfer succeeded")
    else:
        request.fail(_TRANSFER_WORDS[result])


@answers("Atxfer")
def transfer_after_asking(request: Request) -> None:
    """Let a channel dial its code for attended transfers and an extension (action_atxfer)."""
    channel = _find_transferer(request)
    if channel is None:
        return
    code = request.world.features.codes.get("atxfer", "")
    if not code:
        request.fail("No attended transfer feature code found")
        return
    if request.get("Context"):
        channel.set_variable("TRANSFER_CONTEXT", request.get("Context"))
    _feed(channel, code + request.get("Exten"))
    request.succeed("Atxfer successfully queued")


@answers("CancelAtxfer")
def cancel_asking(request: Request) -> None:
    """Let a channel dial the code that gives an attended transfer up (action_cancel_atxfer)."""
    if not request.get("Channel"):
        request.fail("No channel specified")
    elif channel := find_channel(request, "Channel specified does not exist"):
        _feed(channel, request.world.features.abort_code)
        request.succeed("CancelAtxfer successfully queued")


def _find_transferer(request: Request) -> Channel | None:
    if not request.get("Channel"):
        request.fail("No channel specified")
        return None
    if not request.get("Exten"):
        request.fail("No extension specified")
        return None
    return find_channel(request, "Channel specified does not exist")


def _feed(channel: Channel, digits: str) -> None:
    """Let digits come as if the channel's phone had sent them, after the answer to the action."""

    def feed() -> None:
        for digit in digits:
            if not channel.hung_up:
                channel.world.features.receive(channel, digit)

    channel.world.later(0, feed)


@answers("Bridge")
def bridge(request: Request) -> None:
    """Connect two channels to each other, out of whatever they do (action_bridge)."""
    world = request.world
    names = [request.get("Channel1"), request.get("Channel2")]
    if not all(names):
        request.fail("Missing channel parameter in request")
        return
    channels = [world.channels.get(name) for name in names]
    for number, (name, channel) in enumerate(zip(names, channels, strict=True), 1):
        if channel is None:
            request.fail(f"Channel{number} does not exist: {name}")
            return
    one, two = (channel for channel in channels if channel is not None)
    made = world.bridges.create()
    for channel in (one, two):
        if channel.exten:
            channel.after_bridge = (channel.context, channel.exten, channel.priority + 1)
        made.pull_in(channel)
    world.later(0, lambda: _show(one, two))
    request.succeed("Channels have been bridged")


def _show(one: Channel, two: Channel) -> None:
    if one.bridge is not None and one.bridge is two.bridge:
        one.set_connected(two.caller)
        two.set_connected(one.caller)


@answers("PlayDTMF")
def play_digit(request: Request) -> None:
    """Send a touch tone to a channel, or pretend that it sent one (manager_play_dtmf)."""
    channel = find_channel(request, "Channel not found")
    if channel is None:
        return
    digit, duration = request.get("Digit"), request.get("Duration")
    if not digit:
        request.fail("No digit specified")
    elif duration and not re.match(r"\s*\d", duration):
        request.fail("Could not convert Duration parameter")
    else:
        if is_true(request.get("Receive")):
            length = re.match(r"\s*(\d+)", duration)
            milliseconds = int(length[1]) if length else 0
            request.world.later(0, lambda: request.world.features.receive(channel, digit[0], milliseconds))
        request.succeed("DTMF successfully queued")


@answers("PlayMF")
def play_multi_frequency_digit(request: Request) -> None:
    """Send a multi-frequency tone to a channel, which tells nobody (manager_play_mf)."""
    if find_channel(request, "Channel not found") is None:
        return
    if not request.get("Digit"):
        request.fail("No digit specified")
    else:
        request.succeed("MF successfully queued")


@answers("SendFlash")
def send_flash(request: Request) -> None:
    """Send a hook flash to a channel, or pretend that it sent one (manager_send_flash)."""
    channel = find_channel(request, "Channel not found")
    if channel is None:
        return
    if is_true(request.get("Receive")):
        request.world.later(0, lambda: channel.tell("Flash"))
    request.succeed("Flash successfully queued")


@answers("MuteAudio")
def mute(request: Request) -> None:
    """Silence directions of a channel's sound, or end the silence (manager_mutestream)."""
    for header in ("Channel", "State", "Direction"):
        if not request.get(header):
            request.fail(f"{header} not specified")
            return
    channel = find_channel(request)
    if channel is None:
        return
    direction = request.get("Direction").lower()
    if direction not in {"in", "out", "all"}:
        request.fail("Failed to mute/unmute stream")
        return
    muted: set[str] = channel.facts.setdefault("muted", set())
    chosen = {"in", "out"} if direction == "all" else {direction}
    if is_true(request.get("State")):
        muted |= chosen
    else:
        muted -= chosen
    request.succeed()
    channel.reconfigure_bridge()


@answers("AbsoluteTimeout")
def limit(request: Request) -> None:
    """End a channel after some time (action_timeout)."""
    seconds = re.match(r"\s*(\d+(?:\.\d*)?|\.\d+)", request.get("Timeout"))
    if not request.get("Channel"):
        request.fail("No channel specified")
    elif seconds is None or not float(seconds[1]):
        request.fail("No timeout specified")
    elif channel := find_channel(request):
        _limit(channel, float(seconds[1]))
        request.succeed("Timeout Set")


def _limit(channel: Channel, seconds: float) -> None:
    ends_at = channel.world.now() + seconds
    channel.facts["ends_at"] = ends_at

    def end() -> None:
        if not channel.hung_up and channel.facts.get("ends_at") == ends_at:
            channel.ask_to_end(SoftHangup.TIMEOUT)

    channel.world.later(seconds, end)


@answers("SendText")
def send_text(request: Request) -> None:
    """Show a text on a channel's phone (action_sendtext)."""
    if not request.get("Channel"):
        request.fail("No channel specified")
    elif not request.get("Message"):
        request.fail("No Message specified")
    elif find_channel(request):
        request.succeed("Success")


@answers("ControlPlayback")
def control_playback(request: Request) -> None:
    """Stop, pause or wind what a channel plays (controlplayback_manager)."""
    for header in ("Channel", "Control"):
        if not request.get(header):
            request.fail(f"{header} not specified")
            return
    channel = find_channel(request)
    if channel is None:
        return
    if request.get("Control").lower() not in _CONTROLS:
        request.fail("Unknown control type")
        return
    request.succeed()
