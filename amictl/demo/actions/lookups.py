"""What several actions read from a request, in Asterisk's way."""

from __future__ import annotations

import re

from amictl.demo.actions.request import Request
from amictl.demo.channels import Channel


def find_channel(
    request: Request, refusal: str = "No such channel", *, unnamed: str | None = None
) -> Channel | None:
    """Return the channel that an action names; refuse the action where it names none or there is none.

    Args:
        request: The action.
        refusal: What is said where there is no such channel.
        unnamed: What is said where none is named; None says the same.
    """
    if unnamed is not None and not request.get("Channel"):
        request.fail(unnamed)
        return None
    channel = request.world.channels.get(request.get("Channel"))
    if channel is None:
        request.fail(refusal)
    return channel


def read_priority(request: Request, prefix: str) -> int:
    """Return the priority of a place, by number or label; below 1 where there is none.

    Args:
        request: The action.
        prefix: What stands before ``Priority``, ``Context`` and ``Exten``: ``Extra`` or nothing.
    """
    text = request.get(f"{prefix}Priority")
    number = re.match(r"\s*[+-]?\d+", text)
    if number:
        return int(number.group())
    extensions = request.world.dialplan.extensions
    return extensions.label(request.get(f"{prefix}Context"), request.get(f"{prefix}Exten"), text) or -1
