"""Which calls somebody sees whose role is limited to some queues.

A call is shown while it is in no queue, or in one of the role's: the same rule as for raw events. What
happened to it in other queues is left out of its journey.
"""

from __future__ import annotations

from amictl.pbx.topics import Payload


def scope_call(payload: Payload, queues: frozenset[str] | None) -> Payload | None:
    """Return a call as somebody may see it, or None when it is out of scope.

    Args:
        payload: A value of the topic ``calls``; it is left as it is.
        queues: The queues of the role; None means all.
    """
    if queues is None:
        return payload
    if payload["queue"] is not None and payload["queue"] not in queues:
        return None
    journey = [step for step in payload["journey"] if step.get("queue") is None or step["queue"] in queues]
    return {**payload, "journey": journey}
