"""One AMI connection from its first byte to its end: a reader thread, and whoever sends actions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from amictl.errors import ActionTimeout, LinkDown, OutcomeUnknown, ProtocolError
from amictl.manager.link_metrics import LinkMetrics
from amictl.manager.pending import PendingAction, PendingActions
from amictl.manager.read_ahead import ReadAhead
from amictl.manager.reading_pace import ReadingPace
from amictl.manager.timings import LinkTimings
from amictl.manager.tls import TlsInfo
from amictl.manager.transport import SendError, Transport
from amictl.pbx.faults import Fault, reporting_to
from amictl.protocol import Absorbed, Action, AmiConnection, Message, Reply

log = structlog.get_logger(__name__)

_UNNAMED_END = "the PBX closed the connection"


class Session:
    """A connection that is being logged in to, is live, or has ended; it never comes back to life.

    The reader thread frames messages, hands replies to their waiters and events to ``deliver_to``, all in
    stream order. It never waits for anything but bytes.

    Args:
        pbx: The PBX's short name, for words and thread names.
        transport: Connected; owned by the session from now on.
        timings: Bounds of sending and of the number of pending actions.
        metrics: Where everything is counted; None where nothing is to be read of it.
    """

    def __init__(
        self, pbx: str, transport: Transport, timings: LinkTimings, metrics: LinkMetrics | None = None
    ) -> None:
        self._pbx = pbx
        self._transport = transport
        self._metrics = metrics or LinkMetrics()
        self._connection = AmiConnection()
        self._pending = PendingActions(timings.pending_limit)
        # Guards the connection's replies, the pending table and the end's reason; never held while waiting.
        self._lock = threading.Lock()
        self._deliver: Callable[[Message], None] | None = None
        self._on_overload: Callable[[bool], None] | None = None
        self._overloaded = False
        self._skips_events = False
        self._wakeups: tuple[threading.Event, ...] = ()
        self._banner_seen = threading.Event()
        self._read_on = threading.Event()  # ends a rest of the reader
        self._ended = threading.Event()
        self._end_reason: str | None = None
        self._reader_id: int | None = None
        self.last_received = time.monotonic()

    def start(self, *wakeups: threading.Event) -> None:
        """Start the reader.

        Args:
            wakeups: Set when the session ends.
        """
        self._wakeups = wakeups
        threading.Thread(target=self._read, name=f"ami-reader-{self._pbx}", daemon=True).start()

    @property
    def banner(self) -> str | None:
        """The PBX's first line, once it has come."""
        return self._connection.banner

    @property
    def tls_info(self) -> TlsInfo | None:
        """The protocol and the cipher that TLS agreed on, or None for plain TCP."""
        return self._transport.tls_info

    @property
    def addresses(self) -> tuple[str, str]:
        """The IP addresses of both ends: ours, and the PBX's.

        Raises:
            LinkDown: The connection is gone.
        """
        try:
            return self._transport.addresses
        except OSError as error:
            raise self._lost_before_sending() from error

    @property
    def ended(self) -> bool:
        """Whether the session is over."""
        return self._ended.is_set()

    @property
    def end_reason(self) -> str:
        """Why the session is over, in a few words."""
        return self._end_reason or _UNNAMED_END

    @property
    def closed_silently(self) -> bool:
        """Whether the PBX just closed the connection, with no error and no reason known."""
        return self._end_reason == _UNNAMED_END

    @property
    def losses(self) -> int:
        """How many messages may be missing from the live picture; it only grows."""
        return self._metrics.failed_deliveries + self._metrics.oversized + self._metrics.skipped

    @property
    def skipped(self) -> int:
        """How many events were skipped, in this session and earlier ones of the link."""
        return self._metrics.skipped

    @property
    def overloaded(self) -> bool:
        """Whether events come faster than they can be used."""
        return self._overloaded

    @property
    def pending_count(self) -> int:
        """How many actions wait for their replies."""
        return len(self._pending)

    def is_reader_thread(self) -> bool:
        """Return whether the caller runs inside the reader, where nothing may wait for a reply."""
        return threading.get_ident() == self._reader_id

    def deliver_to(
        self, deliver: Callable[[Message], None], on_overload: Callable[[bool], None] | None = None
    ) -> None:
        """Call a function with each event from now on; before that events are dropped.

        Args:
            deliver: Takes each event, in the reader.
            on_overload: Told, in the reader, when events begin or cease to come faster than it can read.
        """
        self._deliver = deliver
        self._on_overload = on_overload

    def wait_for_banner(self, timeout: float) -> bool:
        """Return whether a banner or the end of the session came in time."""
        return self._banner_seen.wait(max(timeout, 0))

    def wait_for_end(self, timeout: float) -> bool:
        """Return whether the session ended in time."""
        return self._ended.wait(max(timeout, 0))

    def request(
        self, action: Action, timeout: float, on_reply: Callable[[Reply], None] | None = None
    ) -> Reply:
        """Send an action and wait for its whole reply, whatever it says.

        Args:
            action: What to ask.
            timeout: Seconds for all of it.
            on_reply: Called by the reader with the reply, in stream order with the events around it.

        Raises:
            InvalidInput: The action cannot be encoded; nothing was sent.
            RateLimited: Too many actions are waiting; nothing was sent.
            LinkDown: Nothing was sent, or the link died while something was being read.
            ActionTimeout: No reply in time.
            OutcomeUnknown: The link died after a change was sent.
        """
        deadline = time.monotonic() + timeout
        entry = PendingAction(action, on_reply)
        action_id = self.submit(entry, timeout)
        if not entry.wait(deadline - time.monotonic()) and self._gave_up(action_id):
            raise ActionTimeout(
                f"PBX {self._pbx} did not answer {action.name} within {timeout:g} s.",
                changes_pbx=action.changes_pbx,
            )
        entry.wait(timeout)  # settled already, or being settled by the reader at this moment
        if entry.reply is None:
            raise self._lost_after_sending(action)
        return entry.reply

    def submit(self, entry: PendingAction, timeout: float, *, always: bool = False) -> str:
        """Send an action without waiting for its reply.

        Args:
            entry: The action, and who is told of its reply.
            timeout: Seconds to wait at most for other senders.
            always: Send it even when too many actions wait already.

        Returns:
            The ActionID that was sent.

        Raises:
            InvalidInput, RateLimited, LinkDown, OutcomeUnknown: As for ``request``.
        """
        with self._lock:
            if self._ended.is_set():
                raise self._lost_before_sending()
            if not always:
                self._pending.check_room()
            action_id, data = self._connection.send(entry.action)
            self._pending.add(action_id, entry)
        self._read_on.set()
        try:
            self._transport.send(data, timeout)
        except SendError as failure:
            raise self._sending_failed(action_id, entry.action, failure) from failure
        return action_id

    def note_fault(self, fault: Fault, example: str) -> None:
        """Count something that the PBX sent and that cannot be used; the log hears of the first, tenth, ….

        Args:
            fault: Its kind.
            example: What came.
        """
        count = self._metrics.count_fault(fault, example)
        if count == 10 ** (len(str(count)) - 1):
            log.warning(
                "the pbx sent what cannot be used", pbx=self._pbx, fault=fault, count=count, example=example
            )

    def close(self, reason: str) -> None:
        """End the session from any thread; the first reason given is the one that stays."""
        with self._lock:
            self._end_reason = self._end_reason or reason
        self._transport.shut_down()
        self._read_on.set()

    def _gave_up(self, action_id: str) -> bool:
        """Stop waiting for a reply; return False when it came at the last moment after all."""
        with self._lock:
            self._connection.replies.forget(action_id)
            return self._pending.take(action_id) is not None

    def _sending_failed(
        self, action_id: str, action: Action, failure: SendError
    ) -> LinkDown | OutcomeUnknown:
        """Return the error for an action whose bytes did not leave, or not all of them."""
        with self._lock:
            self._connection.replies.forget(action_id)
            self._pending.take(action_id)
        if failure.fatal:
            self.close(f"sending failed: {failure.reason}")
        if failure.partial and action.changes_pbx:
            return OutcomeUnknown(
                f"The link to PBX {self._pbx} died while {action.name} was being sent ({failure.reason}); "
                "whether it took effect is unknown, and it is not sent again."
            )
        return LinkDown(f"{action.name} was not sent to PBX {self._pbx}: {failure.reason}.")

    def _lost_before_sending(self) -> LinkDown:
        """Return the error for an action that found the session ended."""
        return LinkDown(f"There is no link to PBX {self._pbx}: {self.end_reason}. Nothing was sent.")

    def _lost_after_sending(self, action: Action) -> LinkDown | OutcomeUnknown:
        """Return the error for an action whose session ended before its reply."""
        if action.changes_pbx:
            return OutcomeUnknown(
                f"The link to PBX {self._pbx} died before {action.name} was answered ({self.end_reason}); "
                "whether it took effect is unknown, and it is not sent again."
            )
        return LinkDown(
            f"The link to PBX {self._pbx} died before {action.name} was answered: {self.end_reason}."
        )

    def _read(self) -> None:
        """Read until the connection ends: the reader thread."""
        self._reader_id = threading.get_ident()
        with reporting_to(self.note_fault):
            self._read_all()

    def _read_all(self) -> None:
        pace = ReadingPace(self._tell_overload, give_way=self._give_way)
        ahead = ReadAhead(self._transport)
        try:
            while data := ahead.take():
                self.last_received = ahead.received_at
                if ahead.is_overfull:
                    pace.note_overfull()
                    self._skips_events = True
                delivered = self._metrics.event_count
                self._take(data)
                if self._connection.banner is not None:
                    self._banner_seen.set()
                pace.note_portion(more=ahead.held > 0, events=self._metrics.event_count > delivered)
        except ProtocolError as error:
            self._name_end(error.detail)
        except OSError as error:
            self._name_end(f"the connection broke ({error.strerror or error})")
        except Exception:
            log.exception("ami reader failed in an unforeseen way", pbx=self._pbx)
            self._name_end("an internal error; see the log")
        finally:
            pace.end()
            self._finish()

    def _give_way(self, seconds: float) -> None:
        """Let others run; only as long as nobody waits for a reply may that take time."""
        if seconds:
            self._read_on.clear()
            if self._connection.replies.awaits_nothing:
                self._read_on.wait(seconds)
                return
        time.sleep(0)

    def _take(self, data: bytes) -> None:
        """Pass on the messages that received bytes complete, and count the time that takes."""
        metrics, connection = self._metrics, self._connection
        fragments, oversized = connection.fragments, connection.oversized
        began_at = time.perf_counter()
        messages = connection.receive_data(data)
        parsed_at = time.perf_counter()
        metrics.fragments += connection.fragments - fragments
        metrics.oversized += connection.oversized - oversized
        replies = connection.replies
        for message in messages:
            # An action is expected before its first byte leaves, so without a lock nothing is missed.
            if message.name and replies.awaits_nothing:
                self._deliver_event(message)
            else:
                self._dispatch(message)
        metrics.bytes_received += len(data)
        metrics.reads += 1
        metrics.parse_seconds += parsed_at - began_at
        metrics.apply_seconds += time.perf_counter() - parsed_at

    def _dispatch(self, message: Message) -> None:
        """Pass one message on: a reply to its waiter, an event to ``deliver_to``'s function."""
        with self._lock:
            reply = self._connection.replies.receive(message)
            entry = self._pending.take(reply.action_id) if isinstance(reply, Reply) else None
            if reply is Absorbed.PART and message.is_response and message.action_id not in self._pending:
                # A late one, after its waiter gave up, or one without our ActionID.
                self._metrics.unclaimed_responses += 1
        if reply is None:
            self._deliver_event(message)
        elif isinstance(reply, Reply) and entry is not None:
            self._settle(entry, reply)

    def _settle(self, entry: PendingAction, reply: Reply) -> None:
        """Call ``on_reply`` at the reply's place in the stream, then wake the waiter."""
        try:
            if entry.on_reply is not None:
                entry.on_reply(reply)
        except Exception:
            self._metrics.failed_deliveries += 1
            log.exception("ami reply could not be used", pbx=self._pbx, action=entry.action.name)
        finally:
            entry.settle(reply)

    def _deliver_event(self, message: Message) -> None:
        """Pass one event on; an error in its handling must not end the link."""
        if message.name == "Shutdown":  # the end of file follows at once
            self._name_end("Asterisk was shut down or is restarting")
        if self._deliver is None:
            return
        self._metrics.count_event(message.name)
        if self._skips_events:
            self._metrics.skipped += 1
            return
        try:
            self._deliver(message)
        except Exception:
            self._metrics.failed_deliveries += 1
            log.exception("ami event could not be used", pbx=self._pbx, ami_event=message.name)

    def _tell_overload(self, overloaded: bool) -> None:
        """Pass on that a flood began or ended; a picture that missed events in it is loaded again."""
        self._overloaded = overloaded
        self._skips_events = self._skips_events and overloaded
        log.warning("ami events come too fast", pbx=self._pbx, overloaded=overloaded)
        if self._on_overload is not None:
            self._on_overload(overloaded)
        for wakeup in self._wakeups:
            wakeup.set()

    def _name_end(self, reason: str) -> None:
        """Keep the reason of the end, unless one was given before."""
        with self._lock:
            self._end_reason = self._end_reason or reason

    def _finish(self) -> None:
        """Release all waiters together, whatever ended the session."""
        self._name_end(_UNNAMED_END)
        with self._lock:
            self._ended.set()
            waiting = self._pending.take_all()
        for entry in waiting:
            entry.settle(None)
        self._banner_seen.set()
        for wakeup in self._wakeups:
            wakeup.set()
        self._transport.close()
        self._reader_id = None  # the system gives a dead thread's ID to another one
