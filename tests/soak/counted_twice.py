"""A defect of Asterisk 16 that no event tells of: it can count one call of a queue twice.

A call counts when it ends or when the member's device becomes idle, whichever is first; on 16
(apps/app_queue.c, update_queue) the two threads can both find it uncounted, where 22 holds a lock. The
picture counts once, until reconciliation takes over what the PBX says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_COUNTER: Final = re.compile(
    r"(?:(?:queue|member) .* (?P<field>completed|calls_taken)"
    r"|drift queues\.(?:member\.)?changed:(?P<drift>completed|calls_taken) .*)"
    r": amictl (?P<ours>\d+), PBX (?P<theirs>\d+)"
)
_CONSEQUENCE: Final = re.compile(
    r"(?:member .* last_call_at|queue .* talk_time"
    r"|drift queues\.(?:member\.changed:last_call_at|changed:(?:service_level_perf|talk_time)) .*): amictl"
)


def split_counted_twice(findings: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the findings that this can explain, and the others.

    Args:
        findings: The first line of each says what differs.
    """
    explained, others = [], []
    for finding in findings:
        lines = [line for line in finding.split("\n") if not line.startswith("    ")]
        (explained if all(map(_is_explained, lines)) else others).append(finding)
    return explained, others


def _is_explained(line: str) -> bool:
    found = _COUNTER.search(line)
    if found is not None:
        return int(found["theirs"]) > int(found["ours"])
    return _CONSEQUENCE.search(line) is not None
