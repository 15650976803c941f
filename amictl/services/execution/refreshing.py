"""Waiting until the live picture has what an action changed and no event tells.

The action itself has the lists asked for (`amictl.pbx.picture.aftermath`); here they are waited for.
"""

from __future__ import annotations

import structlog

from amictl.errors import PbxError
from amictl.manager import Pbx
from amictl.pbx.lists import Steps
from amictl.pbx.topics.conferences.topic import ask_for_rooms
from amictl.pbx.topics.queues.topic import ask_for_queue

_log = structlog.get_logger(__name__)


def refresh_queues(pbx: Pbx, queue: str | None = None) -> bool:
    """Wait for a queue, or all, to be asked for again, and return whether the picture has it.

    A failure here is no failure of the action before it; the picture then follows with its next list.

    Args:
        pbx: Where queues changed.
        queue: The one that changed; None means all.
    """
    return _refresh(pbx, ask_for_queue(queue or ""))


def refresh_conferences(pbx: Pbx) -> bool:
    """Wait for the conferences, as `refresh_queues` does for the queues.

    Args:
        pbx: Where a conference was locked, or opened again.
    """
    return _refresh(pbx, ask_for_rooms())


def _refresh(pbx: Pbx, steps: Steps) -> bool:
    for step in steps:
        try:
            pbx.manager.refresh(step)
        except PbxError as error:
            _log.warning("picture_not_refreshed", pbx=pbx.name, ami_list=step.name, detail=error.detail)
            return False
    return True
