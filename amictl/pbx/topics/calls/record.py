"""One call while it changes: its channels, where it stands, and its clocks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from amictl.pbx.topics.bridges.value import Bridge
from amictl.pbx.topics.calls.journey import Journey, extend, join
from amictl.pbx.topics.calls.queue_waits import QueueWaits
from amictl.pbx.topics.calls.standing import TALKING_STATES, Standing, earliest
from amictl.pbx.topics.calls.value import Call, JourneyStep, Times
from amictl.pbx.topics.channels.local_halves import LOCAL
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.value import Value

_NEVER: Final = Times()
# One empty mapping for all calls, to save memory: it is only ever replaced.
_NOTHING_FOLDED: Final[Mapping[str, tuple[str, ...]]] = {}
_NOTHING_NOTED: Final[Mapping[str, str]] = {}
_MOST_ABSORBED: Final = 16


class Connection(Value, frozen=True):
    """A caller of a queue and the member who answered.

    Args:
        queue: The queue.
        member: The member's interface.
        caller_id: Unique ID of the caller's channel.
        member_id: Unique ID of the member's.
    """

    queue: str
    member: str
    caller_id: str
    member_id: str


@dataclass(slots=True)
class CallRecord:
    """One call; `freeze` gives the value that readers see.

    Args:
        linked_id: The key.
        legs: Channels but Local ones by unique ID, oldest first.
        local_channels: Local ones likewise.
        started_at: When the first of them came to be; None before there is one.
        answered_at: When the first of them came ``Up``.
        connection: The member of a queue who answered.
        folded: Channels that the other half of a Local channel dialed, by the name of the dialed half.
            They may be told first: app_dial and app_queue tell of the half after their ``ast_call``.
        parted: Unique IDs of callers whose queue still runs, though its member handed them over.
        rung_members: Names of the Local channels by which a queue called its members.
        absorbed: Linked IDs of the last calls that were joined with this one.
        refusals: Why members of queues did not answer, by the channels that said so, until the queue tells.
        endings: How channels that are about to end are ended, by unique ID.
    """

    linked_id: str
    legs: dict[str, Channel] = field(default_factory=dict)
    local_channels: dict[str, Channel] = field(default_factory=dict)
    started_at: float | None = None
    answered_at: float | None = None
    connection: Connection | None = None
    journey: Journey = ()
    waiting: Times = _NEVER
    talking: Times = _NEVER
    holding: Times = _NEVER
    folded: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING_FOLDED)
    parted: frozenset[str] = frozenset()
    rung_members: frozenset[str] = frozenset()
    absorbed: tuple[str, ...] = ()
    refusals: Mapping[str, str] = field(default_factory=lambda: _NOTHING_NOTED)
    endings: Mapping[str, str] = field(default_factory=lambda: _NOTHING_NOTED)

    def find(self, unique_id: str) -> Channel | None:
        """Return a channel of this call, or None."""
        return self.legs.get(unique_id) or self.local_channels.get(unique_id)

    def note(self, step: JourneyStep) -> None:
        """Add a step to the journey."""
        self.journey = extend(self.journey, step)

    def note_ending(self, unique_id: str, how: str) -> None:
        """Take how a channel is about to be ended; what was told first is why."""
        if unique_id not in self.endings:
            self.endings = {**self.endings, unique_id: how}

    def take_refusal(self, channel: str) -> str | None:
        """Return why a member's channel did not answer, if it said so, and forget it."""
        reason = self.refusals.get(channel)
        if reason is not None:
            self.refusals = {each: why for each, why in self.refusals.items() if each != channel}
        return reason

    def put(self, channel: Channel) -> Channel | None:
        """Take a channel as it is now, and return it as it was; None for a new one."""
        unique_id = channel.unique_id
        mine = self.legs if unique_id in self.legs else self.local_channels
        known = mine.get(unique_id)
        # This runs for two events in three, and mostly neither of these changed.
        if known is not None and known.channel == channel.channel:
            mine[unique_id] = channel
            if known.answered_at != channel.answered_at:
                self.answered_at = earliest(self.answered_at, channel.answered_at)
            return known
        mine.pop(unique_id, None)  # a masquerade gave it another name
        _insert(self.local_channels if is_local(channel) else self.legs, channel)
        self.started_at = earliest(self.started_at, channel.created_at)
        self.answered_at = earliest(self.answered_at, channel.answered_at)
        return known

    def remove(self, unique_id: str) -> None:
        """Take a channel out."""
        channel = self.legs.pop(unique_id, None) or self.local_channels.pop(unique_id, None)
        if channel is not None:
            self.rung_members -= {channel.channel}
            self.folded = {outer: told for outer, told in self.folded.items() if outer != channel.channel}
        if not self.local_channels:
            self.folded, self.rung_members = _NOTHING_FOLDED, frozenset()
        self.parted -= {unique_id}
        if unique_id in self.endings:
            self.endings = {each: how for each, how in self.endings.items() if each != unique_id}
        connection = self.connection
        if connection and unique_id in (connection.caller_id, connection.member_id):
            self.connection = None

    def absorb(self, other: CallRecord, *, still_waits: bool = False) -> None:
        """Take what another call went through, one of whose channels came to this call.

        Args:
            other: The other call.
            still_waits: Whether its present waiting goes on in this call, so that it counts here.
        """
        self.journey = join(self.journey, other.journey)
        self.connection = self.connection or other.connection
        self.folded = {**self.folded, **other.folded}
        self.parted |= other.parted
        self.rung_members |= other.rung_members
        self.started_at = earliest(self.started_at, other.started_at)
        self.answered_at = earliest(self.answered_at, other.answered_at)
        if other.linked_id not in self.absorbed:
            self.absorbed = (*self.absorbed, other.linked_id)[-_MOST_ABSORBED:]
            waited = other.waiting
            if still_waits and waited.since is not None:
                waited = replace(waited, count=waited.count - 1)
            self.waiting = _add_past(self.waiting, waited)
            self.talking = _add_past(self.talking, other.talking)
            self.holding = _add_past(self.holding, other.holding)

    def continue_from(self, earlier: CallRecord) -> None:
        """Take what an earlier session knew of the same call.

        Args:
            earlier: Its record, which stays as it is.
        """
        self.journey = earlier.journey
        self.connection = earlier.connection
        self.started_at, self.answered_at = earlier.started_at, earlier.answered_at
        self.waiting, self.talking, self.holding = earlier.waiting, earlier.talking, earlier.holding
        self.folded, self.rung_members = earlier.folded, earlier.rung_members
        self.parted = earlier.parted
        self.absorbed = earlier.absorbed

    def freeze(self, now: float, bridges: Mapping[str, Bridge], waits: QueueWaits) -> Call:
        """Return the call as it is now; its clocks start and stop by this.

        Args:
            now: The time.
            bridges: The bridges by bridge ID.
            waits: Who waits in which queue.
        """
        parties = self._parties()
        standing = self._stand(parties, bridges, waits)
        state = standing.state
        self._run_clocks(now, standing, talks=state in TALKING_STATES)
        caller = self.legs.get(self.linked_id) or next(iter(parties), None)
        connection = self.connection
        return Call(  # in the order of its fields, which is the fastest way
            self.linked_id,
            state,
            now if self.started_at is None else self.started_at,
            self.answered_at,
            caller,
            _find_callee(parties, caller),
            standing.queue or (connection.queue if connection else None),
            connection.member if connection else None,
            standing.conference,
            standing.parking_lot,
            tuple(self.legs.values()),
            len(self.local_channels),
            self.waiting,
            self.talking,
            self.holding,
            self.journey,
        )

    def end(self, last: Call, now: float) -> Call:
        """Return the call as it was when its last channel ended.

        Args:
            last: What readers saw of it last.
            now: The time.
        """
        waiting, talking, holding = (
            times if times.since is None else _turn(times, now)
            for times in (self.waiting, self.talking, self.holding)
        )
        return replace(
            last, waiting=waiting, talking=talking, holding=holding, journey=self.journey, ended_at=now
        )

    def _run_clocks(self, now: float, standing: Standing, *, talks: bool) -> None:
        """Start and stop clocks; mostly they all go on."""
        waits = standing.waiting_since is not None
        if waits is (self.waiting.since is None):
            self.waiting = _turn(self.waiting, now, standing.waiting_since)
        if talks is (self.talking.since is None):
            self.talking = _turn(self.talking, now)
        if standing.held is (self.holding.since is None):
            self.holding = _turn(self.holding, now, standing.held_since)

    def _stand(
        self, parties: Collection[Channel], bridges: Mapping[str, Bridge], waits: QueueWaits
    ) -> Standing:
        standing = Standing()
        standing.add(self.legs.values(), bridges, waits, self.parted)
        if self.local_channels:
            standing.add(self.local_channels.values(), bridges, waits, self.parted)
        for channel in parties:
            if channel.on_hold:
                standing.add_hold(channel)
        return standing

    def _parties(self) -> Collection[Channel]:
        """Return the legs; without any, the outer halves of Local channels."""
        if self.legs:
            return self.legs.values()
        outer = [channel for channel in self.local_channels.values() if channel.channel.endswith(";1")]
        return outer or self.local_channels.values()


def _insert(channels: dict[str, Channel], channel: Channel) -> None:
    """Put a new channel where it belongs by its age."""
    newest = next(reversed(channels), None)
    channels[channel.unique_id] = channel
    if newest is not None and _age(channel.unique_id) < _age(newest):
        ordered = sorted(channels.items(), key=lambda item: _age(item[0]))
        channels.clear()
        channels.update(ordered)


def is_local(channel: Channel) -> bool:
    """Return whether a channel is one half of a Local channel."""
    return channel.channel.startswith(LOCAL)


def _turn(times: Times, now: float, since: float | None = None) -> Times:
    """Return times of which the present one ended, or began.

    Args:
        times: What they were.
        now: The time.
        since: When it began, where that is known better than now.
    """
    if times.since is None:
        return Times(now if since is None else since, times.seconds, times.count + 1)
    return Times(None, times.seconds + max(0.0, now - times.since), times.count)


def _add_past(times: Times, other: Times) -> Times:
    """Return times together with the earlier ones of another call."""
    return Times(times.since, times.seconds + other.seconds, times.count + other.count)


def _find_callee(parties: Collection[Channel], caller: Channel | None) -> Channel | None:
    other = None
    for channel in parties:
        if channel is not caller:
            if channel.bridge_id:
                return channel
            other = channel
    return other if len(parties) == 2 else None


def _age(unique_id: str) -> tuple[float, int, str]:
    """Return what puts unique IDs in the order of their making.

    Asterisk makes them of the second and a number that counts up, maybe behind a system name; one that an
    originate chose is of a call's first channel ("Asterisk main/channel_internal_api.c").
    """
    seconds, _, number = unique_id.rpartition("-")[2].rpartition(".")
    try:
        return float(seconds), int(number), unique_id
    except ValueError:
        return 0.0, 0, unique_id
