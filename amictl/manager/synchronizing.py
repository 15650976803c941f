"""From a logged-in session to a whole live picture, and again when the picture may have missed something."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from amictl.errors import LinkDown
from amictl.manager.keepalive import ClockRequest
from amictl.manager.pending import PendingAction
from amictl.manager.refresh_queue import RefreshQueue
from amictl.manager.rights import (
    UserRights,
    describe_missing_classes,
    describe_missing_lists,
    explain_unlisted,
    read_action_names,
    read_listing,
    read_user_rights,
    show_section,
    show_user,
)
from amictl.manager.session import Session
from amictl.manager.timings import LinkTimings
from amictl.pbx.actions import make_action
from amictl.pbx.lists import SnapshotStep
from amictl.pbx.picture.hearing import Hearing
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.refresh_triggers import find_doubted_steps, find_wanted_steps
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.protocol import Action, Message, Reply

log = structlog.get_logger(__name__)

NEEDED_LISTS = tuple(step.name for step in SNAPSHOT_STEPS if not step.optional)
"""The lists without which amictl is of little use."""

_EVENTS_ON = Action("Events", (("EventMask", "on"),), changes_pbx=False)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The actions, rights and lacks that the login of one session showed.

    Args:
        actions: Lower-case names of the actions that may be sent; None when the PBX does not list them.
        listing: What the PBX tells of each of them, by its name; None when it does not.
        rights: The user's classes; None when they cannot be asked for.
        asterisk_version: The PBX's version; None when the user may not ask.
        problems: Sentences on what the live picture lacks, and what to do about it.
    """

    actions: frozenset[str] | None
    listing: Mapping[str, str] | None
    rights: UserRights | None
    asterisk_version: str | None
    problems: tuple[str, ...]

    def can_ask(self, name: str) -> bool:
        """Return whether an action may be sent, as far as the PBX tells."""
        return self.actions is None or name.lower() in self.actions


class Synchronizer:
    """Fills the live picture over one session.

    Lists are loaded by the reader at the place in the stream where they end, so that each event is applied
    either before or after the list that it belongs to, never twice and never in between.

    Args:
        session: Started; events are delivered to it from the login's answer on.
        picture: What is filled.
        username: The AMI user, whose rights are asked for where possible.
        timings: ``sync_timeout``, ``dead_after`` and ``resync_gap``.
        refresh_queue: Takes the lists that events call for.
        hearing: Told which events do not come and which lists cannot be had, as the login shows.
        attention: Set when the picture has to be loaded again at once.
    """

    def __init__(
        self,
        session: Session,
        picture: LivePicture,
        username: str,
        *,
        timings: LinkTimings,
        refresh_queue: RefreshQueue,
        hearing: Hearing,
        attention: threading.Event,
    ) -> None:
        self._session = session
        self._picture = picture
        self._username = username
        self._timings = timings
        self._refresh_queue = refresh_queue
        self._hearing = hearing
        self._attention = attention
        self._boot_seen = False
        self._asked = False
        self._known_losses = 0
        self._known_skipped = 0
        self._told_skipped = session.skipped
        self.taken_at = 0.0
        self._again_at: float | None = None
        # Events that came before the PBX told its time, by which they are to be stamped.
        self._held: list[Message] = []
        self.epoch = ""

    def begin(self) -> None:
        """Start a new epoch and hold events back; called by the reader when the login is answered."""
        self._begin_epoch()
        self._session.deliver_to(self._held.append)

    def run(self) -> Capabilities:
        """Ask for the time, switch events on, learn what may be asked, load the lists, and show the picture.

        Raises:
            LinkDown: The session ended, or the PBX fell silent.
        """
        if self._asked:
            self._begin_epoch()
        self._again_at = None
        self._known_losses = self._session.losses
        self._known_skipped = self._session.skipped
        self.taken_at = time.monotonic()
        deadline = time.monotonic() + self._timings.sync_timeout
        ask = partial(self._ask, deadline=deadline)
        question = ClockRequest(self._picture.pbx_clock)
        ask(make_action("Ping"), on_reply=partial(self._begin_events, question))
        problems = _switch_events_on(ask)
        commands = ask(make_action("ListCommands"), on_reply=self._note_asked)
        names = read_action_names(commands)
        version = _read_version(ask, names)
        rights = self._read_rights(ask, names)
        problems += describe_missing_classes(rights, names, version)
        problems += describe_missing_lists(NEEDED_LISTS, names, rights, version)
        unlisted = explain_unlisted([step.name for step in SNAPSHOT_STEPS], names, rights, version)
        if rights is None:
            self._hearing.learn(None, ())
        else:
            self._hearing.learn(rights.lacking_reads, rights.filtered)
        self._picture.hear_queue_days(heard=self._hearing.hears_days)
        refused = self._load(names, deadline)
        problems += refused.values()
        self._hearing.unlisted = unlisted | refused
        self._picture.complete_snapshot()
        if not self._boot_seen:
            self._boot_seen = True  # without the read class `system` no event will tell: assume it once
            self._again_at = time.monotonic() + self._timings.resync_gap
        return Capabilities(names, read_listing(commands), rights, version, tuple(problems))

    def take_again(self) -> None:
        """Have the whole picture loaded again at once."""
        self._again_at = time.monotonic()

    def is_due(self, now: float) -> bool:
        """Return whether the whole picture should be loaded again.

        Args:
            now: Monotonic time.
        """
        if self._session.overloaded:
            return False
        if self._again_at is None and self._session.losses > self._known_losses:
            self._again_at = max(now, self.taken_at + self._timings.resync_gap)
        return self._again_at is not None and now >= self._again_at

    @property
    def lacks_events(self) -> bool:
        """Whether events were skipped since the picture was taken."""
        return self._session.skipped > self._known_skipped

    def _begin_epoch(self) -> None:
        """Begin a new, empty picture."""
        self.epoch = secrets.token_hex(8)
        self._refresh_queue.clear()
        self._picture.begin_session(self.epoch)

    def _begin_events(self, question: ClockRequest, reply: Reply) -> None:
        """Set the clock, apply the events held back, and from now on each as it comes; in the reader."""
        question.take(reply)
        held, self._held = self._held, []
        for message in held:
            self._deliver(message)
        self._session.deliver_to(self._deliver, self._note_overload)

    def _deliver(self, message: Message) -> None:
        """Apply one event, in the reader."""
        if message.name == "FullyBooted":
            self._note_booted()
        doubts = self._picture.apply_event(message)
        for step in find_wanted_steps(message):
            self._request_refresh(step)
        for doubt in doubts:
            for step in find_doubted_steps(doubt):
                self._request_refresh(step)

    def _request_refresh(self, step: SnapshotStep) -> None:
        """Have a list loaded soon."""
        self._refresh_queue.add(step)
        self._attention.set()

    def _note_overload(self, overloaded: bool) -> None:
        """Tell the picture that a flood began or ended, and at its end how many events were skipped."""
        skipped = self._session.skipped
        if not overloaded:
            self._picture.count_skipped_events(skipped - self._told_skipped)
        self._told_skipped = skipped
        self._picture.set_overloaded(overloaded)

    def _note_booted(self) -> None:
        """Load the picture again when Asterisk finished booting only after lists were asked for."""
        self._boot_seen = True
        if self._asked:
            self._again_at = time.monotonic()
            self._attention.set()

    def _note_asked(self, _reply: Reply) -> None:
        """Note that from this place in the stream on the PBX has answered questions."""
        self._asked = True

    def _ask(self, action: Action, deadline: float, on_reply: Callable[[Reply], None] | None = None) -> Reply:
        """Send one of our own actions and return its reply; any time is allowed while bytes arrive."""
        return self._await(self._send(action, on_reply), deadline)

    def _send(self, action: Action, on_reply: Callable[[Reply], None] | None = None) -> PendingAction:
        """Send one of our own actions without waiting for its reply."""
        entry = PendingAction(action, on_reply)
        self._session.submit(entry, self._timings.dead_after, always=True)
        return entry

    def _await(self, entry: PendingAction, deadline: float) -> Reply:
        """Wait for a reply for as long as bytes arrive, until the deadline."""
        asked_at = time.monotonic()
        while not entry.wait(self._timings.dead_after / 4):
            now = time.monotonic()
            if now > max(asked_at, self._session.last_received) + self._timings.dead_after or now > deadline:
                self._session.close(f"no answer to {entry.action.name} in time")
        if entry.reply is None:
            raise LinkDown(
                f"The link was lost while the picture was being taken: {self._session.end_reason}."
            )
        return entry.reply

    def _read_rights(self, ask: Callable[[Action], Reply], names: frozenset[str] | None) -> UserRights | None:
        """Return the user's read and write classes, where the PBX tells them."""
        shown, section = (show(self._username, names) for show in (show_user, show_section))
        return read_user_rights(ask(shown) if shown else None, ask(section) if section else None)

    def _load(self, names: frozenset[str] | None, deadline: float) -> dict[str, str]:
        """Load the lists, and then those that they call for; return what the PBX refused, and its words.

        All lists of a round are asked for before the first is awaited: the PBX answers one after the other.
        """
        refused = {}
        wave: Sequence[SnapshotStep] = SNAPSHOT_STEPS
        while wave:
            known = [step for step in wave if names is None or step.name.lower() in names]
            asked = [(step, self._send(step.action, partial(self._take_list, step))) for step in known]
            later: list[SnapshotStep] = []
            for step, entry in asked:
                reply = self._await(entry, deadline)
                later += step.follow_ups(reply)
                if wave is SNAPSHOT_STEPS and not reply.success and not (step.optional and names is None):
                    refused[step.name] = f"The PBX refused {step.name} ({reply.message})."
            wave = later
        return refused

    def _take_list(self, step: SnapshotStep, reply: Reply) -> None:
        """Load one list, in the reader; a refused one leaves its part of the picture empty."""
        if reply.success:
            for doubt in self._picture.load_step(step, reply):
                for each in find_doubted_steps(doubt):
                    self._request_refresh(each)


def _switch_events_on(ask: Callable[[Action], Reply]) -> list[str]:
    """Switch events on and read the mask back (Asterisk accepts any); return a sentence where it failed."""
    reply = ask(_EVENTS_ON)
    if reply.success and reply.get("Events", "").lower() == "on":
        return []
    return ["Events could not be switched on, so the picture does not change by itself."]


def _read_version(ask: Callable[[Action], Reply], names: frozenset[str] | None) -> str | None:
    """Return the PBX's version; None where the user may not ask."""
    action = make_action("CoreSettings")
    if names is not None and action.name.lower() not in names:
        return None
    return ask(action).get("AsteriskVersion")
