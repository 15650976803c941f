"""The topic ``parking``: how it is asked for, checked, kept and shown."""

from __future__ import annotations

from typing import Final

from amictl.pbx.actions import make_action
from amictl.pbx.changes import PARKING
from amictl.pbx.lists import ListCheck, Rows, SnapshotStep, load_into
from amictl.pbx.topics.channels.table import ChannelTable
from amictl.pbx.topics.parking.table import ParkingTable, read_parked_calls
from amictl.pbx.topics.parking.value import ParkedCall
from amictl.pbx.topics.spec import Kept, SessionParts, Sight, TopicSpec

_CHECK: Final = ListCheck(PARKING, Rows(fields=("channel", "lot", "space", "parked_by")), read_parked_calls)
_LIST: Final = SnapshotStep(
    make_action("ParkedCalls"), load_into(ParkingTable, ParkingTable.load), optional=True, check=_CHECK
)


def _keep(session: SessionParts) -> Kept:
    table = ParkingTable(session.clock, session.of(ChannelTable))
    return Kept(table, table.by_id, table.correct, table.handlers())


def _see(parked: ParkedCall, sight: Sight) -> ParkedCall | None:
    return parked if sight.sees_channel(parked.unique_id, parked.linked_id) else None


TOPIC: Final = TopicSpec(
    PARKING,
    ParkedCall,
    512,
    _see,
    events={
        "call": ("ParkedCall", "ParkedCallGiveUp", "ParkedCallSwap", "ParkedCallTimeOut", "UnParkedCall")
    },
    keep=_keep,
    lists=(_LIST,),
    ask=lambda _key: (_LIST,),
)
