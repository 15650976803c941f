"""The topic ``channels``: how it is asked for, checked, kept and shown."""

from __future__ import annotations

from typing import Final

from amictl.errors import InvalidInput
from amictl.pbx.actions import make_action
from amictl.pbx.changes import CHANNELS
from amictl.pbx.lists import ListCheck, Rows, SnapshotStep, Steps, load_into
from amictl.pbx.topics.channels.lists import read_listed_channels
from amictl.pbx.topics.channels.table import ChannelTable
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.topics.spec import Kept, SessionParts, Sight, TopicSpec

_CHECK: Final = ListCheck(
    CHANNELS,
    Rows(
        fields=(
            "channel",
            "linked_id",
            "state",
            "caller_id_num",
            "caller_id_name",
            "connected_line_num",
            "connected_line_name",
            "context",
            "exten",
            "priority",
            "application",
            "application_data",
            "account_code",
            "language",
            "bridge_id",
        )
    ),
    read_listed_channels,
    itemwise=True,
)
CHANNEL_LIST: Final = SnapshotStep(
    make_action("CoreShowChannels"),
    lambda tables, items: tables.load_channels(items),
    check=_CHECK,
    racy=True,
)


def ask_for_application(unique_id: str) -> Steps:
    """Return what asks which application a channel runs; nothing where its ID cannot be sent back as it came.

    Args:
        unique_id: The channel.
    """
    try:
        action = make_action("Status", channel=unique_id)
    except InvalidInput:
        return ()
    return (SnapshotStep(action, load_into(ChannelTable, ChannelTable.load_applications), optional=True),)


def _keep(session: SessionParts) -> Kept:
    earlier = session.earlier(ChannelTable)
    table = ChannelTable(session.clock, earlier.by_id if earlier else {}, session.doubts)
    return Kept(table, table.by_id, table.correct)


def _see(channel: Channel, sight: Sight) -> Channel | None:
    return channel if sight.sees_call(channel.linked_id or channel.unique_id) else None


TOPIC: Final = TopicSpec(
    CHANNELS,
    Channel,
    4096,
    _see,
    events={
        "call": (
            "Newchannel",
            "Newstate",
            "NewCallerid",
            "NewConnectedLine",
            "NewAccountCode",
            "Rename",
            "Hangup",
            "Hold",
            "Unhold",
            "BridgeEnter",
            "BridgeLeave",
        ),
        "dialplan": ("Newexten", "VarSet"),
    },
    keep=_keep,
    lists=(CHANNEL_LIST,),
    ask=ask_for_application,
)
