"""What the lists of the PBX tell exactly, and what of it the picture must agree with.

Left out is what a list does not tell, or tells otherwise than events do: moments that it tells in whole
seconds, a caller's priority, hold. Where Asterisk changes something without an event, the difference is real:
it is counted as a drift and mended like any other (see the limits in the docstrings of the tables).
"""

from __future__ import annotations

from typing import Final

from amictl.pbx.bridges import read_listed_bridges
from amictl.pbx.changes import BRIDGES, CHANNELS, QUEUES
from amictl.pbx.channels import read_listed_channels
from amictl.pbx.drift import InnerRows, ListCheck, Rows
from amictl.pbx.queue_lists import read_listed_queues

CHANNELS_CHECK: Final = ListCheck(
    CHANNELS,
    Rows(
        fields=(
            *("channel", "linked_id", "state", "caller_id_num", "caller_id_name", "connected_line_num"),
            *("connected_line_name", "context", "exten", "priority", "application", "application_data"),
            *("account_code", "language", "bridge_id"),
        )
    ),
    read_listed_channels,
)

# Who is inside is not told by the list; the channels' bridge_id is compared instead.
BRIDGES_CHECK: Final = ListCheck(
    BRIDGES, Rows(fields=("type", "technology", "name", "creator")), read_listed_bridges
)

_MEMBERS: Final = InnerRows(
    "member",
    "interface",
    Rows(
        fields=(
            *("name", "state_interface", "membership", "penalty", "status", "in_call", "paused"),
            *("paused_reason", "paused_at", "logged_in_at", "wrapup_time"),
        ),
        # AgentComplete does not tell the second in which app_queue.c counts the call.
        near={"last_call_at": 2.0},
        counters=("calls_taken",),
    ),
)
_CALLERS: Final = InnerRows(
    "caller",
    "unique_id",
    Rows(fields=("position", "channel", "caller_id_num", "caller_id_name")),
    order="position",
)
QUEUES_CHECK: Final = ListCheck(
    QUEUES,
    Rows(
        fields=("strategy", "max", "weight", "service_level"),
        # app_queue.c averages whole seconds, which it measures a moment before or after its events; an error
        # of a second never grows beyond two by its formula.
        near={"hold_time": 2.0, "talk_time": 2.0, "service_level_perf": 0.2},
        counters=("completed", "abandoned"),
        inner={"members": _MEMBERS, "callers": _CALLERS},
    ),
    read_listed_queues,
)
