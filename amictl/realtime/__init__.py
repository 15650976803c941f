"""Socket.IO: subscriptions to the live picture, and what changes in it, in batches."""

from amictl.realtime.publisher import ChangeSignal
from amictl.realtime.server import Realtime

__all__ = ["ChangeSignal", "Realtime"]
