"""Which calls somebody sees whose role is limited to some queues.

Those whose latest queue is one of the role's: a call that went on into another queue is that queue's, and one
that was never in a queue is nobody's. What happened to it in other queues is left out of its journey.
"""

from __future__ import annotations

from dataclasses import replace

from amictl.pbx import Call


def is_in_scope(call: Call, queues: frozenset[str] | None) -> bool:
    """Return whether the queue that a call is in, or was in last, is one of some queues.

    Args:
        call: The call.
        queues: The queues of a role; None means all.
    """
    if queues is None:
        return True
    if call.queue is not None:
        return call.queue in queues
    entered = (step.get("queue") for step in reversed(call.journey) if step.kind == "queue_entered")
    return next(entered, None) in queues


def scope_call(call: Call, queues: frozenset[str] | None) -> Call | None:
    """Return a call as somebody may see it, or None when it is out of scope.

    Args:
        call: The call.
        queues: The queues of the role; None means all.
    """
    if queues is None:
        return call
    if not is_in_scope(call, queues):
        return None
    told = tuple(step for step in call.journey if step.get("queue") is None or step.get("queue") in queues)
    return replace(call, journey=told)
