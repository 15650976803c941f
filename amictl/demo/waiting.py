"""How applications let time pass."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

if TYPE_CHECKING:
    from amictl.demo.channels import Channel


def pause(channel: Channel, seconds: float | None) -> Generator[simpy.Event, Any, None]:
    """Wait, unless the channel ends or is sent elsewhere.

    Args:
        channel: Whose process waits.
        seconds: How long; None is until then.

    Raises:
        simpy.Interrupt: It ends or goes elsewhere; at once where it was asked to before.
    """
    if channel.is_ending:
        raise simpy.Interrupt(None)
    if seconds is None:
        yield channel.world.env.event()
    elif seconds > 0:
        yield channel.world.env.timeout(seconds)
