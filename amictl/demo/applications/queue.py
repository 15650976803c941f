"""Queue: a caller waits until a member takes the call (Asterisk apps/app_queue.c)."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

import simpy

from amictl.demo.applications.basic import indicate_ringing
from amictl.demo.applications.dial import give_features, set_duration
from amictl.demo.applications.registry import application
from amictl.demo.arguments import parse_options, split_arguments
from amictl.demo.causes import dial_status
from amictl.demo.channels import Channel
from amictl.demo.configuration import to_integer
from amictl.demo.queues.callers import apply_rules, make_entry
from amictl.demo.queues.calling import Answered, Calling, Keys
from amictl.demo.queues.functions import describe_member, describe_queue
from amictl.demo.queues.handled import HandledCall
from amictl.demo.queues.queue import CallQueue, Entry
from amictl.demo.queues.settings import Empty
from amictl.demo.waiting import pause

Steps = Generator[simpy.Event, Any, bool | None]

_RECHECK: Final = 1.0  # seconds after which a waiting caller looks whether it is its turn
_RESET: Final = (
    "ANSWEREDTIME",
    "ANSWEREDTIME_MS",
    "DIALEDTIME",
    "DIALEDTIME_MS",
    "QUEUEWAIT",
    "QUEUEWAIT_MS",
)


@application("Queue")
def queue_caller(channel: Channel, data: str) -> Steps:
    """Let the channel wait in a queue until a member takes it, or it leaves by another way."""
    for variable in _RESET:
        channel.set_variable(variable, "")
    name, options, _, _, timeout, _, _, rule, position = split_arguments(data, 9)
    world = channel.world
    if channel.variables.pop("ABANDONED", ""):
        channel.tell("VarSet", ("Variable", "ABANDONED"), ("Value", ""))
    now = int(world.now())
    entry = make_entry(channel, now, to_integer(timeout) if timeout else None)
    queue = world.queues.get(name)
    refusal = _refuse(queue, entry, now)
    if queue is None or refusal:
        channel.set_variable("QUEUESTATUS", refusal)
        return None
    stay = _Stay(queue, entry, parse_options(options))
    return (yield from stay.run(max(0, to_integer(position)), rule))


def _refuse(queue: CallQueue | None, entry: Entry, now: int) -> str:
    """Return the QUEUESTATUS of a caller who cannot join; empty where it can (Asterisk ``join_queue``)."""
    if queue is None:
        return "UNKNOWN"
    settings = queue.settings
    if settings.join_empty and queue.is_empty_for(entry.penalties, settings.join_empty, now):
        return "JOINEMPTY"
    if settings.max_length and len(queue.entries) >= settings.max_length:
        return "FULL"
    return ""


class _Stay:
    """One caller's time in a queue (Asterisk ``queue_exec``).

    Args:
        queue: The queue.
        entry: The caller.
        options: Of the application.
    """

    def __init__(self, queue: CallQueue, entry: Entry, options: dict[str, str]) -> None:
        self._queue = queue
        self._entry = entry
        self._channel = entry.channel
        self._world = entry.channel.world
        self._options = options
        self._reason = ""
        self._tries = 0
        self._is_handled = False
        self._has_exited = False
        self._keys = Keys(self._world.env)

    def run(self, wanted_position: int, rule: str) -> Steps:
        """Go through the queue; the result is that of the application."""
        entry, queue = self._entry, self._queue
        self._world.queues.enter(queue, entry, wanted_position)
        self._write("NONE", "ENTERQUEUE", *self._arrival())
        entry.music_class = self._options.get("m") or queue.settings.music_class
        rules = self._world.queues.find_rules(rule or queue.settings.default_rule)
        entry.rules = rules.rules if rules else ()
        self._channel.digits = self._keys
        try:
            goes_on = yield from self._wait_and_call()
        except simpy.Interrupt:
            self._channel.stop_music()
            goes_on = False
        finally:
            self._channel.digits = None
        return self._leave(goes_on=goes_on)

    def _arrival(self) -> list[object]:
        caller, general = self._channel.caller, self._world.queues.general
        columns: list[object] = ["", caller.number, self._entry.original_position]
        if general.log_caller_id_name:
            columns.append(caller.name.replace("|", "_"))
        return columns

    # Waiting

    def _wait_and_call(self) -> Generator[simpy.Event, Any, bool]:
        """Wait and call members in turn.

        Returns:
            Whether the caller goes on in the dialplan; where members took the call, it depends on option c.

        Raises:
            simpy.Interrupt: The caller ended, or goes elsewhere.
        """
        while True:
            self._entertain()
            yield from self._wait_for_turn()
            while not self._is_over:
                answered = yield from self._try_members()
                if answered:
                    return "c" in self._options
                if self._is_over or not self._is_turn():
                    break
            if self._is_over:
                return True

    @property
    def _is_over(self) -> bool:
        """Whether the caller leaves, with a reason or by a key."""
        return bool(self._reason) or self._has_exited

    def _entertain(self) -> None:
        if "r" in self._options:
            indicate_ringing(self._channel)
        else:
            self._channel.start_music(self._entry.music_class)

    def _wait_for_turn(self) -> Generator[simpy.Event, Any, None]:
        """Asterisk ``wait_our_turn``: look once a second."""
        while not self._is_over:
            if self._entry.is_withdrawn:
                self._reason = "WITHDRAW"
            elif self._is_turn() or self._is_expired:
                return
            elif self._is_left_empty():
                self._give_up("LEAVEEMPTY", "EXITEMPTY")
            else:
                apply_rules(self._entry, int(self._world.now()))
                yield from self._rest(_RECHECK)

    def _try_members(self) -> Generator[simpy.Event, Any, bool]:
        """Call members once, and rest before the next time; return whether the call was taken."""
        if self._entry.is_withdrawn:
            self._reason = "WITHDRAW"
            return False
        if self._is_expired:
            self._give_up("TIMEOUT", "EXITWITHTIMEOUT")
            return False
        apply_rules(self._entry, int(self._world.now()) - 1)
        calling = Calling(
            self._world,
            self._queue,
            self._entry,
            rings_when_ringing="R" in self._options and "r" not in self._options,
            is_answered_elsewhere="C" in self._options,
            press=self._press_while_calling,
        )
        answered = yield from calling.run(self._keys)
        if answered is not None and (yield from self._connect(answered)):
            return True
        if self._has_exited:
            return False
        self._tries += 1 if self._queue.settings.strategy.is_sequential else len(self._queue.members)
        if self._is_left_empty():
            self._give_up("LEAVEEMPTY", "EXITEMPTY")
        elif self._is_expired or ("n" in self._options and self._tries >= len(self._queue.members)):
            self._give_up("TIMEOUT", "EXITWITHTIMEOUT")
        else:
            yield from self._rest(self._queue.settings.retry)
        return False

    def _rest(self, seconds: float) -> Generator[simpy.Event, Any, None]:
        """Wait for some time, or until the caller presses a key (Asterisk ``ast_waitfordigit``)."""
        if not self._queue.settings.exit_context:
            yield from pause(self._channel, seconds)
            return
        if self._channel.is_ending:
            raise simpy.Interrupt(None)
        digit = yield from self._keys.take(self._world.env.now + seconds)
        if digit is not None:
            self._press(digit)

    def _press_while_calling(self) -> bool:
        """Take a key that was pressed while members are called; tell whether they are called no longer."""
        digit = self._keys.poll()
        if digit == "*" and "H" in self._options:
            return True
        return digit is not None and self._press(digit)

    def _press(self, digit: str) -> bool:
        """Take a key; tell whether the caller leaves by it (Asterisk ``valid_exit``)."""
        entry, context = self._entry, self._queue.settings.exit_context
        entry.digits += digit
        extensions = self._world.dialplan.extensions
        if not context:
            return False
        if extensions.find(context, entry.digits) is not None:
            # The dialplan goes on with the next priority, which is the first one.
            channel = self._channel
            channel.context, channel.exten, channel.priority = context, entry.digits, 0
            self._has_exited = True
        elif not extensions.can_go_on(context, entry.digits):
            entry.digits = ""
        return self._has_exited

    def _is_turn(self) -> bool:
        return self._queue.is_turn_of(self._entry, self._world.now())

    @property
    def _is_expired(self) -> bool:
        return bool(self._entry.expires) and int(self._world.now()) >= self._entry.expires

    def _is_left_empty(self) -> bool:
        conditions = self._queue.settings.leave_when_empty
        return conditions is not Empty.NOTHING and self._queue.is_empty_for(
            self._entry.penalties, conditions, self._world.now()
        )

    # A member answers

    def _connect(self, answered: Answered) -> Generator[simpy.Event, Any, bool]:
        """Let caller and member talk; return whether they did (Asterisk ``try_calling``)."""
        channel, member, peer = self._channel, answered.member, answered.leg.channel
        settings = self._queue.settings
        if settings.member_delay:
            yield from self._delay(answered)
            if peer.is_ending:
                self._dump(answered)
                return False
        channel.stop_music()
        if settings.set_interface_variables:
            self._set_on_both(peer, describe_member(member))
        if settings.set_entry_variables:
            waited = int(self._world.now()) - self._entry.started
            position = self._entry.original_position
            self._set_on_both(peer, [("QEHOLDTIME", str(waited)), ("QEORIGINALPOS", str(position))])
        self._set_queue_variables(channel, peer)
        self._world.queues.leave(self._queue, self._entry)
        self._is_handled = True
        now = int(self._world.now())
        waited = now - self._entry.started
        self._write(member.name, "CONNECT", waited, peer.unique_id, answered.rang)
        set_duration(channel, "QUEUEWAIT", waited)
        self._world.emit(
            "AgentConnect",
            channel.fresh_headers(),
            peer.fresh_headers("Dest"),
            (
                ("Queue", self._queue.name),
                ("Interface", member.interface),
                ("MemberName", member.name),
                ("HoldTime", str(waited)),
                ("RingTime", str(answered.rang)),
            ),
        )
        member.started = now
        give_features(channel, peer, self._options)
        channel.answer()
        bridge = self._world.bridges.create()
        bridge.keeps_caller = True
        HandledCall(self._world, self._queue, self._entry, answered, bridge)
        began = self._world.env.now
        yield from self._world.bridges.connect(channel, peer, bridge)
        if not channel.leaves:  # Asterisk's callback at the end of a bridge does not see who is sent away
            self._set_queue_variables(channel)
            with channel.staged():
                set_duration(channel, "ANSWEREDTIME", self._world.env.now - began)
                set_duration(channel, "DIALEDTIME", self._world.env.now - channel.created_at)
        return True

    def _delay(self, answered: Answered) -> Generator[simpy.Event, Any, None]:
        """Keep the member waiting before it talks (``memberdelay``)."""
        try:
            yield from pause(self._channel, self._queue.settings.member_delay)
        except simpy.Interrupt:
            self._write(answered.member.name, "ABANDON", *self._position())
            self._abandon()
            self._is_handled = True
            self._end_peer(answered)
            raise

    def _dump(self, answered: Answered) -> None:
        """The member hung up before it talked; the caller stays in the queue."""
        member = answered.member
        self._entry.is_pending = False
        self._write(member.name, "AGENTDUMP", "")
        self._world.emit(
            "AgentDump",
            self._channel.fresh_headers(),
            answered.leg.channel.fresh_headers("Dest"),
            (
                ("Queue", self._queue.name),
                ("Interface", member.interface),
                ("MemberName", member.name),
            ),
        )
        self._end_peer(answered)

    def _end_peer(self, answered: Answered) -> None:
        peer = answered.leg.channel
        self._world.emit(
            "DialEnd",
            self._channel.fresh_headers(),
            peer.fresh_headers("Dest"),
            (("DialStatus", dial_status(peer.hangup_cause)),),
        )
        self._world.queues.pending.discard(answered.member.interface.lower())
        peer.end()

    # Leaving

    def _leave(self, *, goes_on: bool) -> bool:
        """Leave the queue, and say how (the end of Asterisk ``queue_exec``)."""
        channel = self._channel
        waited = int(self._world.now()) - self._entry.started
        with channel.staged():
            for variable, seconds in (
                ("QUEUEWAIT", float(waited)),
                ("DIALEDTIME", self._world.env.now - channel.created_at),
                ("ANSWEREDTIME", 0.0),
            ):
                if not channel.variables.get(variable):
                    set_duration(channel, variable, seconds)
        if self._reason == "WITHDRAW":
            self._abandon()
            self._write("NONE", "WITHDRAW", *self._position(), (self._entry.withdraw_info or "")[:40])
            if self._entry.withdraw_info is not None:
                channel.set_variable("QUEUE_WITHDRAW_INFO", self._entry.withdraw_info)
        elif self._has_exited:
            self._write("NONE", "EXITWITHKEY", self._entry.digits, *self._position())
        elif not self._reason and not self._is_handled:
            self._abandon()
            self._write("NONE", "ABANDON", *self._position())
        elif not self._reason and goes_on:
            self._reason = "CONTINUE"
        if goes_on:
            channel.stop_music()
        self._set_queue_variables(channel)
        self._world.queues.leave(self._queue, self._entry)
        if self._reason:
            channel.set_variable("QUEUESTATUS", self._reason)
        return goes_on

    def _give_up(self, reason: str, event: str) -> None:
        """Leave without an answer, and go on in the dialplan."""
        self._abandon()
        self._reason = reason
        self._write("NONE", event, *self._position())

    def _abandon(self) -> None:
        """Count and tell that the caller was not served (Asterisk ``record_abandoned``)."""
        channel, queue = self._channel, self._queue
        channel.set_variable("ABANDONED", "TRUE")
        self._set_queue_variables(channel)
        position, original, waited = self._position()
        queue.counters.abandon(in_level=waited <= queue.settings.service_level)
        channel.tell(
            "QueueCallerAbandon",
            ("Queue", queue.name),
            ("Position", str(position)),
            ("OriginalPosition", str(original)),
            ("HoldTime", str(waited)),
        )

    def _position(self) -> tuple[int, int, int]:
        entry = self._entry
        return entry.position, entry.original_position, int(self._world.now()) - entry.started

    def _write(self, agent: str, event: str, *data: object) -> None:
        self._world.queues.log.write(self._queue.name, self._channel.unique_id, agent, event, *data)

    # Variables

    def _set_queue_variables(self, *channels: Channel) -> None:
        """Asterisk ``set_queue_variables``, where the queue wants it."""
        if self._queue.settings.set_queue_variables:
            for channel in channels:
                for name, value in describe_queue(self._queue):
                    channel.set_variable(name, value)

    def _set_on_both(self, peer: Channel, variables: list[tuple[str, str]]) -> None:
        for channel in (self._channel, peer):
            for name, value in variables:
                channel.set_variable(name, value)
