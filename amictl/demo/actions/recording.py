"""Actions that record calls ("Asterisk apps/app_mixmonitor.c")."""

from __future__ import annotations

from typing import Final

from amictl.demo.actions.lookups import find_channel
from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import Request
from amictl.demo.arguments import parse_options
from amictl.demo.configuration import is_false, is_true
from amictl.demo.recordings import recordings, start_recording, stop_recording

_NO_CHANNEL: Final = "No channel specified"


@answers("MixMonitor")
def start(request: Request) -> None:
    """Record both directions of a channel into one file (manager_mixmonitor)."""
    channel = find_channel(request, unnamed=_NO_CHANNEL)
    if channel is None:
        return
    options = request.get("Options")
    recording = start_recording(channel, f"{request.get('File')},{options},{request.get('Command')}")
    if recording is None:
        request.fail("Could not start monitoring channel")
    elif "i" in parse_options(options):
        request.give([("MixMonitorID", recording.recording_id)])
    else:
        request.succeed()


@answers("StopMixMonitor")
def stop(request: Request) -> None:
    """End one recording of a channel (manager_stop_mixmonitor)."""
    channel = find_channel(request, unnamed=_NO_CHANNEL)
    if channel is None:
        return
    if stop_recording(channel, request.get("MixMonitorID")):
        request.succeed()
    else:
        request.fail("Could not stop monitoring channel")


@answers("MixMonitorMute")
def mute(request: Request) -> None:
    """Record silence instead of a channel's sound, or its sound again (manager_mute_mixmonitor)."""
    direction = request.get("Direction")
    refusal = _refuse_mute(request, direction)
    if refusal:
        request.fail(refusal)
        return
    channel = find_channel(request)
    if channel is None:
        return
    wanted = request.get("MixMonitorID")
    if wanted and all(wanted != each.recording_id for each in recordings(channel)):
        request.fail("Cannot set mute flag")
        return
    state = "0" if is_false(request.get("State")) or not is_true(request.get("State")) else "1"
    channel.tell("MixMonitorMute", ("Direction", direction), ("State", state))
    request.succeed()


def _refuse_mute(request: Request, direction: str) -> str:
    if not direction:
        return "No direction specified. Must be read, write or both"
    if direction.lower() not in {"read", "write", "both"}:
        return "Invalid direction specified. Must be read, write or both"
    if not request.get("Channel"):
        return _NO_CHANNEL
    return "" if request.get("State") else "No state specified"
