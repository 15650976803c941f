"""A live picture kept by the simplest loop that can keep one, and what the PBX itself says to compare.

The loop is no part of amictl, so that a fault of the manager and one of the picture show in different tests.
The other side shares no code with amictl at all.
"""

from __future__ import annotations

import itertools
import queue
import re
import socket
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, Self

from amictl.pbx import SNAPSHOT_STEPS, LivePicture, SnapshotStep
from amictl.pbx.actions import list_commands
from amictl.pbx.payloads import bridge_payload, channel_payload, queue_payload
from amictl.protocol import Action, Connection, Reply, login_action
from tests.asterisk.ami_client import AmiClient, Message

Picture = dict[str, dict[str, Any]]

CHANNEL_FIELDS = {
    "channel": "Channel",
    "linked_id": "Linkedid",
    "state": "ChannelStateDesc",
    "caller_id_num": "CallerIDNum",
    "caller_id_name": "CallerIDName",
    "connected_line_num": "ConnectedLineNum",
    "connected_line_name": "ConnectedLineName",
    "context": "Context",
    "exten": "Exten",
    "priority": "Priority",
    "application": "Application",
    "application_data": "ApplicationData",
    "account_code": "AccountCode",
    "language": "Language",
    "bridge_id": "BridgeId",
}
QUEUE_FIELDS = {
    "strategy": "Strategy",
    "max": "Max",
    "weight": "Weight",
    "completed": "Completed",
    "abandoned": "Abandoned",
    "hold_time": "Holdtime",
    "talk_time": "TalkTime",
    "service_level": "ServiceLevel",
}
AVERAGES = ("hold_time", "talk_time")
MEMBER_FIELDS = {
    "name": "Name",
    "state_interface": "StateInterface",
    "penalty": "Penalty",
    "calls_taken": "CallsTaken",
}
MEMBER_FLAGS = {"in_call": "InCall", "paused": "Paused"}
STATES = [
    "unknown", "not in use", "in use", "busy", "invalid", "unavailable", "ringing", "ring+in use", "on hold",
]  # fmt: skip
ESCAPES = {"\\\\": "\\", '\\"': '"', "\\'": "'"}


class Reachable(Protocol):
    """A PBX that one can log in to."""

    host: str
    ami_port: int
    username: str
    secret: str


class PictureFeed:
    """Keeps a picture from one AMI session in a thread of its own; a context manager.

    Args:
        pbx: A started Asterisk, or the developer's own.
        picture: The picture to keep.
    """

    _sessions = itertools.count(1)

    def __init__(self, pbx: Reachable, picture: LivePicture) -> None:
        self.picture = picture
        self._pbx = pbx
        self._connection = Connection()
        self._socket = socket.create_connection((pbx.host, pbx.ami_port), timeout=10)
        self._replies: dict[str, queue.SimpleQueue[Reply]] = {}
        self._steps: dict[str, SnapshotStep] = {}
        self._reader = threading.Thread(target=self._read, name="picture-feed", daemon=True)

    def __enter__(self) -> Self:
        self._reader.start()
        self._send(login_action(self._pbx.username, self._pbx.secret)).get(timeout=10)
        self.picture.begin_session(f"session-{next(self._sessions)}")
        # As the manager does; it also gives the caches behind Asterisk 16's lists the time to catch up.
        self._send(list_commands()).get(timeout=10)
        replies = [self._send(step.action(), step) for step in SNAPSHOT_STEPS]
        for reply in replies:
            reply.get(timeout=10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(5)
        self._socket.close()

    def _send(self, action: Action, step: SnapshotStep | None = None) -> queue.SimpleQueue[Reply]:
        action_id, data = self._connection.send(action)
        replied: queue.SimpleQueue[Reply] = queue.SimpleQueue()
        self._replies[action_id] = replied
        if step is not None:
            self._steps[action_id] = step
        self._socket.sendall(data)
        return replied

    def _read(self) -> None:
        self._socket.settimeout(None)
        while data := self._socket.recv(65536):
            for message in self._connection.receive_data(data):
                reply = self._connection.replies.receive(message)
                if reply is None:
                    self.picture.apply_event(message)
                elif isinstance(reply, Reply):
                    self._take(reply)

    def _take(self, reply: Reply) -> None:
        step = self._steps.pop(reply.action_id, None)
        if step is not None:
            self.picture.load_step(step, reply)
            if step is SNAPSHOT_STEPS[-1]:
                self.picture.complete_snapshot()
        self._replies.pop(reply.action_id).put(reply)


def seen_by_amictl(picture: LivePicture) -> Picture:
    """Return the picture in the form of `told_by_pbx`."""
    seen: Picture = {}
    for channel in picture.channels():
        payload = channel_payload(channel)
        seen[f"channel {channel.unique_id}"] = {field: payload[field] for field in CHANNEL_FIELDS}
    for bridge in picture.bridges():
        payload = bridge_payload(bridge)
        seen[f"bridge {bridge.bridge_id}"] = {"type": bridge.type, "channels": payload["channels"]}
    for one in picture.queues():
        payload = queue_payload(one)
        seen[f"queue {one.queue}"] = {field: payload[field] for field in QUEUE_FIELDS}
        for member in payload["members"]:
            fields = (*MEMBER_FIELDS, *MEMBER_FLAGS, "status", "paused_reason")
            seen[f"member {one.queue} {member['interface']}"] = {field: member[field] for field in fields}
        for caller in payload["callers"]:
            seen[f"caller {one.queue} {caller['position']}"] = {
                field: caller[field] for field in ("unique_id", "channel", "caller_id_num", "caller_id_name")
            }
    return seen


def told_by_pbx(ami: AmiClient) -> Picture:
    """Ask the PBX for everything that a picture holds."""
    told: Picture = {}
    channels = ami.action("CoreShowChannels")[1:-1]
    for item in channels:
        told[f"channel {item['Uniqueid']}"] = _pick(item, CHANNEL_FIELDS)
    for item in ami.action("BridgeList")[1:-1]:
        inside = sorted(c["Uniqueid"] for c in channels if c["BridgeId"] == item["BridgeUniqueid"])
        told[f"bridge {item['BridgeUniqueid']}"] = {"type": item["BridgeType"], "channels": inside}
    for item in ami.action("QueueStatus")[1:-1]:
        name = item["Queue"]
        if item["Event"] == "QueueParams":
            told[f"queue {name}"] = _pick(item, QUEUE_FIELDS)
        elif item["Event"] == "QueueMember":
            member = _pick(item, MEMBER_FIELDS)
            member |= {field: item[header] == "1" for field, header in MEMBER_FLAGS.items()}
            member |= {"status": STATES[int(item["Status"])], "paused_reason": item["PausedReason"] or None}
            told[f"member {name} {item['Location']}"] = member
        else:
            told[f"caller {name} {item['Position']}"] = {
                "unique_id": item["Uniqueid"],
                "channel": item["Channel"],
                "caller_id_num": None if item["CallerIDNum"] == "unknown" else item["CallerIDNum"],
                "caller_id_name": None if item["CallerIDName"] == "unknown" else item["CallerIDName"],
            }
    return told


def differences(seen: Picture, told: Picture) -> list[str]:
    """Return one line for each thing that only one side has or that differs, with the fields that do."""
    lines = [f"only amictl has {key}: {seen[key]}" for key in sorted(seen.keys() - told.keys())]
    lines += [f"only the PBX has {key}: {told[key]}" for key in sorted(told.keys() - seen.keys())]
    for key in sorted(seen.keys() & told.keys()):
        ours, theirs = seen[key], told[key]
        lines += [
            f"{key} {field}: amictl {ours[field]!r}, PBX {theirs[field]!r}"
            for field in theirs
            if not _is_same(field, ours[field], theirs[field])
        ]
    return lines


def _is_same(field: str, ours: object, theirs: object) -> bool:
    # app_queue averages whole seconds, measured a moment before or after those that its events tell, and of
    # calls that end together in either order.
    if field in AVERAGES and isinstance(ours, int) and isinstance(theirs, int):
        return abs(ours - theirs) <= 2
    return ours == theirs


def _pick(item: Message, fields: Mapping[str, str]) -> dict[str, Any]:
    return {field: _value(field, item[header]) for field, header in fields.items()}


def _value(field: str, text: str) -> str | int | None:
    if text in {"", "<unknown>"}:
        return None
    if field in {"caller_id_name", "connected_line_name"}:
        return re.sub(r"\\[\\\"']", lambda match: ESCAPES[match[0]], text)
    numeric = field in {"priority", "penalty", "calls_taken"} or field in QUEUE_FIELDS
    return int(text) if numeric and text.isdigit() else text
