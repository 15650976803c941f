"""The topics of the live picture; a new one is a folder of `amictl.pbx.topics` and its line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from amictl.pbx.changes import EVENTS
from amictl.pbx.lists import SnapshotStep
from amictl.pbx.topics.agents import topic as agents
from amictl.pbx.topics.bridges import topic as bridges
from amictl.pbx.topics.calls import topic as calls
from amictl.pbx.topics.channels import topic as channels
from amictl.pbx.topics.conferences import topic as conferences
from amictl.pbx.topics.endpoints import topic as endpoints
from amictl.pbx.topics.links import topic as links
from amictl.pbx.topics.originations import topic as originations
from amictl.pbx.topics.parking import topic as parking
from amictl.pbx.topics.queues import topic as queues
from amictl.pbx.topics.spec import TopicSpec

# Each after those that its table is made of, and that its lists are asked after.
_SPECS: Final[tuple[TopicSpec[Any], ...]] = (
    links.TOPIC,
    channels.TOPIC,
    bridges.TOPIC,
    queues.TOPIC,
    parking.TOPIC,
    conferences.TOPIC,
    endpoints.TOPIC,
    calls.TOPIC,
    agents.TOPIC,
    originations.TOPIC,
)
SPECS: Final[Mapping[str, TopicSpec[Any]]] = {spec.name: spec for spec in _SPECS}
"""The topics of values, by name."""

TOPICS: Final = (*SPECS, EVENTS)
"""The names of all topics."""

SNAPSHOT_STEPS: Final[tuple[SnapshotStep, ...]] = tuple(step for spec in _SPECS for step in spec.lists)
"""The lists that make a picture whole after login, in the order in which they are asked."""

LISTS: Final = {step.name: step for step in SNAPSHOT_STEPS}
"""The same, by the names of their actions."""
