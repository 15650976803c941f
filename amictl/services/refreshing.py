"""Letting the live picture follow changes of queues and conferences that the PBX makes without an event."""

from __future__ import annotations

import structlog

from amictl.errors import PbxError, RateLimited
from amictl.manager import Pbx
from amictl.pbx import SNAPSHOT_STEPS, SnapshotStep

_QUEUE_STEP = next(step for step in SNAPSHOT_STEPS if step.name == "QueueStatus")
_CONFERENCE_STEP = next(step for step in SNAPSHOT_STEPS if step.name == "ConfbridgeListRooms")
_log = structlog.get_logger(__name__)


def refresh_queues(pbx: Pbx) -> bool:
    """Ask for the queues again, and return whether the picture has them.

    What was done before is done: a failure here is no failure of it, and the picture follows with its next
    list.

    Args:
        pbx: Where queues changed.
    """
    return _refresh(pbx, _QUEUE_STEP)


def refresh_conferences(pbx: Pbx) -> bool:
    """Ask for the conferences again, as `refresh_queues` does for the queues.

    Args:
        pbx: Where a conference was locked, or opened again.
    """
    return _refresh(pbx, _CONFERENCE_STEP)


def _refresh(pbx: Pbx, step: SnapshotStep) -> bool:
    try:
        pbx.manager.refresh(step)
    except (PbxError, RateLimited) as error:
        _log.warning("picture_not_refreshed", pbx=pbx.name, ami_list=step.name, detail=error.detail)
        return False
    return True
