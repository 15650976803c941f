"""Applications that listen to other channels: ChanSpy, and MixMonitor that records."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

import simpy

from amictl.demo.applications.registry import application
from amictl.demo.arguments import split_arguments
from amictl.demo.channels import Channel, State
from amictl.demo.mailbox import Mailbox
from amictl.demo.recordings import start_recording, stop_recording
from amictl.demo.waiting import pause

Steps = Generator[simpy.Event, Any, bool | None]
_LOOKS_AGAIN: Final = 1.0  # seconds: with nobody to listen to, ChanSpy looks so often


@application("ChanSpy")
def spy(channel: Channel, data: str) -> Steps:
    """Listen to the channels whose names begin so, one after the other ("Asterisk apps/app_chanspy.c")."""
    prefix, _ = split_arguments(data, 2)
    if channel.state != State.UP:
        channel.answer()
    while True:
        spied = _find(channel, prefix)
        if spied is None:
            yield from pause(channel, _LOOKS_AGAIN)
        else:
            yield from _listen(channel, spied)


def _find(spy_channel: Channel, prefix: str) -> Channel | None:
    """Return the first channel of that name that talks."""
    wanted = prefix.lower()
    candidates = (
        each
        for each in spy_channel.world.channels.all()
        if each is not spy_channel and each.name.lower().startswith(wanted)
    )
    return next((each for each in candidates if each.state == State.UP and each.bridge is not None), None)


def _listen(channel: Channel, spied: Channel) -> Generator[simpy.Event, Any, None]:
    """Listen to a channel until it ends, or whoever listens does."""
    world = channel.world
    ended: Mailbox[Channel] = Mailbox(world.env)
    spied.on_end.append(ended.put)
    world.emit("ChanSpyStart", channel.headers("Spyer"), spied.headers("Spyee"))
    spied.reconfigure_bridge()
    try:
        yield from ended.take()
    finally:
        if ended.put in spied.on_end:
            spied.on_end.remove(ended.put)
        world.emit("ChanSpyStop", channel.headers("Spyer"), spied.headers("Spyee"))
        if not spied.hung_up:
            spied.reconfigure_bridge()
    yield from pause(channel, 0)


@application("MixMonitor")
def mix_monitor(channel: Channel, data: str) -> Steps:
    """Begin to record the channel."""
    start_recording(channel, data)
    return None
    yield


@application("StopMixMonitor")
def stop_mix_monitor(channel: Channel, data: str) -> Steps:
    """End a recording of the channel."""
    stop_recording(channel, data)
    return None
    yield
