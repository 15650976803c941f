"""Recorded sessions as amictl would see them: events, and the whole lists between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from amictl.protocol import Connection, Message, Reply

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"


def play(name: str) -> Iterator[Message | Reply]:
    """Yield what one session was told, in order: events, and each reply where it ended.

    Args:
        name: The transcript, with the version: ``parking-22``.
    """
    started: dict[str, tuple[Message, list[Message]]] = {}
    for message in Connection().receive_data((TRANSCRIPTS / f"{name}.ami").read_bytes()):
        action_id = message.action_id or ""
        if message.is_response and message.get("EventList") == "start":
            started[action_id] = (message, [])
        elif message.is_response:
            yield Reply(action_id, message, empty=message.get("Message", "").startswith("No "))
        elif action_id in started and message.get("EventList") == "Complete":
            response, items = started.pop(action_id)
            yield Reply(action_id, response, tuple(items), message)
        elif action_id in started:
            started[action_id][1].append(message)
        else:
            yield message
