"""Calls the members of a queue for one caller until one of them answers (Asterisk apps/app_queue.c)."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import simpy

from amictl.demo.applications.basic import indicate_ringing
from amictl.demo.causes import Cause
from amictl.demo.channels import Channel
from amictl.demo.mailbox import Mailbox
from amictl.demo.outgoing import Heard, Leg, Sign
from amictl.demo.queues.members import Member
from amictl.demo.queues.precedence import another_is_first
from amictl.demo.queues.queue import CallQueue, Entry
from amictl.demo.queues.settings import AutoPause, Strategy
from amictl.demo.queues.strategies import Attempt, choose_all, choose_next, rank_members, remember_turn

if TYPE_CHECKING:
    from amictl.demo.world import World

_LEAST_TIME: Final = 0.5  # seconds that must be left to call another member


@dataclass(frozen=True, slots=True)
class Answered:
    """A member who answered.

    Args:
        member: Who.
        leg: The call to it.
        rang: For how many whole seconds members were rung.
    """

    member: Member
    leg: Leg
    rang: int


@dataclass(slots=True)
class _Call:
    """An attempt that became a call."""

    attempt: Attempt
    leg: Leg


class Keys(Mailbox[str]):
    """The digits that a caller presses; while members are called, they wake who waits for an answer, too.

    Args:
        env: The world's clock.
    """

    def __init__(self, env: simpy.Environment) -> None:
        super().__init__(env)
        self.waker: Mailbox[Heard] | None = None

    def put(self, message: str) -> None:
        """Take a digit."""
        super().put(message)
        if self.waker is not None:
            self.waker.put(Heard(Sign.CALLER))


class Calling:
    """One round in which members are called.

    Args:
        world: The world.
        queue: Whose members are called.
        entry: For whom.
        rings_when_ringing: The caller hears ringing instead of music while a member's phone rings.
        is_answered_elsewhere: Phones are told of each call that ends that somebody else took it.
        press: Takes the digits that the caller has pressed; true ends the round.
    """

    def __init__(
        self,
        world: World,
        queue: CallQueue,
        entry: Entry,
        *,
        rings_when_ringing: bool,
        is_answered_elsewhere: bool,
        press: Callable[[], bool],
    ) -> None:
        self._world = world
        self._queue = queue
        self._entry = entry
        self._channel: Channel = entry.channel
        self._rings_when_ringing = rings_when_ringing
        self._attempts = rank_members(queue, entry, world.now(), world.random)
        self._calls: list[_Call] = []
        self._mailbox: Mailbox[Heard] = Mailbox(world.env)
        self._began = world.env.now
        self._round_began = world.now()
        self._seconds = self._limit()
        self._is_answered_elsewhere = is_answered_elsewhere
        self._press = press

    def run(self, keys: Keys) -> Generator[simpy.Event, Any, Answered | None]:
        """Call members until one answers, all are tried, the time is over, or a key of the caller's ends it.

        Args:
            keys: What the caller presses.

        Returns:
            Who answered, with the other calls ended; None where nobody did.

        Raises:
            simpy.Interrupt: The caller ended, or goes elsewhere; all calls are ended.
        """
        keys.waker = self._mailbox
        try:
            return (yield from self._run())
        finally:
            keys.waker = None

    def _run(self) -> Generator[simpy.Event, Any, Answered | None]:
        self._entry.is_pending = True
        self._ring_next()
        try:
            call = yield from self._wait()
        except simpy.Interrupt:
            remember_turn(self._queue, self._entry, self._attempts)
            self._entry.is_pending = False
            self._hang_up_all()
            raise
        remember_turn(self._queue, self._entry, self._attempts)
        if call is None:
            self._entry.is_pending = False
            self._hang_up_all()
            return None
        return self._take(call)

    def _limit(self) -> float | None:
        """Return for how many seconds members are called; None without an end."""
        settings, expires = self._queue.settings, self._entry.expires
        left = expires - int(self._world.now())
        if (
            expires
            and not settings.timeout_has_priority
            and (not settings.timeout or left <= settings.timeout)
        ):
            return left
        return settings.timeout or None

    # Ringing

    def _ring_next(self) -> None:
        """Ring the best member, or all the best (Asterisk ``ring_one``)."""
        has_rung = False
        while not has_rung:
            best = choose_next(self._attempts)
            if best is None:
                return
            if self._queue.settings.strategy is Strategy.RING_ALL:
                chosen = choose_all(self._attempts, best)
            else:
                chosen = [best]
            for attempt in chosen:
                has_rung = self._ring(attempt) or has_rung
            if self._entry.expires and self._world.now() >= self._entry.expires:
                return

    def _ring(self, attempt: Attempt) -> bool:
        """Call a member, unless it cannot be called; tell whether it is (Asterisk ``ring_entry``)."""
        member = attempt.member
        if not self._may_ring(member):
            attempt.is_open = False
            return False
        leg = self._world.lines.request(member.interface, self._channel)
        if isinstance(leg, Cause):
            self._queue.round_position += 1
            self._entry.linear_position += 1
            self._release(member)
            attempt.is_open = False
            return False
        leg.prepare_for_queue(self._channel)
        attempt.channel = leg.channel
        self._calls.append(_Call(attempt, leg))
        leg.call(self._mailbox)
        self._world.emit(
            "AgentCalled",
            self._channel.fresh_headers(),
            leg.channel.fresh_headers("Dest"),
            self._about(member),
        )
        self._world.emit(
            "DialBegin",
            self._channel.headers(),
            leg.channel.headers("Dest"),
            (("DialString", member.interface),),
        )
        if self._queue.settings.strategy is not Strategy.RING_ALL:
            self._show_peer(leg)
        return True

    def _may_ring(self, member: Member) -> bool:
        """Asterisk ``can_ring_entry``; a member that is not rung in use is noted as pending."""
        now = int(self._world.now())
        if member.paused or not (member.ring_in_use or member.is_free):
            return False
        wrap_up_time = (member.last_queue or self._queue).wrap_up_time(member)
        if wrap_up_time and now - member.last_call < wrap_up_time:
            return False
        if another_is_first(self._world.queues, self._queue, self._entry, member, now):
            return False
        return member.ring_in_use or self._reserve(member)

    def _reserve(self, member: Member) -> bool:
        """Keep a member from being called for somebody else before its device shows the call."""
        queues, key = self._world.queues, member.interface.lower()
        if key in queues.pending or not queues.is_device_free(member):
            return False
        queues.pending.add(key)
        return True

    def _release(self, member: Member) -> None:
        self._world.queues.pending.discard(member.interface.lower())

    # Waiting

    def _wait(self) -> Generator[simpy.Event, Any, _Call | None]:
        """Wait for an answer (Asterisk ``wait_for_answer``)."""
        while True:
            if not self._calls and self._queue.settings.strategy is Strategy.RING_ALL:
                self._ring_next()
            if not self._calls:
                return None
            deadline = None if self._seconds is None else self._began + self._seconds
            try:
                heard = yield from self._mailbox.take(deadline)
            except simpy.Interrupt:
                self._channel.stop_music()
                self._cancel()
                raise
            if heard is None:
                self._give_up()
                return None
            if heard.sign is Sign.CALLER and self._press():
                self._cancel()
                return None
            call = next((call for call in self._calls if call.leg is heard.leg), None)
            if call is None:
                continue
            if heard.sign is Sign.ANSWER:
                self._hear_answer(call)
                return call
            self._hear(heard.sign, call)

    def _hear(self, sign: Sign, call: _Call) -> None:
        settings = self._queue.settings
        if sign is Sign.RINGING:
            self._tell("DialState", call, "RINGING")
            if self._rings_when_ringing:
                self._channel.stop_music()
                indicate_ringing(self._channel)
        elif sign is Sign.PROGRESS:
            return
        elif call.leg.channel.technology == "PJSIP" or sign is Sign.GONE:
            # A phone that refuses hangs up, and app_queue does not look at the cause.
            self._lose(call, "NOANSWER", pauses=True)
        elif sign is Sign.BUSY:
            self._lose(call, "BUSY", pauses=settings.autopause_busy)
        else:
            self._lose(call, "CONGESTION", pauses=settings.autopause_unavailable)

    def _lose(self, call: _Call, status: str, *, pauses: bool) -> None:
        """End the call to a member who does not answer, and call the next."""
        self._tell("DialEnd", call, status)
        seconds = int(self._world.now()) - int(self._round_began)
        self._miss(call, seconds * 1000, pauses=pauses)
        call.attempt.is_open = False
        call.attempt.channel = None
        self._calls.remove(call)
        call.leg.cancel()
        self._release(call.attempt.member)
        if self._queue.settings.strategy is Strategy.RING_ALL:
            return
        if self._queue.settings.timeout_restart:
            self._began = self._world.env.now
        if self._seconds is None or self._began + self._seconds - self._world.env.now > _LEAST_TIME:
            self._ring_next()
            self._round_began = self._world.now()

    def _miss(self, call: _Call, milliseconds: int, *, pauses: bool) -> None:
        """Tell that a member did not answer, and pause it where that is wanted (Asterisk ``rna``)."""
        if self._rings_when_ringing:
            self._channel.start_music(self._entry.music_class)
        member, settings = call.attempt.member, self._queue.settings
        self._world.emit(
            "AgentRingNoAnswer",
            self._channel.fresh_headers(),
            call.leg.channel.fresh_headers("Dest"),
            (*self._about(member), ("RingTime", str(milliseconds))),
        )
        self._write(member, "RINGNOANSWER", milliseconds)
        if settings.autopause is AutoPause.OFF or not pauses:
            return
        idle = int(self._world.now()) - member.last_call
        if settings.autopause_delay > 0 and member.last_call and settings.autopause_delay > idle:
            return
        name = self._queue.name if settings.autopause is AutoPause.ON else ""
        self._world.memberships.pause(name, member.interface, paused=True, reason="Auto-Pause")

    def _give_up(self) -> None:
        """The time is over: nobody answered."""
        milliseconds = int((self._seconds or 0) * 1000)
        for call in self._calls:
            self._miss(call, milliseconds, pauses=True)
        for call in self._calls:
            self._tell("DialEnd", call, "NOANSWER")

    def _cancel(self) -> None:
        """The caller is gone, or goes elsewhere."""
        for call in self._calls:
            self._tell("DialEnd", call, "CANCEL")
        milliseconds = int((self._world.env.now - self._began) * 1000)
        for call in self._calls:
            self._write(call.attempt.member, "RINGCANCELED", milliseconds)

    def _hear_answer(self, call: _Call) -> None:
        self._tell("DialEnd", call, "ANSWER")
        for other in self._calls:
            if other is not call:
                self._tell("DialEnd", other, "CANCEL")
        if self._queue.settings.strategy is Strategy.RING_ALL:
            self._show_peer(call.leg)

    # The end

    def _take(self, call: _Call) -> Answered:
        """Count the answer, and end the other calls."""
        now = int(self._world.now())
        waited = now - self._entry.started
        self._queue.counters.answer(waited)
        member = call.attempt.member
        member.is_within_level = waited <= self._queue.settings.service_level
        self._calls.remove(call)
        call.leg.release()
        self._hang_up_all(Cause.ANSWERED_ELSEWHERE)
        return Answered(member, call.leg, int(self._world.env.now - self._began))

    def _hang_up_all(self, cause: Cause | None = None) -> None:
        """End all calls (Asterisk ``hangupcalls``)."""
        if cause is None and self._is_answered_elsewhere:
            cause = Cause.ANSWERED_ELSEWHERE
        for call in self._calls:
            self._tell("DialEnd", call, "CANCEL")
            if call.attempt.member.is_idle:
                self._release(call.attempt.member)
            call.leg.cancel(cause)
        self._calls = []

    def _show_peer(self, leg: Leg) -> None:
        if "takes_no_name" not in leg.channel.facts:
            self._channel.set_connected(leg.channel.caller)

    def _about(self, member: Member) -> tuple[tuple[str, str], ...]:
        return (("Queue", self._queue.name), ("Interface", member.interface), ("MemberName", member.name))

    def _tell(self, event: str, call: _Call, status: str) -> None:
        self._world.emit(
            event,
            self._channel.fresh_headers(),
            call.leg.channel.fresh_headers("Dest"),
            (("DialStatus", status),),
        )

    def _write(self, member: Member, event: str, *data: object) -> None:
        self._world.queues.log.write(self._queue.name, self._channel.unique_id, member.name, event, *data)
