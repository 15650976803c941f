"""The topic ``conferences``: how it is asked for, checked, kept and shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace as replace_step
from functools import partial
from typing import Final

from msgspec.structs import replace

from amictl.errors import InvalidInput
from amictl.pbx.actions import make_action
from amictl.pbx.changes import CONFERENCES, Changes
from amictl.pbx.lists import InnerRows, ListCheck, Rows, SnapshotStep, Steps, load_into
from amictl.pbx.topics.bridges.table import BridgeTable
from amictl.pbx.topics.channels.table import ChannelTable
from amictl.pbx.topics.conferences.lists import read_parties, read_rooms
from amictl.pbx.topics.conferences.table import ConferenceTable
from amictl.pbx.topics.conferences.value import Conference
from amictl.pbx.topics.spec import Kept, SessionParts, Sight, TopicSpec
from amictl.protocol import Message, Reply

# How long a conference may be locked before that shows; amictl's own locks show at once.
_LOCK_SECONDS: Final = 30.0
# The function CHANNELS, with an expression of the PBX's own kind.
_RECORDERS: Final = "CHANNELS(^CBRec/)"

# What only lists ever tell (who is marked, locks, what phone it is) is no drift: it is loaded when needed.
_PARTIES: Final = InnerRows("party", "unique_id", Rows(fields=("admin", "muted", "talking")))


def ask_for_rooms() -> Steps:
    """Return what asks for the conferences alone, without who is in each: which there are and are locked."""
    return (replace_step(_ROOMS, then=None),)


def ask_for_parties(conference: str) -> Steps:
    """Return what asks who is in a conference; nothing where its name cannot be sent back as it came.

    Args:
        conference: Its name.
    """
    try:
        action = make_action("ConfbridgeList", conference=conference)
    except InvalidInput:
        return ()

    def load(table: ConferenceTable, items: Iterable[Message]) -> Changes:
        return table.load_parties(conference, items)

    check = ListCheck(
        CONFERENCES,
        Rows(inner={"parties": _PARTIES}),
        partial(read_parties, conference),
        complete=False,
        among=partial(_is_named, conference),
    )
    return (SnapshotStep(action, load_into(ConferenceTable, load), optional=True, check=check),)


def _is_named(name: str, conference: Conference) -> bool:
    return conference.conference == name


def _follow_rooms(reply: Reply) -> Steps:
    """Ask who is in each conference, and which are recorded."""
    if not reply.items:
        return ()
    recorders = SnapshotStep(
        make_action("Getvar", variable=_RECORDERS),
        load_into(ConferenceTable, ConferenceTable.load_recorders),
        optional=True,
    )
    parties = (step for item in reply.items for step in ask_for_parties(item.get("Conference", "")))
    return (*parties, recorders)


_ROOMS: Final = SnapshotStep(
    make_action("ConfbridgeListRooms"),
    load_into(ConferenceTable, ConferenceTable.load_rooms),
    optional=True,
    check=ListCheck(CONFERENCES, Rows(), read_rooms),
    then=_follow_rooms,
    reload_every=_LOCK_SECONDS,
)


def _keep(session: SessionParts) -> Kept:
    table = ConferenceTable(session.clock, session.of(ChannelTable), session.of(BridgeTable).by_id)
    return Kept(table, table.by_name, table.correct, table.handlers())


def _see(conference: Conference, sight: Sight) -> Conference | None:
    """Return a conference with the parties that are seen."""
    parties = tuple(each for each in conference.parties if sight.sees_channel(each.unique_id, each.linked_id))
    return replace(conference, parties=parties) if parties else None


TOPIC: Final = TopicSpec(
    CONFERENCES,
    Conference,
    1024,
    _see,
    events={
        "call": (
            "ConfbridgeStart",
            "ConfbridgeEnd",
            "ConfbridgeJoin",
            "ConfbridgeLeave",
            "ConfbridgeMute",
            "ConfbridgeUnmute",
            "ConfbridgeTalking",
            "ConfbridgeRecord",
            "ConfbridgeStopRecord",
        )
    },
    keep=_keep,
    # After the bridges, which name them.
    lists=(_ROOMS,),
    ask=lambda key: ask_for_parties(key) if key else (_ROOMS,),
)
