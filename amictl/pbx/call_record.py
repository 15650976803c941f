"""One call while it changes: its channels, where it stands, and its clocks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from amictl.pbx.call_journey import Journey, extend, join
from amictl.pbx.call_standing import TALKING_STATES, Standing, earliest
from amictl.pbx.models import Bridge, Call, Channel, JourneyStep
from amictl.pbx.queue_waits import QueueWaits

Fact = tuple[str, str | int | float | None]


@dataclass(slots=True)
class Stopwatch:
    """Since when something lasts, and how long it lasted before.

    Args:
        since: When the present time began; None while it does not last.
        seconds: All earlier times together.
        count: How many times there were, the present one included.
    """

    since: float | None = None
    seconds: float = 0.0
    count: int = 0

    def run(self, now: float, since: float | None, *, runs: bool) -> None:
        """Start or stop, where that is news.

        Args:
            now: The time, when it stops.
            since: When it began, where that is known better than now.
            runs: Whether it lasts.
        """
        if runs and self.since is None:
            self.since = now if since is None else since
            self.count += 1
        elif not runs and self.since is not None:
            self.seconds += max(0.0, now - self.since)
            self.since = None

    def absorb(self, other: Stopwatch) -> None:
        """Add what another one measured before."""
        self.seconds += other.seconds
        self.count += other.count


@dataclass(frozen=True, slots=True)
class Connection:
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
        folded: Names of Local channels that were dialed and whose other half dialed on.
        rung_members: Names of the channels by which a queue called its members.
        absorbed: Linked IDs of calls that were joined with this one.
    """

    linked_id: str
    legs: dict[str, Channel] = field(default_factory=dict)
    local_channels: dict[str, Channel] = field(default_factory=dict)
    started_at: float | None = None
    answered_at: float | None = None
    connection: Connection | None = None
    journey: Journey = ()
    waited: Stopwatch = field(default_factory=Stopwatch)
    talked: Stopwatch = field(default_factory=Stopwatch)
    held: Stopwatch = field(default_factory=Stopwatch)
    folded: frozenset[str] = frozenset()
    rung_members: frozenset[str] = frozenset()
    absorbed: frozenset[str] = frozenset()

    @property
    def is_over(self) -> bool:
        """Whether no channel is left."""
        return not self.legs and not self.local_channels

    def find(self, unique_id: str) -> Channel | None:
        """Return a channel of this call, or None."""
        return self.legs.get(unique_id) or self.local_channels.get(unique_id)

    def note(self, at: float, kind: str, *facts: Fact) -> None:
        """Add a step to the journey.

        Args:
            at: When.
            kind: What.
            facts: What belongs to it; those without a value are left out.
        """
        told = tuple((name, value) for name, value in facts if value is not None)
        self.journey = extend(self.journey, JourneyStep(at, kind, told))

    def put(self, channel: Channel) -> None:
        """Take a channel as it is now."""
        unique_id = channel.unique_id
        mine, others = self.legs, self.local_channels
        if is_local(channel):
            mine, others = others, mine
        if unique_id in others:  # a masquerade gave it another name
            del others[unique_id]
        if unique_id not in mine and mine and _age(unique_id) < _age(next(reversed(mine))):
            mine[unique_id] = channel
            ordered = sorted(mine.items(), key=lambda item: _age(item[0]))
            mine.clear()
            mine.update(ordered)
        else:
            mine[unique_id] = channel
        self.started_at = earliest(self.started_at, channel.created_at)
        self.answered_at = earliest(self.answered_at, channel.answered_at)

    def remove(self, unique_id: str) -> None:
        """Take a channel out."""
        channel = self.legs.pop(unique_id, None) or self.local_channels.pop(unique_id, None)
        if channel is not None:
            self.rung_members -= {channel.channel}
            self.folded -= {channel.channel}
        connection = self.connection
        if connection and unique_id in (connection.caller_id, connection.member_id):
            self.connection = None

    def absorb(self, other: CallRecord) -> None:
        """Take what another call went through, one of whose channels came to this call."""
        self.journey = join(self.journey, other.journey)
        self.connection = self.connection or other.connection
        self.folded |= other.folded
        self.rung_members |= other.rung_members
        self.started_at = earliest(self.started_at, other.started_at)
        self.answered_at = earliest(self.answered_at, other.answered_at)
        if other.linked_id not in self.absorbed:
            self.absorbed |= {other.linked_id}
            self._absorb_clocks(other)

    def continue_from(self, earlier: CallRecord) -> None:
        """Take what an earlier session knew of the same call.

        Args:
            earlier: Its record, which stays as it is.
        """
        self.journey = earlier.journey
        self.connection = earlier.connection
        self.started_at, self.answered_at = earlier.started_at, earlier.answered_at
        self.waited, self.talked, self.held = map(replace, (earlier.waited, earlier.talked, earlier.held))
        self.folded, self.rung_members = earlier.folded, earlier.rung_members
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
        return Call(
            linked_id=self.linked_id,
            state=state,
            started_at=now if self.started_at is None else self.started_at,
            answered_at=self.answered_at,
            caller=caller,
            callee=_find_callee(parties, caller),
            queue=standing.queue or (connection.queue if connection else None),
            member=connection.member if connection else None,
            conference=standing.conference,
            parking_lot=standing.parking_lot,
            legs=tuple(self.legs.values()),
            local_channels=len(self.local_channels),
            wait_started_at=self.waited.since,
            waited_seconds=self.waited.seconds,
            talk_started_at=self.talked.since,
            talked_seconds=self.talked.seconds,
            held_since=self.held.since,
            held_seconds=self.held.seconds,
            hold_count=self.held.count,
            journey=self.journey,
        )

    def _run_clocks(self, now: float, standing: Standing, *, talks: bool) -> None:
        """Start and stop clocks; mostly they all go on."""
        if (standing.waiting_since is None) is not (self.waited.since is None):
            self.waited.run(now, standing.waiting_since, runs=standing.waiting_since is not None)
        if standing.held is (self.held.since is None):
            self.held.run(now, standing.held_since, runs=standing.held)
        if talks is (self.talked.since is None):
            self.talked.run(now, None, runs=talks)

    def _absorb_clocks(self, other: CallRecord) -> None:
        self.waited.absorb(other.waited)
        self.talked.absorb(other.talked)
        self.held.absorb(other.held)

    def _stand(
        self, parties: Collection[Channel], bridges: Mapping[str, Bridge], waits: QueueWaits
    ) -> Standing:
        standing = Standing()
        for channel in self.legs.values():
            standing.add(channel, bridges, waits)
        for channel in self.local_channels.values():
            standing.add(channel, bridges, waits)
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


def is_local(channel: Channel) -> bool:
    """Return whether a channel is one half of a Local channel."""
    return channel.channel.startswith("Local/")


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
