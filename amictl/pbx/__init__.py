"""The domain: what is known of a PBX, kept by events, and the actions that change it."""

from amictl.pbx.changes import Change
from amictl.pbx.models import (
    Bridge,
    Call,
    CallState,
    Channel,
    LinkState,
    LinkStatus,
    Origination,
    OriginationState,
    Queue,
    QueueCaller,
    QueueMember,
)
from amictl.pbx.picture import LivePicture
from amictl.pbx.snapshot import SNAPSHOT_STEPS, SnapshotStep
from amictl.pbx.state import PbxState
from amictl.pbx.topic_log import TopicLog
from amictl.pbx.topic_reads import TopicReplay, TopicSnapshot

__all__ = [
    "SNAPSHOT_STEPS",
    "Bridge",
    "Call",
    "CallState",
    "Change",
    "Channel",
    "LinkState",
    "LinkStatus",
    "LivePicture",
    "Origination",
    "OriginationState",
    "PbxState",
    "Queue",
    "QueueCaller",
    "QueueMember",
    "SnapshotStep",
    "TopicLog",
    "TopicReplay",
    "TopicSnapshot",
]
