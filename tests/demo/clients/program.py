"""What the judging programs in Python share: they take the steps of a script and tell what they understood.

The script comes on standard input as JSON, a list of steps: ``{"ask": action, "headers": {…}}`` sends an
action and tells its answer, ``{"await": event, "count": n}`` waits until so many events of a name were heard.
A header's value ``$channel`` is the channel of the last OriginateResponse that was heard. What is told is one
JSON object a line on standard output. What AMI looks like is left to the library that is judged by.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from typing import Final, Protocol

Message = dict[str, object]

PATIENCE: Final = 60.0  # seconds for one step


@dataclass(frozen=True, slots=True)
class Answer:
    """What a library understood of the answer to an action.

    Args:
        succeeded: What it says of the answer, None where it says nothing.
        messages: The response and, where it is a list, its items.
    """

    succeeded: bool | None
    messages: list[Message]


class Client(Protocol):
    """A library that speaks AMI, as it is meant to be used."""

    def log_in(self, host: str, port: int, username: str, secret: str) -> Answer:
        """Connect and log in."""

    def ask(self, action: str, headers: dict[str, str]) -> Answer:
        """Send an action and wait for its answer."""

    def next_event(self, seconds: float) -> Message | None:
        """Return the next event that came, or None after so many seconds."""

    def log_off(self) -> Answer:
        """Log off, and close what is open."""


def perform(client: Client) -> None:
    """Take the script's steps at the peer that the command line names by host, port, user and secret."""
    host, port, username, secret = sys.argv[1:]
    heard: list[Message] = []
    _tell("log in", client.log_in(host, int(port), username, secret))
    for step in json.load(sys.stdin):
        if "await" in step:
            _await(client, heard, step["await"], step["count"])
        else:
            answer = client.ask(step["ask"], _fill(step["headers"], heard))
            heard += [message for message in answer.messages if message.get("Event") == "OriginateResponse"]
            _tell(step["ask"], answer)
    _tell("log off", client.log_off())
    for event in heard:
        _print({"event": event})


def _fill(headers: dict[str, str], heard: list[Message]) -> dict[str, str]:
    """Return the headers with the channel of the last originated call in its place."""
    channels = [str(event["Channel"]) for event in heard if event.get("Event") == "OriginateResponse"]
    return {key: channels[-1] if value == "$channel" else value for key, value in headers.items()}


def _await(client: Client, heard: list[Message], name: str, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while sum(event.get("Event") == name for event in heard) < count:
        event = client.next_event(deadline - time.monotonic())
        if event is None:
            names = [event.get("Event") for event in heard]
            raise TimeoutError(f"{name} did not come {count} times; what came: {names}")
        heard.append(event)


def _tell(asked: str, answer: Answer) -> None:
    _print({"asked": asked, "succeeded": answer.succeeded, "messages": answer.messages})


def _print(told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
