"""Holds every message that a test gets from a socket against the AsyncAPI document.

The tests' clients call these for all that they receive, whatever they speak, so that every test of a socket
also proves what the document says of it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema_rs
import orjson
from flask_socketio import SocketIOTestClient

from amictl.pbx.picture.logbook import PARTS
from amictl.realtime.asyncapi import build_document

read_document = cache(build_document)


def check_event(name: str, content: Any) -> None:  # noqa: ANN401 - JSON
    """Fail when an event of Socket.IO is not what the document says."""
    _check("socketio", name, content)


def check_ack(request: str, content: Any) -> None:  # noqa: ANN401 - JSON
    """Fail when what a request of Socket.IO was answered is not what the document says."""
    _check("socketio", f"{request}.ack", content)


def read_plain(text: str | bytes) -> dict[str, Any]:
    """Return what a message of ``/ws/realtime/`` holds; fail when that is not what the document says."""
    content: dict[str, Any] = orjson.loads(text)
    _check("websocket", content.get("type", ""), content)
    return content


def check_packet(packet: str) -> None:
    """Fail when the text of an Engine.IO packet carries an event, or an ack, that does not fit.

    An ack does not say of which request it is the answer: it must be that of some.
    """
    if packet.startswith("42"):
        check_event(*orjson.loads(packet[2:]))
    elif packet.startswith("43"):
        (content,) = orjson.loads(packet[packet.index("[") :])
        if find_validator("socketio", "unsubscribe.ack").is_valid(content):
            return
        check_ack("subscribe", content)


def check_text(path: str, text: str | bytes) -> None:
    """Fail when what came on a WebSocket is not what the document says.

    Args:
        path: Where the WebSocket was opened; others than amictl's are no matter.
        text: The message.
    """
    if path == "/ws/realtime/":
        read_plain(text)
    elif path == "/socket.io/":
        check_packet(str(text))


def _check(channel: str, name: str, content: Any) -> None:  # noqa: ANN401 - JSON
    if name == "changes":
        topic = content.get("topic", "")
        name = f"changes.{PARTS.get(topic.partition(':')[0], topic)}"
    validator = find_validator(channel, name)
    if not validator.is_valid(content):
        told = "; ".join(
            f"{'/'.join(map(str, each.instance_path))}: {each.message}"[:1000]
            for each in validator.iter_errors(content)
        )
        raise AssertionError(f"{name}: {told}")


@cache
def find_validator(channel: str, name: str) -> jsonschema_rs.Draft7Validator:
    """Return what holds contents against a message; AsyncAPI's schemas are of draft 7."""
    document = read_document()
    messages = document["channels"][channel]["messages"]
    assert name in messages, f"{name} is not documented"
    whole = {**messages[name]["payload"], "components": {"schemas": document["components"]["schemas"]}}
    return jsonschema_rs.Draft7Validator(whole, validate_formats=True)


class CheckedTestClient(SocketIOTestClient):  # type: ignore[misc]  # untyped library
    """Flask-SocketIO's test client, for which every event and ack must fit."""

    def emit(self, event: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - untyped library
        """Send an event, and return its ack."""
        answer = super().emit(event, *args, **options)
        if answer is not None:
            check_ack(event, answer)
        return answer

    def get_received(self, namespace: str | None = None) -> list[dict[str, Any]]:
        """Return the events that came since the last time."""
        received: list[dict[str, Any]] = super().get_received(namespace)
        for event in received:
            check_event(event["name"], *event["args"])
        return received
