"""Sessions that a real Asterisk spoke, made into pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.state import PbxState
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.protocol import AmiConnection, Message, Reply

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
NAMES = sorted(path.stem for path in TRANSCRIPTS.glob("*.ami"))


def messages_of(name: str) -> list[Message]:
    return AmiConnection().receive_data((TRANSCRIPTS / f"{name}.ami").read_bytes())


def events_of(name: str) -> list[Message]:
    """What the session was told without having asked: only such events have a privilege."""
    return [message for message in messages_of(name) if message.is_event and message.get("Privilege")]


def list_of(name: str, *items: str) -> Reply:
    found = tuple(message for message in messages_of(name) if message.name in items)
    return Reply("1", Message(b"Response: Success"), found)


@pytest.mark.parametrize("name", NAMES)
def test_any_real_session_can_be_applied_and_leaves_no_ghosts(name: str) -> None:
    picture = LivePicture("main")
    born, gone = set(), set()
    for event in events_of(name):
        picture.apply_event(event)
        born |= {event.get("Uniqueid")} if event.name == "Newchannel" else set()
        gone |= {event.get("Uniqueid")} if event.name == "Hangup" else set()

    assert {channel.unique_id for channel in picture.channels()} == born - gone


@pytest.mark.parametrize("major", [22, 16])
def test_a_real_call_rings_talks_and_goes(major: int) -> None:
    state = PbxState()
    states: dict[str, list[str | None]] = {}
    for event in events_of(f"call-{major}"):
        for change in state.apply(event):
            if change.topic == "channels":
                now = state.channels.by_id.get(change.key)
                states.setdefault(change.key, []).append(now.state if now else None)

    assert len(states) == 2
    for seen in states.values():
        assert "Up" in seen
        assert seen[-1] is None
    assert not state.channels.by_id


@pytest.mark.parametrize("major", [22, 16])
def test_a_real_queue_call_waits_is_answered_and_counts(major: int) -> None:
    state = PbxState()
    SNAPSHOT_STEPS[2].load(state, list_of(f"lists-{major}", "QueueParams"))
    seen = {"waiting": 0, "talking": 0, "completed": 0}
    for event in events_of(f"queue-call-{major}"):
        state.apply(event)
        queues = state.queues.by_name.values()
        seen["waiting"] = max(seen["waiting"], sum(len(queue.callers) for queue in queues))
        busy = [member for queue in queues for member in queue.members if member.in_call]
        seen["talking"] = max(seen["talking"], len(busy))
        seen["completed"] = sum(queue.completed or 0 for queue in queues)

    assert seen == {"waiting": 1, "talking": 1, "completed": 1}
    assert not state.channels.by_id
    assert not state.bridges.by_id


@pytest.mark.parametrize("major", [22, 16])
def test_real_lists_make_a_picture(major: int) -> None:
    state = PbxState()
    lists = (("CoreShowChannel",), ("BridgeListItem",), ("QueueParams", "QueueMember", "QueueEntry"))
    for step, items in zip(SNAPSHOT_STEPS[:3], lists, strict=True):
        step.load(state, list_of(f"lists-{major}", *items))

    assert len(state.channels.by_id) == len(list_of(f"lists-{major}", "CoreShowChannel").items)
    inside = [unique_id for bridge in state.bridges.by_id.values() for unique_id in bridge.channels]
    assert inside
    assert set(inside) <= set(state.channels.by_id)
    assert sum(len(queue.members) for queue in state.queues.by_name.values()) == len(
        list_of(f"lists-{major}", "QueueMember").items
    )
    assert all(queue.strategy for queue in state.queues.by_name.values())
