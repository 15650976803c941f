"""The one way to the PBX: an action that changes something is recorded before it is sent and afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from amictl.errors import ActionRefused, AmictlError, PbxError
from amictl.manager import Pbx
from amictl.protocol import Action, Reply
from amictl.services.access import Actor, require
from amictl.services.execution.action_metrics import ActionMetrics
from amictl.services.execution.audit import AskedRow, AuditService
from amictl.store.audit_entry import DONE
from amictl.store.permissions import Permission

_TIMEOUT = 10.0  # seconds
_log = structlog.get_logger(__name__)


class Execution:
    """Carries out actions for somebody.

    Args:
        audit: Records what was asked and what became of it.
        metrics: Counts outcomes, and the time that they took.
        clock: Returns seconds that only grow.
    """

    def __init__(
        self, audit: AuditService, metrics: ActionMetrics, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._audit = audit
        self.metrics = metrics
        self._clock = clock

    def write(
        self,
        actor: Actor,
        pbx: Pbx,
        action: Action,
        *,
        permission: Permission,
        queue: str | None = None,
        timeout: float = _TIMEOUT,
        **facts: Any,  # noqa: ANN401 - log values
    ) -> Reply:
        """Return the PBX's reply to an action that changes something.

        Nothing is sent unless the database has the row that says so.

        Args:
            actor: For whom.
            pbx: Where.
            action: What to do.
            permission: What the actor needs for it; checked here once more.
            queue: The queue that it is about, if any.
            timeout: Seconds to wait for the answer.
            facts: What else to say in the log line; nothing secret.

        Raises:
            PermissionDenied: The actor may not do this there; nothing was sent.
            InvalidInput: The action cannot be sent as it is.
            PbxError: The PBX could not be asked, refused, or did not answer.
        """
        require(actor, permission, pbx.name, queue)
        asked = self._audit.record_action(actor, pbx.name, action, permission, queue)
        begun = self._clock()
        line = _log.bind(action=action.name, pbx=pbx.name, username=actor.username, via=actor.via, **facts)
        try:
            reply = pbx.manager.execute(action, timeout)
        except AmictlError as error:
            words = error.ami if isinstance(error, PbxError) and error.ami else error.detail
            noted = self._settle(asked, error.code, words, begun)
            self._count(pbx, action, error.code, begun)
            line.warning("action_failed", outcome=error.code, detail=error.detail, audit=noted)
            raise
        except Exception as error:
            self._settle(asked, AmictlError.code, f"A defect: {type(error).__name__}.", begun)
            self._count(pbx, action, AmictlError.code, begun)
            raise
        noted = self._settle(asked, DONE, reply.message, begun)
        self._count(pbx, action, DONE, begun)
        line.info("action_done", outcome=DONE, action_id=reply.action_id, audit=noted)
        return reply

    def read(self, pbx: Pbx, action: Action, timeout: float = _TIMEOUT) -> Reply:
        """Return the PBX's reply to a question; the caller has checked who asks.

        Args:
            pbx: Where.
            action: What to ask; one with ``changes_pbx`` off.
            timeout: Seconds to wait for the answer.

        Raises:
            PbxError: The PBX could not be asked, refused, or did not answer.
            ValueError: The action changes the PBX: a defect of the caller.
        """
        if action.changes_pbx:
            raise ValueError(f"{action.name} changes the PBX: use write")
        begun = self._clock()
        try:
            reply = pbx.manager.execute(action, timeout)
        except AmictlError as error:
            self._count(pbx, action, error.code, begun)
            raise
        self._count(pbx, action, DONE, begun)
        return reply

    def _count(self, pbx: Pbx, action: Action, outcome: str, begun: float) -> None:
        self.metrics.note(pbx.name, action.name, outcome, self._clock() - begun)

    def _settle(self, asked: AskedRow, outcome: str, message: str | None, begun: float) -> str | None:
        """Record the outcome; return its row and hash, which the log line keeps outside of the database."""
        stamp = self._audit.record_outcome(asked, outcome, message, (self._clock() - begun) * 1000)
        return None if stamp is None else f"{stamp.id}:{stamp.hash}"


@contextmanager
def translate_refusal(words: str, meaning: AmictlError) -> Iterator[None]:
    """Raise an error that says what the PBX's refusal means, when it refuses with certain words.

    Args:
        words: Part of the PBX's message, in lower case.
        meaning: What to raise instead.
    """
    try:
        yield
    except ActionRefused as error:
        if words in (error.ami or "").lower():
            raise meaning from error
        raise
