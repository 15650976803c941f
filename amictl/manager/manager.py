"""The link to one PBX, as the rest of amictl sees it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

from amictl.config import LinkSettings
from amictl.errors import ActionRefused, ActionTimeout, ActionUnsupported, LinkDown
from amictl.manager.link_metrics import LinkMetrics, LinkMetricsReading
from amictl.manager.rights import UserRights
from amictl.manager.session import Session
from amictl.manager.status import StatusBoard
from amictl.manager.supervisor import Supervisor
from amictl.manager.timings import LinkTimings
from amictl.pbx.actions import make_action
from amictl.pbx.catalogue import CATALOGUE, Offer, explain_missing, make_offers
from amictl.pbx.lists import SnapshotStep
from amictl.pbx.picture.aftermath import find_steps_after
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkStatus
from amictl.protocol import Action, Reply

_UNKNOWN_COMMAND = "invalid/unknown command"  # Asterisk main/manager.c, process_message
_MAX_REFUSAL = 4000  # characters of what a failed command printed


class AmiManager:
    """Keeps one PBX's live picture up to date and carries actions to that PBX; safe to call from any thread.

    Args:
        settings: Where and as whom to log in.
        picture: Filled by this manager alone.
        timings: How long to wait for what.
        draw: Source of the jitter of reconnects.
    """

    def __init__(
        self,
        settings: LinkSettings,
        picture: LivePicture,
        *,
        timings: LinkTimings = LinkTimings(),  # noqa: B008 - frozen
        draw: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.settings = settings
        self.picture = picture
        self._timings = timings
        self._draw = draw
        self._lifecycle = threading.Lock()  # one start or stop at a time
        self._warning: str | None = None
        self._board = StatusBoard(settings, picture)
        self._metrics = LinkMetrics()
        self._supervisor: Supervisor | None = None

    @property
    def name(self) -> str:
        """The PBX's short name."""
        return self.settings.name

    @property
    def status(self) -> LinkStatus:
        """The present status of the link."""
        return self._board.status

    @property
    def warning(self) -> str | None:
        """What is wrong with the stored settings; a link that is up goes on with those that it has."""
        return self._warning

    def warn(self, warning: str | None) -> None:
        """Show in the link's status what is wrong with the stored settings; None for nothing any more."""
        self._warning = warning
        self._board.warn(warning)

    @property
    def actions(self) -> frozenset[str] | None:
        """Lower-case names of the actions that this user may send to this PBX; None until known."""
        supervisor = self._supervisor
        return supervisor.actions if supervisor else None

    @property
    def rights(self) -> UserRights | None:
        """The AMI user's classes, as of the latest login; None when the PBX does not tell."""
        supervisor = self._supervisor
        return supervisor.rights if supervisor else None

    @property
    def metrics(self) -> LinkMetricsReading:
        """What was counted of the link since it was configured."""
        supervisor = self._supervisor
        session = supervisor.live if supervisor else None
        return self._metrics.read(session.pending_count if session else 0)

    def make_offers(self) -> tuple[Offer, ...]:
        """Return every action of the catalogue, with whether this user can use it on this PBX, or why not."""
        supervisor = self._supervisor
        listing = supervisor.listing if supervisor else None
        return make_offers(listing, self._write_classes(), self.status.asterisk_version)

    def start(self) -> None:
        """Begin to keep the link up; returns at once.

        Does nothing when it was started already, or when nobody can log in with the settings.
        """
        with self._lifecycle:
            if self._supervisor is not None or self.settings.problem is not None:
                return
            self._board = StatusBoard(self.settings, self.picture, warning=self._warning)
            self._supervisor = Supervisor(
                self.settings,
                self.picture,
                self._board,
                self._timings,
                metrics=self._metrics,
                draw=self._draw,
            )
            self._supervisor.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Log off and end the link; does nothing when it is stopped already.

        Args:
            timeout: Seconds to wait at most for the link's threads.
        """
        with self._lifecycle:
            supervisor, self._supervisor = self._supervisor, None
            if supervisor is not None:
                supervisor.stop(timeout)

    def execute(self, action: Action, timeout: float = 10.0) -> Reply:
        """Send an action and return the PBX's answer to it.

        Nothing is ever sent twice. The lists of what a change may have changed without an event are asked for
        soon after, whatever the answer. It must not be called from the picture's ``on_change``: that runs in
        the link's own threads, which would wait for themselves.

        Args:
            action: What to ask.
            timeout: Seconds to wait for the whole answer.

        Raises:
            LinkDown: There is no link (nothing was sent), or it died while something was being read.
            InvalidInput: The action cannot be sent as AMI; nothing was sent.
            ActionUnsupported: This PBX, or this AMI user, does not have it; nothing was done.
            RateLimited: Too many actions are waiting already; nothing was sent.
            ActionRefused: The PBX said no; ``ami`` holds its words.
            ActionTimeout: No answer in time.
            OutcomeUnknown: A change was sent, and the link died before its answer.
            RuntimeError: Called from one of the link's own threads: a defect of the caller.
        """
        supervisor, session = self._find_session(action)
        try:
            reply = session.request(action, timeout)
        finally:
            self._refresh_after(action, supervisor)
        if not reply.success:
            raise self._explain_refusal(action, reply)
        return reply

    def refresh(self, step: SnapshotStep, timeout: float = 10.0) -> None:
        """Ask for one list of the live picture again, for what changed without an event.

        The reader loads it at its place in the stream, between the events around it, as at login. Whoever
        wants the same list at the same time shares it.

        Args:
            step: Which list.
            timeout: Seconds to wait for all of it.

        Raises:
            PbxError: As for `execute`; the picture is as it was.
            RuntimeError: Called from one of the link's own threads: a defect of the caller.
        """
        action = step.action
        supervisor, _ = self._find_session(action)
        request = supervisor.request_refresh(step, time.monotonic())
        if not request.wait(timeout):
            raise ActionTimeout(
                f"{action.name} of PBX {self.name} did not have its turn within {timeout:g} s."
            )
        if request.reply is None:
            raise LinkDown(f"{action.name} of PBX {self.name} did not come: its picture is taken anew.")
        if not request.reply.success:
            raise self._explain_refusal(action, request.reply)

    def ping(self, timeout: float = 10.0) -> float:
        """Return the seconds that the PBX takes to answer a ``Ping``.

        Args:
            timeout: Seconds to wait for the answer.

        Raises:
            PbxError: As for ``execute``.
        """
        started = time.monotonic()
        self.execute(make_action("Ping"), timeout)
        return time.monotonic() - started

    def _refresh_after(self, action: Action, supervisor: Supervisor) -> None:
        """Have the lists that an action may have changed loaded a moment later; events may come first."""
        due_at = time.monotonic() + self._timings.refresh_gap
        for step in find_steps_after(action):
            supervisor.request_refresh(step, due_at)

    def _find_session(self, action: Action) -> tuple[Supervisor, Session]:
        """Return the supervisor and the session that can carry an action, or raise why there is none."""
        supervisor = self._supervisor
        if supervisor is not None and supervisor.is_own_thread():
            raise RuntimeError(
                "execute() was called from a thread of the link itself (on_change?); do it in another thread"
            )
        session = supervisor.live if supervisor else None
        if supervisor is None or session is None:
            status = self.status
            reason = f": {status.detail}" if status.detail else "."
            raise LinkDown(
                f"There is no link to PBX {self.name} ({status.state.value}){reason} Nothing was sent."
            )
        self._check_supported(action)
        return supervisor, session

    def _check_supported(self, action: Action) -> None:
        """Refuse an action that the PBX did not list for this user."""
        names = self.actions
        if names is not None and action.name.lower() not in names:
            raise ActionUnsupported(
                f"PBX {self.name}: {self._explain_missing(action.name)} Nothing was sent."
            )

    def _explain_missing(self, name: str) -> str:
        """Return why the PBX did not list an action for this user, as one sentence."""
        known = CATALOGUE.get(name.lower())
        if known is None:
            return f"The PBX does not list {name}."
        return explain_missing(known, self._write_classes(), self.status.asterisk_version)

    def _write_classes(self) -> frozenset[str] | None:
        """Return the AMI user's write classes; None where the PBX does not tell them."""
        return self.rights.write if self.rights else None

    def _explain_refusal(self, action: Action, reply: Reply) -> ActionRefused | ActionUnsupported:
        """Return the error for an answer that says no."""
        words = "\n".join(reply.output)[:_MAX_REFUSAL] or reply.message
        if words.lower().startswith(_UNKNOWN_COMMAND):
            return ActionUnsupported(f"PBX {self.name} does not know {action.name}.", ami=words)
        reason = words.partition("\n")[0] or "no reason given"
        return ActionRefused(f"PBX {self.name} refused {action.name}: {reason}", ami=words)
