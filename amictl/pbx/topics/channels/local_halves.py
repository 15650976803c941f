"""The two halves of a Local channel: ``;1`` is what was dialled, ``;2`` runs the dialplan on its other side.

A queue that dials a member by a Local channel talks to the first half for as long as that is there; who is
behind it is in a bridge with the second one. Asterisk moves the second half alone when whoever is there hands
the call over, and app_queue hears nothing of it (22.10 and 16.28): no ``AgentComplete`` with the reason
``transfer``, ``COMPLETECALLER`` or ``COMPLETEAGENT`` in queue_log when all is over, and the member in a call
until then, or until the device named as its state interface is idle.
"""

from __future__ import annotations

from typing import Final

from amictl.protocol import Message

LOCAL: Final = "Local/"
"""How the names of Local channels begin."""

_FIRST: Final = ";1"
_SECOND: Final = ";2"
_TRANSFERS: Final = frozenset({"BlindTransfer", "AttendedTransfer"})


def second_half_of(channel: str) -> str:
    """Return the name of a Local channel's second half, by its first; empty for any other channel."""
    is_first = channel.startswith(LOCAL) and channel.endswith(_FIRST)
    return channel.removesuffix(_FIRST) + _SECOND if is_first else ""


def first_half_of(channel: str) -> str:
    """Return the name of a Local channel's first half, by its second; empty for any other channel."""
    is_second = channel.startswith(LOCAL) and channel.endswith(_SECOND)
    return channel.removesuffix(_SECOND) + _FIRST if is_second else ""


def read_departure(message: Message) -> str:
    """Return the name of the second half that an event takes away from whoever is behind it.

    Args:
        message: A ``BlindTransfer``, ``AttendedTransfer`` or ``BridgeLeave`` event.

    Returns:
        Empty where it does so with no Local channel.
    """
    if message.name not in _TRANSFERS:
        channel = message.get("Channel", "")
    elif message.get("Result") == "Success":
        channel = message.get("TransfereeChannel", "")
    else:
        return ""
    return channel if first_half_of(channel) else ""
