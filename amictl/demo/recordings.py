"""Recordings of channels: MixMonitor, of which the demo keeps all but the sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from amictl.demo.arguments import parse_options, split_arguments
from amictl.demo.channels import Channel

_FOLDER: Final = "/var/spool/asterisk/monitor"
_KEY: Final = "recordings"


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording of a channel.

    Args:
        recording_id: Asterisk's own name for it, an address.
        file: The mixed file; empty where the directions have files of their own only.
    """

    recording_id: str
    file: str


def recordings(channel: Channel) -> list[Recording]:
    """Return a channel's recordings, the latest first."""
    kept: list[Recording] = channel.facts.setdefault(_KEY, [])
    return kept


def start_recording(channel: Channel, data: str) -> Recording | None:
    """Begin to record a channel ("Asterisk apps/app_mixmonitor.c", mixmonitor_exec).

    Args:
        channel: Which.
        data: File, options and command, as the application takes them.

    Returns:
        The recording; None where there is no file for it.
    """
    file, option_text, _ = split_arguments(data, 3)
    options = parse_options(option_text)
    if not (file or options.get("r") or options.get("t")):
        return None
    path = file if file.startswith("/") or not file else f"{_FOLDER}/{file}"
    recording = Recording(f"0x7f{channel.world.random.getrandbits(40):010x}", path)
    if "i" in options:
        channel.set_variable(options["i"], recording.recording_id)
    if path:
        channel.set_variable("MIXMONITOR_FILENAME", path)
    recordings(channel).insert(0, recording)
    channel.tell("MixMonitorStart")
    channel.reconfigure_bridge()
    return recording


def stop_recording(channel: Channel, recording_id: str = "") -> bool:
    """End the latest recording of a channel, or a certain one.

    Returns:
        Whether there was one.
    """
    kept = recordings(channel)
    found = next((each for each in kept if recording_id in {"", each.recording_id}), None)
    if found is None:
        return False
    kept.remove(found)
    channel.tell("MixMonitorStop")
    channel.reconfigure_bridge()
    return True


def toggle_recording(channel: Channel) -> None:
    """Begin a recording, or end the one that runs: the feature ``automixmon``."""
    if stop_recording(channel):
        return
    peer = channel.connected.number or "unknown"
    stamp = int(channel.world.now())
    start_recording(channel, f"auto-{stamp}-{channel.caller.number}-{peer}.wav,b")
