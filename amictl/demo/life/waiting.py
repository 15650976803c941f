"""Letting time pass while a call goes on."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from amictl.demo.channels import Channel, State

Process = Generator[simpy.Event, Any, None]
Answer = Generator[simpy.Event, Any, bool]


def stay(channel: Channel, seconds: float) -> Answer:
    """Wait for a while; return whether the channel is still there after it."""
    env = channel.world.env
    if channel.hung_up:
        return False
    ended = env.event()

    def note_end(_channel: Channel) -> None:
        if not ended.triggered:
            ended.succeed()

    channel.on_end.append(note_end)
    yield env.timeout(seconds) | ended
    if channel.hung_up:
        return False
    channel.on_end.remove(note_end)
    return True


def await_answer(channel: Channel, seconds: float, look: float = 0.5) -> Answer:
    """Wait until somebody talks to the channel; return whether somebody does.

    Args:
        channel: One that calls.
        seconds: How long to wait at most.
        look: Seconds between two looks.
    """
    waited = 0.0
    while waited < seconds:
        if not (yield from stay(channel, look)):
            return False
        if partner_of(channel) is not None:
            return True
        waited += look
    return False


def partner_of(channel: Channel) -> Channel | None:
    """Return whom a channel talks to; None while it talks to nobody, or to several."""
    bridge = channel.bridge
    if bridge is None or channel.state != State.UP:
        return None
    others = bridge.others(channel)
    return others[0] if len(others) == 1 and bridge.type == "basic" else None
