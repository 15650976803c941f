"""``queue …``: queues and their members (apps/app_queue.c)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amictl.demo.console.registry import Invocation, command
from amictl.demo.queues.members import Member
from amictl.demo.queues.queue import CallQueue

# Asterisk main/devicestate.c, devstatestring, in the order of the numbers.
_STATES: Final = (
    "Unknown",
    "Not in use",
    "In use",
    "Busy",
    "Invalid",
    "Unavailable",
    "Ringing",
    "Ring+Inuse",
    "On Hold",
)


@command("queue show", "Show status of a specified queue", most=1)
def show_queues(asked: Invocation) -> Iterator[str]:
    """Show one queue, or all in the order of their names."""
    now = int(asked.world.now())
    queues = asked.world.queues.named("".join(asked.words))
    if asked.words and not queues:
        yield f"No such queue: {asked.words[0]}."
    elif not queues:
        yield "No queues."
    for queue in sorted(queues, key=lambda each: each.name.lower()):
        yield _describe_queue(queue)
        if len(queue.members):
            yield "   Members: "
            for member in queue.members:
                yield _describe_member(member, now)
        else:
            yield "   No Members"
        if queue.entries:
            yield "   Callers: "
        else:
            yield "   No Callers"
        for entry in queue.entries:
            minutes, seconds = divmod(now - entry.started, 60)
            wait = f"(wait: {minutes}:{seconds:02}, prio: {entry.priority})"
            yield f"      {entry.position}. {entry.channel.name} {wait}"
        yield ""


def _describe_queue(queue: CallQueue) -> str:
    settings, counters = queue.settings, queue.counters
    most = settings.max_length or "unlimited"
    return (
        f"{queue.name} has {len(queue.entries)} calls (max {most}) in '{settings.strategy.value}' strategy"
        f" ({counters.hold_time}s holdtime, {counters.talk_time}s talktime), W:{settings.weight},"
        f" C:{counters.completed}, A:{counters.abandoned}, SL:{counters.service_level_performance}%,"
        f" SL2:{counters.service_level_performance_2}% within {settings.service_level}s"
    )


def _describe_member(member: Member, now: int) -> str:
    parts = [f"      {member.name}"]
    if member.name.lower() != member.interface.lower():
        state = member.state_interface
        place = "" if state == member.interface else f" from {state}"
        parts.append(f"({member.interface}{place})")
    if member.penalty:
        parts.append(f"with penalty {member.penalty}")
    parts.append(f"(ringinuse {'enabled' if member.ring_in_use else 'disabled'})")
    if member.is_dynamic:
        parts.append("(dynamic)")
    if member.started:
        parts.append("(in call)")
    if member.paused:
        reason = f":{member.reason}" if member.reason else ""
        parts.append(f"(paused{reason} was {now - member.last_pause} secs ago)")
    parts.append(f"({_STATES[member.status]})")
    if member.calls:
        parts.append(f"has taken {member.calls} calls (last was {now - member.last_call} secs ago)")
    else:
        parts.append("has taken no calls yet")
    parts.append(f"(login was {now - member.logged_in} secs ago)")
    return " ".join(parts)


@command("queue show rules", "Show the rules defined in queuerules.conf", most=1)
def show_rules(asked: Invocation) -> Iterator[str]:
    """Show one penalty rule, or all."""
    wanted = "".join(asked.words).lower()
    for found in asked.world.queues.rules:
        if wanted in {"", found.name.lower()}:
            yield f"Rule: {found.name}"
            for rule in found.rules:
                changes = [
                    f"adjust QUEUE_{name}_PENALTY {'by' if amount.is_relative else 'to'} {amount.value}"
                    for name, amount in (("MAX", rule.maximum), ("MIN", rule.minimum), ("RAISE", rule.raised))
                ]
                yield f"\tAfter {rule.time} seconds, {changes[0]}, {changes[1]} and {changes[2]}"


@command("queue reset stats", "Reset statistics for a queue", most=1)
def reset_statistics(asked: Invocation) -> Iterator[str]:
    """Set the counters of one queue to zero, or of all."""
    for queue in asked.world.queues.named("".join(asked.words)):
        queue.reset()
    yield ""


@command("queue reload all", "Reload queues, members, queue rules, or parameters", most=1)
def reload_all(asked: Invocation) -> Iterator[str]:
    """Read the configuration again, for one queue or for all."""
    asked.world.queue_loader.load(name="".join(asked.words))
    yield ""
