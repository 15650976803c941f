"""Recorded sessions as amictl would see them: events, and the whole lists between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from amictl.pbx.lists import SnapshotStep
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import SNAPSHOT_STEPS
from amictl.pbx.topics.channels.topic import ask_for_application
from amictl.pbx.topics.conferences.topic import ask_for_parties
from amictl.pbx.topics.endpoints.topic import ask_for_endpoint
from amictl.protocol import AmiConnection, Message, Reply
from tests.pbx.ami_events import listed

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
SESSIONS = sorted(path.stem for path in TRANSCRIPTS.glob("*.ami"))

STEPS = {step.name: step for step in SNAPSHOT_STEPS}
OF_ITEMS: dict[str, Callable[[Message], Iterable[SnapshotStep]]] = {
    "CoreShowChannel": lambda _: [STEPS["CoreShowChannels"]],
    "BridgeListItem": lambda _: [STEPS["BridgeList"]],
    "QueueParams": lambda _: [STEPS["QueueStatus"]],
    "ParkedCall": lambda _: [STEPS["ParkedCalls"]],
    "ConfbridgeListRooms": lambda _: [STEPS["ConfbridgeListRooms"]],
    "ConfbridgeList": lambda item: ask_for_parties(item.get("Conference", "")),
    "EndpointList": lambda _: [STEPS["PJSIPShowEndpoints"]],
    "ContactList": lambda _: STEPS["PJSIPShowEndpoints"].follow_ups(listed()),
    "EndpointDetail": lambda item: ask_for_endpoint(item.get("ObjectName", "")),
    "PeerEntry": lambda item: [STEPS["SIPpeers" if item.get("Channeltype") == "SIP" else "IAXpeerlist"]],
    "DeviceStateChange": lambda _: [STEPS["DeviceStateList"]],
    "Status": lambda item: ask_for_application(item.get("Uniqueid", "")),
}


def play(name: str) -> Iterator[Message | Reply]:
    """Yield what one session was told, in order: events, and each reply where it ended.

    Args:
        name: The transcript, with the version: ``parking-22``.
    """
    started: dict[str, tuple[Message, list[Message]]] = {}
    for message in AmiConnection().receive_data((TRANSCRIPTS / f"{name}.ami").read_bytes()):
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


def fill_picture(
    picture: LivePicture, name: str, change: Callable[[Message], Message] = lambda message: message
) -> Iterator[None]:
    """Let a picture take a recorded session, event by event and list by list.

    Args:
        picture: The picture.
        name: The transcript.
        change: What is done to each event and item before.
    """
    for told in play(name):
        if isinstance(told, Message):
            picture.apply_event(change(told))
        elif told.items:
            items = tuple(map(change, told.items))
            for step in OF_ITEMS.get(told.items[0].name, lambda _: ())(told.items[0]):
                picture.load_step(step, Reply(told.action_id, told.response, items, told.complete))
        yield
