"""What people are told of faults in what a PBX sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from amictl.manager.link_metrics import LinkMetrics
from amictl.pbx.faults import Fault
from amictl.pbx.topics.queues.value import Membership

_WORDS: Final[Mapping[Fault, str]] = {
    Fault.UNREADABLE_VALUE: "The PBX sent numbers that cannot be true and are shown as unknown"
    " ({count} so far, such as {example}).",
    Fault.UNUSABLE_ITEM: "Items of the PBX's lists could not be used ({count} so far, such as {example}).",
    Fault.INCOMPLETE_EVENT: "Events came without what they are about, and the PBX was asked instead"
    " ({count} so far, such as {example}).",
}


def describe_silent_members(members: Sequence[Membership]) -> list[str]:
    """Return a sentence on the members of queues of whom the PBX sends no event; none where there are none.

    Args:
        members: Who they are.
    """
    if not members:
        return []
    queue, interface = members[0]
    others = f" and {len(members) - 1} others" if len(members) > 1 else ""
    who = f"member {interface} of queue {queue}{others}"
    return [
        f"Asterisk sends no events about {who}: a name or reason there is not valid UTF-8; change it there."
    ]


def describe_faults(meter: LinkMetrics, before: Mapping[Fault, int]) -> list[str]:
    """Return a sentence for each kind of fault that was met since a moment.

    Args:
        meter: Where they are counted.
        before: What was counted at that moment.
    """
    return [
        words.format(count=count, example=meter.latest_faults[fault])
        for fault, words in _WORDS.items()
        if (count := meter.faults[fault] - before.get(fault, 0))
    ]
