"""The lists that make a picture whole after login, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from amictl.pbx import actions
from amictl.pbx.changes import Changes
from amictl.pbx.state import PbxState
from amictl.protocol import Action, Reply


@dataclass(frozen=True, slots=True)
class SnapshotStep:
    """One list.

    Args:
        name: The AMI action's name.
        action: Makes the action that asks for the list.
        read: Loads the reply into a state and returns what changed.
    """

    name: str
    action: Callable[[], Action]
    read: Callable[[PbxState, Reply], Changes]

    def load(self, state: PbxState, reply: Reply) -> Changes:
        """Make a part of a state equal to the list; no events may be applied in between its items.

        Args:
            state: The state that changes.
            reply: The whole list. One that failed changes nothing.

        Returns:
            What changed.
        """
        return self.read(state, reply) if reply.success else ()


def _load_channels(state: PbxState, reply: Reply) -> Changes:
    return state.channels.load(reply.items)


def _load_bridges(state: PbxState, reply: Reply) -> Changes:
    return state.bridges.load(reply.items, state.channels.by_id)


def _load_queues(state: PbxState, reply: Reply) -> Changes:
    return state.queues.load(reply.items)


# Bridges come after channels: BridgeList does not tell who is inside, the channels do.
SNAPSHOT_STEPS: Final = (
    SnapshotStep("CoreShowChannels", actions.core_show_channels, _load_channels),
    SnapshotStep("BridgeList", actions.bridge_list, _load_bridges),
    SnapshotStep("QueueStatus", actions.queue_status, _load_queues),
)
