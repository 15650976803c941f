"""What a message changed in the picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from amictl.pbx.value import Value

PBX: Final = "pbx"
CHANNELS: Final = "channels"
CALLS: Final = "calls"
BRIDGES: Final = "bridges"
QUEUES: Final = "queues"
AGENTS: Final = "agents"
ENDPOINTS: Final = "endpoints"
PARKING: Final = "parking"
CONFERENCES: Final = "conferences"
ACTIONS: Final = "actions"
EVENTS: Final = "events"


class Change(Value, frozen=True):
    """One change of one value.

    Args:
        topic: The topic it belongs to.
        op: ``put`` for new and changed values, ``del`` for values that are gone.
        key: The value's key within the topic.
        value: The whole new value; None for ``del``.
    """

    topic: str
    op: Literal["put", "del"]
    key: str
    value: Value | None = None


Changes = Sequence[Change]
NO_CHANGES: Final[Changes] = ()
