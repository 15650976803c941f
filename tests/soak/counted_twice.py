"""A defect of Asterisk 16 that no event tells of: it can count one call of a queue twice.

A call counts when it ends (app_queue.c, handle_hangup) or when the member's device becomes idle
(update_status), whichever is first. On 16 update_queue looks at ``member->starttime`` before it takes the
queue's lock, so that both threads can find the call uncounted; 22 looks and clears it under the lock. The
picture counts once, until a list takes over what the PBX says.

The PBX's own events prove it. Each answered call gives one ``AgentConnect``, and it counts once at most. A
member with ``InCall`` (``starttime``) has one that does not count yet. So between two moments a counter grows
by the answered calls, less those that wait to be counted, at most: what it grows by beyond that is counted
twice. Only where that is exactly what amictl lacks it is set aside; an undercount of amictl is not. Nor is a
call counted twice by a member who answers several at once: of those some never count, so nothing is proved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.asterisk.picture_lists import Picture

# app_queue.c tells AgentConnect before it sets starttime, and events and lists come by different connections:
# so close to an answer a list may be of before it.
_SETTLED_SECONDS: Final = 0.5
_COUNTERS: Final = {"queue": "completed", "member": "calls_taken"}
_CONSEQUENCES: Final = frozenset({"last_call_at", "talk_time", "service_level_perf"})
_LINE: Final = re.compile(
    r"(?:: (?P<thing>(?:queue|member) .+) |drift queues\.(?:member\.)?changed:\w+ of "
    r"DifferenceKey\(key='(?P<queue>[^']*)', inner='\w*', row='(?P<row>[^']*)', field=')"
    r"(?P<field>\w+)(?:'\))?: amictl (?P<ours>\S+), PBX (?P<theirs>\S+)$"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong.

    Args:
        text: What; further lines that are indented tell what is known of it.
        since: From when on it may have become so, in seconds of a monotonic clock.
        until: When it was so at the latest, likewise.
    """

    text: str
    since: float
    until: float

    @property
    def lines(self) -> list[str]:
        """What differs, one field each."""
        return [line for line in self.text.split("\n") if not line.startswith("    ")]


@dataclass(frozen=True, slots=True)
class _Sample:
    at: float
    counted: int
    waiting: int
    agreed: bool


@dataclass(slots=True)
class CountRecord:
    """What the PBX told of its calls of queues: by events, and by lists.

    Things are named as in `tests.asterisk.picture_lists`.
    """

    _answers: dict[str, list[float]] = field(default_factory=dict)
    _samples: dict[str, list[_Sample]] = field(default_factory=dict)

    def note_answer(self, queue: str, interface: str, at: float) -> None:
        """Take an ``AgentConnect`` event.

        Args:
            queue: The queue.
            interface: The member.
            at: When it came, in seconds of a monotonic clock.
        """
        self._answers.setdefault(f"member {queue} {interface}", []).append(at)

    def note_lists(self, seen: Picture, told: Picture, at: float) -> None:
        """Take what amictl showed and the PBX told at one moment.

        Args:
            seen: What amictl showed.
            told: What the PBX told.
            at: When.
        """
        talking = [key for key, fields in told.items() if key.startswith("member ") and fields["in_call"]]
        for key, fields in told.items():
            counter = _COUNTERS.get(key.partition(" ")[0])
            if counter is None:
                continue
            waiting = sum(_is_part(each, key) for each in talking)
            agreed = seen.get(key, {}).get(counter) == fields[counter]
            self._samples.setdefault(key, []).append(_Sample(at, fields[counter], waiting, agreed))

    def is_settled(self, at: float) -> bool:
        """Tell whether no call was answered lately.

        Args:
            at: The time.
        """
        return all(at - answers[-1] > _SETTLED_SECONDS for answers in self._answers.values())

    def counted_twice(self, thing: str, since: float, until: float) -> int:
        """Return how many more calls than it had to count the PBX counted, as its own events prove.

        Args:
            thing: A queue or a member.
            since: Counted from the last time before it that amictl showed the same.
            until: Counted up to the first time after it.

        Returns:
            0 where there is no proof.
        """
        answers = [at for member, each in self._answers.items() if _is_part(member, thing) for at in each]
        samples = [
            sample
            for sample in self._samples.get(thing, [])
            if not any(abs(sample.at - answer) <= _SETTLED_SECONDS for answer in answers)
        ]
        before = next((each for each in reversed(samples) if each.at <= since and each.agreed), None)
        after = next((each for each in samples if each.at >= until), None)
        if before is None or after is None:
            return 0
        most = sum(before.at < at <= after.at for at in answers) + before.waiting - after.waiting
        return max(0, after.counted - before.counted - most)


def _is_part(member: str, thing: str) -> bool:
    """Tell whether something is this member or the member's queue."""
    return member == thing or member.rpartition(" ")[0] == f"member {thing.removeprefix('queue ')}"


def split_counted_twice(
    findings: Sequence[Finding], record: CountRecord
) -> tuple[list[Finding], list[Finding]]:
    """Return the findings that are the PBX's alone, and the others.

    Args:
        findings: All of a run.
        record: What the PBX told meanwhile.
    """
    missing = _count_missing(findings)
    mine: list[Finding] = []
    others: list[Finding] = []
    for finding in findings:
        (mine if _is_of_the_pbx(finding, record, missing) else others).append(finding)
    return mine, others


_Missing = Counter[tuple[str, float, float]]


def _count_missing(findings: Iterable[Finding]) -> _Missing:
    """Return how many calls amictl lacks, by thing and time."""
    missing: _Missing = Counter()
    for finding in findings:
        for found in filter(None, map(_LINE.search, finding.lines)):
            if found["field"] in _COUNTERS.values():
                lacking = int(found["theirs"]) - int(found["ours"])
                missing[_thing_of(found), finding.since, finding.until] += lacking
    return missing


def _is_of_the_pbx(finding: Finding, record: CountRecord, missing: _Missing) -> bool:
    for line in finding.lines:
        found = _LINE.search(line)
        if found is None or found["field"] not in {*_COUNTERS.values(), *_CONSEQUENCES}:
            return False
        place: tuple[Any, ...] = (_thing_of(found), finding.since, finding.until)
        twice = record.counted_twice(*place)
        if twice == 0 or (found["field"] not in _CONSEQUENCES and twice != missing[place]):
            return False
    return True


def _thing_of(found: re.Match[str]) -> str:
    if found["thing"]:
        return found["thing"]
    return f"member {found['queue']} {found['row']}" if found["row"] else f"queue {found['queue']}"
