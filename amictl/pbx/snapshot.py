"""The lists that make a picture whole after login, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from amictl.pbx import actions
from amictl.pbx.changes import Changes
from amictl.pbx.drift import ListCheck
from amictl.pbx.list_checks import BRIDGES_CHECK, CHANNELS_CHECK, QUEUES_CHECK
from amictl.pbx.state import PbxState
from amictl.protocol import Action, Message, Reply


@dataclass(frozen=True, slots=True)
class SnapshotStep:
    """One list.

    Args:
        name: The AMI action's name.
        action: Makes the action that asks for the list.
        read: Loads the list's items into a state and returns what changed.
        optional: Whether a PBX may lack it, for want of a module or by its version: nothing to complain of.
        check: How the picture is compared with the list later on; None where it is not.
    """

    name: str
    action: Callable[[], Action]
    read: Callable[[PbxState, Iterable[Message]], Changes]
    optional: bool = False
    check: ListCheck | None = None

    def load(self, state: PbxState, reply: Reply) -> Changes:
        """Make a part of a state equal to the list; no events may be applied in between its items.

        Args:
            state: The state that changes.
            reply: The whole list. One that failed changes nothing.

        Returns:
            What changed.
        """
        return self.read(state, reply.items) if reply.success else ()


# Bridges come after channels: BridgeList does not tell who is inside, the channels do.
SNAPSHOT_STEPS: Final = (
    SnapshotStep(
        "CoreShowChannels", actions.core_show_channels, PbxState.load_channels, check=CHANNELS_CHECK
    ),
    SnapshotStep("BridgeList", actions.bridge_list, PbxState.load_bridges, check=BRIDGES_CHECK),
    SnapshotStep("QueueStatus", actions.queue_status, PbxState.load_queues, check=QUEUES_CHECK),
)
