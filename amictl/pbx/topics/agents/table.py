"""The people who answer the queues' calls, made of the members of all queues.

Limits, for want of an event: the end of a rest is seen when anything else happens, and within the seconds of
a keepalive. Who rests in one queue and not in another is said to rest. Asterisk tells the state of a device
some milliseconds before an answer and after the end of a call: for so long the person is ``busy``.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from amictl.pbx.changes import AGENTS, CHANNELS, NO_CHANGES, QUEUES, Change, Changes
from amictl.pbx.topics.agents.identity import AgentIdentities, identify
from amictl.pbx.topics.agents.lines import Lines, find_lines
from amictl.pbx.topics.agents.value import Agent, AgentQueue, AgentState
from amictl.pbx.topics.queues.value import Membership, Queue, QueueMember, Rest
from amictl.protocol import Message

# From the busiest; a person with several devices is as busy as the busiest of them.
_BY_BUSYNESS: Final = (
    "ring+in use", "in use", "busy", "on hold", "ringing", "not in use", "unavailable", "invalid", "unknown",
)  # fmt: skip
_RINGING: Final = frozenset({"ringing", "ring+in use"})
_BUSY: Final = frozenset({"in use", "busy", "on hold"})
_FREE: Final = "not in use"
_UNREACHABLE: Final = frozenset({"unavailable", "invalid"})

_HINT_EVENT: Final = "ExtensionStatus"

_Members = tuple[tuple[Queue, QueueMember], ...]


class AgentTable:
    """The people by their keys; follows the queues, and the channels for calls that are no queue's.

    Args:
        clock: Tells the time in seconds since 1970.
        earlier: The people of an earlier session, for since when they do what they do.
    """

    events: frozenset[str] = frozenset({_HINT_EVENT})

    def __init__(self, clock: Callable[[], float], earlier: Mapping[str, Agent]) -> None:
        self.by_key: dict[str, Agent] = {}
        self._clock = clock
        self._earlier = earlier
        self._of_queue: dict[str, Queue] = {}
        self._members: dict[Membership, QueueMember] = {}
        self._people = AgentIdentities()
        self._lines = Lines()
        self._of_line: dict[str, set[Membership]] = {}
        self._resting: list[tuple[float, str]] = []
        self._ends: set[tuple[float, str]] = set()

    def follow(self, message: Message | None, changes: Changes) -> Changes:
        """Take what changed in the queues' members and their channels."""
        is_over = self._resting and self._resting[0][0] <= self._clock()
        touched = self._wake(self._clock()) if is_over else set()
        if message is not None and message.name == _HINT_EVENT:
            touched |= self._find_people(filter(None, (self._lines.take_hint(message),)))
        for change in changes:
            if change.topic == CHANNELS:
                lines = self._lines.follow(change)
                if lines:  # one change in ten is the begin or the end of a call
                    touched |= self._find_people(lines)
            elif change.topic == QUEUES:
                touched |= self._take_queue(
                    change.key, change.value if isinstance(change.value, Queue) else None
                )
        return self._make(touched) if touched else NO_CHANGES

    def load_hints(self, items: Iterable[Message]) -> Changes:
        """Take what hints are made of.

        Args:
            items: ``ExtensionStatus`` events.
        """
        changed = [hint for item in items if (hint := self._lines.take_hint(item))]
        return self._make(self._find_people(changed))

    def pass_time(self, now: float) -> Changes:
        """End the wrap-up times that are over.

        Args:
            now: The time.
        """
        over = self._wake(now)
        return self._make(over) if over else NO_CHANGES

    def forget_earlier_session(self) -> None:
        """Let go of the people of an earlier session; the lists have been loaded."""
        self._earlier = {}

    def _find_people(self, lines: Iterable[str]) -> set[str]:
        """Return the keys of the people whose lines these are."""
        keys = (self._people.key_of(place) for line in lines for place in self._of_line.get(line, ()))
        return {key for key in keys if key is not None}

    def _wake(self, now: float) -> set[str]:
        """Return the keys of those whose wrap-up time is over."""
        over: set[str] = set()
        while self._resting and self._resting[0][0] <= now:
            end = heapq.heappop(self._resting)
            self._ends.discard(end)
            over.add(end[1])
        return over

    def _take_queue(self, queue: str, value: Queue | None) -> set[str]:
        """Take what a queue is now; return the keys of the people whom that touches."""
        known = self._of_queue.pop(queue, None)
        before = known.members if known else ()
        members = value.members if value else ()
        if value is not None:
            self._of_queue[queue] = value
        touched: set[str] = set()
        if known and value and _read_rests(known) != _read_rests(value):
            touched |= {self._people.key_of(Membership(queue, member.interface)) or "" for member in before}
        if members == before:
            return touched
        for member in members:
            place = Membership(queue, member.interface)
            earlier = self._members.get(place)
            if earlier is not member:
                self._index(place, earlier, member)
                self._members[place] = member
                touched |= self._people.put(place, identify(member))
                touched.add(self._people.key_of(place) or "")
        here = {member.interface for member in members}
        for member in before:
            if member.interface not in here:
                place = Membership(queue, member.interface)
                self._index(place, member, None)
                del self._members[place]
                touched |= self._people.remove(place)
        return touched

    def _index(self, place: Membership, before: QueueMember | None, member: QueueMember | None) -> None:
        """Let a member be found by its lines."""
        old = find_lines(before) if before else frozenset()
        new = find_lines(member) if member else frozenset()
        if old == new:
            return
        for line in old - new:
            self._of_line[line].discard(place)
            if not self._of_line[line]:
                del self._of_line[line]
        for line in new - old:
            self._of_line.setdefault(line, set()).add(place)

    def _make(self, keys: Iterable[str]) -> Changes:
        now = self._clock()
        changes: list[Change] = []
        for key in sorted(keys):
            before = self.by_key.get(key)
            places = self._people.places.get(key)
            if places:
                agent = self._make_one(key, places, before or self._earlier.get(key), now)
                if agent != before:
                    self.by_key[key] = agent
                    changes.append(Change(AGENTS, "put", key, agent))
            elif before is not None:
                del self.by_key[key]
                changes.append(Change(AGENTS, "del", key))
        return changes

    def _make_one(self, key: str, places: Iterable[Membership], before: Agent | None, now: float) -> Agent:
        members = tuple((self._of_queue[place.queue], self._members[place]) for place in sorted(places))
        in_call = any(
            self._lines.is_in_call(member) or (member.in_call and not member.handed_over)
            for _, member in members
        )
        agent = _make_agent(key, self._people.name_of(key), members, now, in_call=in_call)
        for rest in _find_rests(members):
            end = (rest.until, key)
            if rest.until > now and end not in self._ends:
                self._ends.add(end)
                heapq.heappush(self._resting, end)
        if before is None:
            return replace(agent, since=_begin_of_state(agent))
        if before.state == agent.state:
            return replace(agent, since=before.since)
        rested = before.state is AgentState.WRAPUP and before.wrapup_until
        return replace(agent, since=min(now, rested) if rested else now)


def limit_agent(agent: Agent, queues: frozenset[str]) -> Agent | None:
    """Return what somebody may see of a person who may see only some queues; None for nothing.

    Args:
        agent: The person.
        queues: The queues that may be seen.
    """
    seen = tuple(place for place in agent.queues if place.queue in queues)
    if not seen:
        return None
    paused, reason, paused_at = _read_pauses(seen)
    interfaces = {place.interface for place in seen}
    return replace(
        agent,
        interfaces=tuple(each for each in agent.interfaces if each in interfaces),
        state_interface=min(place.state_interface or place.interface for place in seen),
        paused=paused,
        paused_reason=reason,
        paused_at=paused_at,
        queues=seen,
        in_call_with=agent.in_call_with if any(place.in_call for place in seen) else None,
        calls_taken=_add_calls(seen),
        last_call_at=_find_last_call(seen),
    )


def _make_agent(key: str, name: str | None, members: _Members, now: float, *, in_call: bool) -> Agent:
    """Return a person as of now, without knowing since when.

    Args:
        key: The key.
        name: The name.
        members: The person's places.
        now: The time.
        in_call: Whether a channel of the person's is in a call, a queue's or any other.
    """
    queues = tuple(_make_place(queue.queue, member) for queue, member in members)
    device_state = _find_busiest(member.status for _, member in members)
    paused, reason, paused_at = _read_pauses(queues)
    rests = _find_rests(members)
    wrapup_until = max((rest.until for rest in rests if rest.known), default=None)
    calls = [member.in_call_with for _, member in members if member.in_call_with]
    return Agent(
        agent=key,
        name=name,
        interfaces=tuple(sorted({member.interface for _, member in members})),
        state_interface=min(member.state_interface or member.interface for _, member in members),
        device_state=device_state,
        state=AgentState.IN_CALL if in_call else _find_state(device_state, paused, rests, now),
        since=None,
        paused=paused,
        paused_reason=reason,
        paused_at=paused_at,
        queues=queues,
        in_call_with=max(calls, key=lambda call: call.since or 0.0, default=None),
        calls_taken=_add_calls(queues),
        last_call_at=_find_last_call(queues),
        wrapup_until=wrapup_until,
    )


def _make_place(queue: str, member: QueueMember) -> AgentQueue:
    return AgentQueue(
        queue=queue,
        interface=member.interface,
        penalty=member.penalty,
        paused=member.paused,
        paused_reason=member.paused_reason,
        paused_at=member.paused_at,
        in_call=member.in_call,
        calls_taken=member.calls_taken,
        last_call_at=member.last_call_at,
        membership=member.membership,
        state_interface=member.state_interface,
    )


def _find_state(
    device_state: str | None,
    paused: str,
    rests: Iterable[Rest],
    now: float,
) -> AgentState:
    """Return what a person does who is in no call."""
    if device_state in _RINGING:
        return AgentState.RINGING
    if paused == "all":
        return AgentState.PAUSED
    if device_state in _BUSY:
        return AgentState.BUSY
    if device_state in _UNREACHABLE:
        return AgentState.UNAVAILABLE
    return _find_idle_state(device_state, {rest.known for rest in rests if rest.until > now})


def _find_idle_state(device_state: str | None, rests: Collection[bool]) -> AgentState:
    """Return what a person does whom Asterisk would ring if no queue lets the person rest.

    Args:
        device_state: The device's state.
        rests: Of each rest that is not over, whether it is known.
    """
    if True in rests:
        return AgentState.WRAPUP
    idle = AgentState.AFTER_CALL if rests else AgentState.READY
    return idle if device_state == _FREE else AgentState.UNKNOWN


def _find_busiest(states: Iterable[str | None]) -> str | None:
    told = {state for state in states if state}
    return next((state for state in _BY_BUSYNESS if state in told), None)


def _read_pauses(queues: tuple[AgentQueue, ...]) -> tuple[str, str | None, float | None]:
    """Return how many queues give no calls, and why and since when by the latest pause."""
    pauses = [place for place in queues if place.paused]
    if not pauses:
        return "none", None, None
    latest = max(pauses, key=lambda place: (place.paused_at or 0.0, place.paused_reason or ""))
    return "all" if len(pauses) == len(queues) else "some", latest.paused_reason, latest.paused_at


def _find_rests(members: _Members) -> list[Rest]:
    """Return a person's rests after the latest calls, of which some may be over."""
    rests = (queue.find_rest(member) for queue, member in members)
    return [rest for rest in rests if rest is not None]


def _read_rests(queue: Queue) -> tuple[int | None, float | None]:
    return queue.wrapup_time, queue.rest_at_most


def _add_calls(queues: tuple[AgentQueue, ...]) -> int | None:
    told = [place.calls_taken for place in queues if place.calls_taken is not None]
    return sum(told) if told else None


def _find_last_call(queues: tuple[AgentQueue, ...]) -> float | None:
    return max((place.last_call_at for place in queues if place.last_call_at), default=None)


def _begin_of_state(agent: Agent) -> float | None:
    """Return since when a person does what a first look shows, where the look tells."""
    if agent.state is AgentState.PAUSED:
        return agent.paused_at
    if agent.state is AgentState.IN_CALL and agent.in_call_with:
        return agent.in_call_with.since
    return None
