"""Carrying out an action for somebody, and saying in the log who did what and how it went."""

from __future__ import annotations

from typing import Any

from structlog.typing import FilteringBoundLogger

from amictl.errors import AmictlError
from amictl.manager import Pbx
from amictl.protocol import Action, Reply
from amictl.services.access import Actor


def execute_logged(
    log: FilteringBoundLogger,
    pbx: Pbx,
    action: Action,
    actor: Actor,
    **facts: Any,  # noqa: ANN401 - log values
) -> Reply:
    """Return the PBX's reply to an action, and log one line with its outcome.

    Args:
        log: The service's own log.
        pbx: Where to do it.
        action: What to do.
        actor: For whom.
        facts: What else to log; nothing secret.

    Raises:
        PbxError: The PBX could not be asked, refused, or did not answer.
    """
    line = log.bind(action=action.name, pbx=pbx.name, username=actor.username, via=actor.via, **facts)
    try:
        reply = pbx.manager.execute(action)
    except AmictlError as error:
        line.warning("action_failed", outcome=error.code, detail=error.detail)
        raise
    line.info("action_done", outcome="done", action_id=reply.action_id)
    return reply
