"""The topic ``bridges``: how it is asked for, checked, kept and shown."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from amictl.pbx.actions import make_action
from amictl.pbx.changes import BRIDGES
from amictl.pbx.lists import ListCheck, Rows, SnapshotStep
from amictl.pbx.topics.bridges.table import BridgeTable, read_listed_bridges
from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.spec import Kept, SessionParts, Sight, TopicSpec

# Who is inside is not told by the list; the channels' bridge_id is compared instead.
_CHECK: Final = ListCheck(
    BRIDGES, Rows(fields=("type", "technology", "name", "creator")), read_listed_bridges, itemwise=True
)


def _keep(_session: SessionParts) -> Kept:
    table = BridgeTable()
    return Kept(table, table.by_id, table.correct)


def _see(bridge: Bridge, sight: Sight) -> Bridge | None:
    """Return a bridge with the channels that are seen."""
    channels = tuple(each for each in bridge.channels if sight.sees_channel(each))
    return replace(bridge, channels=channels) if channels else None


TOPIC: Final = TopicSpec(
    BRIDGES,
    Bridge,
    2048,
    _see,
    events={"call": ("BridgeCreate", "BridgeEnter", "BridgeLeave", "BridgeDestroy")},
    keep=_keep,
    # After the channels: the list does not tell who is inside, they do.
    lists=(
        SnapshotStep(
            make_action("BridgeList"),
            lambda tables, items: tables.load_bridges(items),
            check=_CHECK,
            racy=True,
        ),
    ),
)
