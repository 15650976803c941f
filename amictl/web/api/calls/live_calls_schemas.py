"""What the routes that read calls give."""

from __future__ import annotations

from amictl.pbx.topics.calls.value import Call
from amictl.services.schemas import LiveAnswer, Shown


class Calls(LiveAnswer):
    """The calls of a PBX."""

    calls: list[Shown[Call]]


class OneCall(LiveAnswer):
    """One call of a PBX."""

    call: Shown[Call]
