"""The life of one link, from start to stop: connect, log in, synchronize, keep alive, and again."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping

import structlog

from amictl.config import LinkSettings
from amictl.errors import AmictlError, LinkDown, LoginRefused
from amictl.manager.backoff import Backoff, DropBackoff
from amictl.manager.connecting import open_transport
from amictl.manager.keepalive import ClockRequest, Keepalive
from amictl.manager.link_metrics import LinkMetrics
from amictl.manager.login import SessionTaken, log_in
from amictl.manager.name_lookup import NameLookup
from amictl.manager.pending import PendingAction
from amictl.manager.reconciling import Reconciler
from amictl.manager.refresh_queue import RefreshQueue, RefreshRequest
from amictl.manager.rights import UserRights
from amictl.manager.session import Session
from amictl.manager.status import StatusBoard, StatusMetrics, describe_faults, describe_silent_members
from amictl.manager.synchronizing import Synchronizer
from amictl.manager.timings import LinkTimings
from amictl.pbx.actions import make_action
from amictl.pbx.faults import Fault, reporting_to
from amictl.pbx.lists import SnapshotStep
from amictl.pbx.picture.hearing import Hearing
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState, TopicLimit
from amictl.protocol import Reply, logoff_action

log = structlog.get_logger(__name__)


class Supervisor:
    """One thread that keeps one link up until it is told to stop; it is never started twice.

    Args:
        settings: Where and as whom to log in.
        picture: What the link fills.
        board: Where the status is shown.
        timings: How long to wait for what.
        metrics: Where everything is counted.
        draw: Source of the jitter of reconnects.

    Attributes:
        live: The session that carries actions, or None while there is no link.
        actions: Lower-case names of the actions of this user on this PBX, from the latest login; None until
            known.
        listing: What the PBX tells of each of them, by its name.
        rights: That user's classes; None when they cannot be asked for.
    """

    def __init__(
        self,
        settings: LinkSettings,
        picture: LivePicture,
        board: StatusBoard,
        timings: LinkTimings,
        *,
        metrics: LinkMetrics,
        draw: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._settings = settings
        self._picture = picture
        self._board = board
        self._timings = timings
        self._metrics = metrics
        self._refresh_queue = RefreshQueue()
        self._retries = Backoff(timings.retry_lowest, timings.retry_highest, draw)
        self._refusals = Backoff(timings.refused_lowest, timings.refused_highest, draw)
        self._names = NameLookup(settings)
        self._stopping = threading.Event()
        # Set when something happens that the keepalive's wait must not sleep through.
        self._attention = threading.Event()
        self._session: Session | None = None
        self._drop_backoff = DropBackoff(time.monotonic())
        self._last_failure: str | None = None
        self._problems: tuple[str, ...] = ()
        self._faults_before: dict[Fault, int] = {}
        self._thread = threading.Thread(target=self._run, name=f"ami-link-{settings.name}", daemon=True)
        self._thread_id: int | None = None
        # Waited for instead of joining: on green threads of Python 3.13 a join that takes too long raises.
        self._ended = threading.Event()
        self._ended.set()
        self.live: Session | None = None
        self.actions: frozenset[str] | None = None
        self.listing: Mapping[str, str] | None = None
        self.rights: UserRights | None = None

    def start(self) -> None:
        """Start the thread."""
        self._ended.clear()
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """End the link, with a ``Logoff`` where one can be sent, and wait for the thread.

        Args:
            timeout: Seconds to wait at most; a thread that is stuck in a system call is left behind, and its
                status is no longer shown.
        """
        self._stopping.set()
        self._attention.set()
        if self.live is not None:
            self._ended.wait(self._timings.logoff_timeout)
        if session := self._session:
            session.close("the link is being stopped")
        self._ended.wait(timeout)
        self._board.close()

    def request_refresh(self, step: SnapshotStep, due_at: float) -> RefreshRequest:
        """Have a list loaded soon, and return the request, which can be waited for.

        Args:
            step: The list.
            due_at: When it may be asked for, on the monotonic clock, in seconds.
        """
        request = self._refresh_queue.add(step, due_at)
        self._attention.set()
        return request

    def is_own_thread(self) -> bool:
        """Return whether the caller runs inside one of the link's own threads."""
        session = self._session
        return threading.get_ident() == self._thread_id or (
            session is not None and session.is_reader_thread()
        )

    def _run(self) -> None:
        """Make one attempt after the other until stopped; runs in the supervisor's thread."""
        self._thread_id = threading.get_ident()
        while not self._stopping.is_set():
            delay = self._attempt()
            self._stopping.wait(delay)
        self._board.close()
        self._thread_id = None  # the system gives a dead thread's ID to another one
        self._ended.set()

    def _attempt(self) -> float:
        """Make one link and serve it; return the seconds to wait before the next attempt."""
        try:
            self._link_once()
        except SessionTaken as error:
            return self._fail(LinkState.RECONNECTING, error.detail, self._retries)
        except LoginRefused as error:
            return self._fail(LinkState.BAD_CREDENTIALS, error.detail, self._refusals)
        except AmictlError as error:
            return self._fail(LinkState.RECONNECTING, error.detail, self._retries)
        except Exception:
            log.exception("ami link failed in an unforeseen way", pbx=self._settings.name)
            detail = "An internal error ended the link; see the log."
            return self._fail(LinkState.RECONNECTING, detail, self._retries)
        return 0.0

    def _link_once(self) -> None:
        """Connect, and serve until the link is lost or stopped.

        Raises:
            AmictlError: The link was lost, or could not be made; ``detail`` tells why.
        """
        self._drop_backoff = DropBackoff(time.monotonic())
        self._board.enter(LinkState.CONNECTING, epoch=None, round_trip=None)
        session = self._open_session()
        try:
            self._serve(session)
        finally:
            self.live = None
            session.close("the link is being left")
            session.wait_for_end(self._timings.send_timeout)
            self._refresh_queue.clear()

    def _open_session(self) -> Session:
        """Return a started session over a new connection."""
        transport = open_transport(self._settings, self._timings, self._stopping, self._names)
        session = Session(self._settings.name, transport, self._timings, self._metrics)
        self._session = session
        self._faults_before = dict(self._metrics.faults)
        self._metrics.connects += 1
        session.start(self._attention)
        if self._stopping.is_set():  # a stop that came before it could see this session
            session.close("the link is being stopped")
        return session

    def _serve(self, session: Session) -> None:
        """Log in, take the picture, and keep the link alive until it ends.

        Raises:
            AmictlError: Always, unless the link is being stopped; ``detail`` tells why there is no link.
        """
        self._board.enter(LinkState.AUTHENTICATING)
        hearing = Hearing(self._metrics.watch_for_events())
        synchronizer = Synchronizer(
            session,
            self._picture,
            self._settings.username,
            timings=self._timings,
            refresh_queue=self._refresh_queue,
            hearing=hearing,
            attention=self._attention,
        )
        log_in(session, self._settings, self._timings.login_timeout, on_success=synchronizer.begin)
        self._refusals.reset()
        reconciler = self._synchronize(session, synchronizer, hearing)
        # Whatever ends this session, the PBX was there and let us in: it is asked again soon.
        self._retries.reset()
        self._drop_backoff.note_up(time.monotonic())
        self._last_failure = None
        with reporting_to(session.note_fault):
            self._keep_alive(session, synchronizer, reconciler, hearing)
        if self._stopping.is_set():
            self._log_off(session)
            return
        raise LinkDown(f"The link was lost: {session.end_reason}.")

    def _synchronize(self, session: Session, synchronizer: Synchronizer, hearing: Hearing) -> Reconciler:
        """Load the picture and open the link to callers; return the reconciler of the new picture."""
        self._board.enter(LinkState.SYNCHRONIZING)
        capabilities = synchronizer.run()
        self.actions = capabilities.actions
        self.listing = capabilities.listing
        self.rights = capabilities.rights
        self._problems = capabilities.problems
        reconciler = Reconciler(
            session,
            self._picture,
            capabilities.can_ask,
            timings=self._timings,
            refresh_queue=self._refresh_queue,
            hearing=hearing,
            metrics=self._metrics,
            attention=self._attention,
        )
        self.live = session
        self._board.enter(
            LinkState.CONNECTED,
            detail=self._describe(hearing),
            limits=self._find_limits(hearing, reconciler, synchronizer),
            asterisk_version=capabilities.asterisk_version,
            epoch=synchronizer.epoch,
            last_received=self._wall_clock_of(session.last_received),
            **self._read_metrics(),
        )
        log.info(
            "ami link connected",
            pbx=self._settings.name,
            asterisk=capabilities.asterisk_version,
            problems=capabilities.problems,
        )
        return reconciler

    def _keep_alive(
        self, session: Session, synchronizer: Synchronizer, reconciler: Reconciler, hearing: Hearing
    ) -> None:
        """Ping the PBX and compare its lists until the session ends or the link is stopped."""
        keepalive = Keepalive(self._timings, time.monotonic())
        while not session.ended and not self._stopping.is_set():
            now = time.monotonic()
            if keepalive.is_due(now):
                self._ping(session, keepalive)
            self._judge(session, keepalive, reconciler, synchronizer, hearing)
            if synchronizer.is_due(now):
                reconciler = self._synchronize(session, synchronizer, hearing)
                keepalive.answer(time.monotonic())
            reconciler.work(now, may_ask=not self._board.status.stale and not self._picture.overloaded)
            now = time.monotonic()
            self._attention.wait(
                min(keepalive.wait_time(now, session.last_received), reconciler.wait_time(now))
            )
            self._attention.clear()

    def _ping(self, session: Session, keepalive: Keepalive) -> None:
        """Send a keepalive whose answer the reader notes."""
        question = ClockRequest(self._picture.pbx_clock)

        def note(reply: Reply) -> None:
            question.take(reply)
            if reply.success:
                keepalive.answer(time.monotonic())
                self._attention.set()

        self._metrics.pings += 1
        keepalive.ask(time.monotonic())
        try:
            session.submit(PendingAction(make_action("Ping"), note), self._timings.stale_after, always=True)
        except LinkDown as failure:
            log.info("ami keepalive not sent", pbx=self._settings.name, why=failure.detail)

    def _judge(
        self,
        session: Session,
        keepalive: Keepalive,
        reconciler: Reconciler,
        synchronizer: Synchronizer,
        hearing: Hearing,
    ) -> None:
        """Show whether the picture is fresh, and end a link that is dead."""
        now = time.monotonic()
        if keepalive.is_dead(now, session.last_received):
            session.close("the PBX stopped answering the keepalive")
            session.wait_for_end(self._timings.send_timeout)
        elif keepalive.is_late(now):
            self._board.update(stale=True, detail="The PBX is late with its answer to the keepalive.")
        elif synchronizer.lacks_events:
            self._board.update(
                stale=True, detail="Events were skipped in a flood; the picture is taken again soon."
            )
        elif self._board.status.stale or keepalive.round_trip != self._board.status.round_trip:
            self._judge_days(synchronizer, hearing)
            self._board.update(
                stale=False,
                detail=self._describe(hearing),
                limits=self._find_limits(hearing, reconciler, synchronizer),
                round_trip=keepalive.round_trip,
                last_received=self._wall_clock_of(session.last_received),
                **self._read_metrics(),
            )

    def _read_metrics(self) -> StatusMetrics:
        """Return what was counted and compared until now, over all sessions."""
        return StatusMetrics(
            clock_offset=self._find_clock_offset(),
            counters=self._count(),
            drifts=self._picture.drifts,
            reconciled=dict(self._metrics.checkups),
        )

    def _judge_days(self, synchronizer: Synchronizer, hearing: Hearing) -> None:
        """Stop counting the queues' days when their events do not come; count again with a new picture."""
        heard = hearing.hears_days
        if heard and not self._picture.hears_queue_days:
            synchronizer.take_again()
        elif not heard:
            self._picture.hear_queue_days(heard=False)

    def _find_limits(
        self, hearing: Hearing, reconciler: Reconciler, synchronizer: Synchronizer
    ) -> dict[str, TopicLimit]:
        """Return the topics that events alone do not keep true, with the reason for each."""

        def find_agreement(topic: str) -> float | None:
            at = reconciler.find_agreement(topic, synchronizer.taken_at)
            return None if at is None else self._wall_clock_of(at)

        return hearing.find_limits(find_agreement)

    def _find_clock_offset(self) -> float | None:
        """Return the seconds that the PBX's clock is ahead of ours; None while its time is not known."""
        clock = self._picture.pbx_clock
        return clock.now() - time.time() if clock.is_known else None

    def _count(self) -> dict[str, int]:
        """Return the counters that the link's status shows; the metrics have more."""
        metrics = self._metrics
        return {
            "events": metrics.event_count,
            "bytes": metrics.bytes_received,
            "fragments": metrics.fragments,
            "oversized": metrics.oversized,
            "failed_deliveries": metrics.failed_deliveries,
            "shed": self._picture.shed,
            "skipped": metrics.skipped,
            "connects": metrics.connects,
            **metrics.read(0).faults,
        }

    def _describe(self, hearing: Hearing) -> str | None:
        """Return sentences on what the picture lacks and on unusable data in this session, or None."""
        faults = describe_faults(self._metrics, self._faults_before)
        silent = describe_silent_members(self._picture.silent_members())
        return " ".join((*self._problems, *hearing.describe(), *silent, *faults)) or None

    def _log_off(self, session: Session) -> None:
        """Send ``Logoff`` and wait for the end; a PBX that does not answer is left all the same."""
        try:
            session.submit(PendingAction(logoff_action()), self._timings.logoff_timeout, always=True)
        except AmictlError:
            return
        session.wait_for_end(self._timings.logoff_timeout)

    def _fail(self, state: LinkState, detail: str, backoff: Backoff) -> float:
        """Show and log why there is no link, and return the seconds until the next attempt."""
        if self._stopping.is_set():
            return 0.0
        delay = max(backoff.next_delay(), self._drop_backoff.next_delay(time.monotonic()))
        self._board.enter(
            state,
            detail=detail,
            retry_at=time.time() + delay,
            epoch=None,
            round_trip=None,
            **self._read_metrics(),
        )
        if detail != self._last_failure:  # a PBX that is away for a night is one line, not a thousand
            self._last_failure = detail
            log.warning("ami link down", pbx=self._settings.name, state=state.value, why=detail)
        return delay

    @staticmethod
    def _wall_clock_of(monotonic: float) -> float:
        """Return a moment of the monotonic clock as seconds since 1970."""
        return time.time() - (time.monotonic() - monotonic)
