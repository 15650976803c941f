"""Letting the live picture follow changes of queues that the PBX makes without an event."""

from __future__ import annotations

import structlog

from amictl.errors import PbxError, RateLimited
from amictl.manager import Pbx
from amictl.pbx import SNAPSHOT_STEPS

_QUEUE_STEP = next(step for step in SNAPSHOT_STEPS if step.name == "QueueStatus")
_log = structlog.get_logger(__name__)


def refresh_queues(pbx: Pbx) -> bool:
    """Ask for the queues again, and return whether the picture has them.

    What was done before is done: a failure here is no failure of it, and the picture follows with its next
    list.

    Args:
        pbx: Where queues changed.
    """
    try:
        pbx.manager.refresh(_QUEUE_STEP)
    except (PbxError, RateLimited) as error:
        _log.warning("queues_not_refreshed", pbx=pbx.name, detail=error.detail)
        return False
    return True
