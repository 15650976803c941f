"""Subscriptions to the live picture, and its changes in batches, over Socket.IO and plain WebSockets."""

from amictl.realtime.publisher import ChangeSignal
from amictl.realtime.server import Realtime

__all__ = ["ChangeSignal", "Realtime"]
