"""Local channels leave a call when its ends can be joined (Asterisk: try_swap_optimize_out)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from amictl.demo.causes import Cause

if TYPE_CHECKING:
    from amictl.demo.bridges import Bridge
    from amictl.demo.channels import Channel

_SOUND_AFTER: Final = 0.02  # seconds until the first frame of sound, which makes Asterisk look
_ALLOWED: Final = "may_optimize"


def watch_local_channels(bridge: Bridge) -> None:
    """Look soon whether a Local channel can leave, after somebody came into a bridge."""
    for channel in bridge.channels:
        if channel.peer_half is not None and channel.facts.get(_ALLOWED):
            one = channel if channel.name.endswith(";1") else channel.peer_half
            bridge.world.later(_SOUND_AFTER, partial(_optimize, one))


def _optimize(one: Channel) -> None:
    """Let the party behind the second half take the first half's place, where both are in calls of two."""
    two = one.peer_half
    if two is None or not _can_leave(one) or not _can_leave(two):
        return
    target, source = one.bridge, two.bridge
    if target is None or source is None or target is source:
        return
    (party,) = source.others(two)
    world = one.world
    halves = (one.headers("LocalOne"), two.headers("LocalTwo"))
    number = (("Id", str(world.lines.next_optimization())),)
    destination = (("DestUniqueId", two.unique_id),)
    world.emit("LocalOptimizationBegin", *halves, party.headers("Source"), destination, number)
    source.dissolves = target.dissolves = False
    source.take_out(party, keeps_peers=True)
    target.forget_peer(one)
    target.take_out(one, keeps_peers=True)
    target.enter(party, swaps=one)
    target.dissolves = True
    source.forget_peer(two)
    two.publish()
    # Asterisk says no to its own success: optimization_finished is told whether it may be tried again.
    halves = (one.headers("LocalOne"), two.headers("LocalTwo"))
    world.emit("LocalOptimizationEnd", *halves, (("Success", "No"),), number)
    one.hangup_cause = one.hangup_cause or Cause.NORMAL
    source.dissolves = True


def _can_leave(half: Channel) -> bool:
    """Tell whether a half talks to one other, in a bridge that no queue or consultation watches over."""
    bridge = half.bridge
    return (
        bool(half.facts.get(_ALLOWED))
        and not half.is_ending
        and bridge is not None
        and bridge.type == "basic"
        and bridge.dissolves
        and len(bridge.channels) == 2
        and bridge.on_leave is None
        and not bridge.on_transfer
        and not bridge.is_merged
    )
