"""What a message changed in the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from amictl.pbx.topics.agents.value import Agent
from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.calls.value import Call
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.conferences.value import Conference
from amictl.pbx.topics.endpoints.value import Endpoint
from amictl.pbx.topics.links.value import LinkStatus
from amictl.pbx.topics.originations.value import Origination
from amictl.pbx.topics.parking.value import ParkedCall
from amictl.pbx.topics.queues.value import Queue
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

Model = (
    Channel | Call | Bridge | Queue | Agent | LinkStatus | Origination | Endpoint | ParkedCall | Conference
)


VALUES: Final[Mapping[str, type[Model]]] = {
    PBX: LinkStatus,
    CHANNELS: Channel,
    CALLS: Call,
    BRIDGES: Bridge,
    QUEUES: Queue,
    AGENTS: Agent,
    ENDPOINTS: Endpoint,
    PARKING: ParkedCall,
    CONFERENCES: Conference,
    ACTIONS: Origination,
}
"""What a topic's values are; raw events are no values."""


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
    value: Model | None = None


Changes = Sequence[Change]
NO_CHANGES: Final[Changes] = ()
