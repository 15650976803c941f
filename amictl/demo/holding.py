"""Holding: what the others of a bridge hear while one of them is away."""

from __future__ import annotations

from amictl.demo.channels import Channel


def hold_others(channel: Channel, music_class: str = "") -> None:
    """Let the others in a channel's bridge hear music; it is their devices that are on hold."""
    channel.holds = True
    for other in channel.bridge.others(channel) if channel.bridge else ():
        other.start_music(music_class or channel.music_class)
        other.hold(is_held=True)


def release_others(channel: Channel) -> None:
    """Undo `hold_others`."""
    channel.holds = False
    for other in channel.bridge.others(channel) if channel.bridge else ():
        other.stop_music()
        other.hold(is_held=False)
