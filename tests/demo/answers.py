"""The whole answer to an action, as it can be compared between two PBXs."""

from __future__ import annotations

import re

from amictl.demo.server import DemoServer
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.server import AsteriskServer

AmiServer = DemoServer | AsteriskServer
Step = tuple[str, dict[str, str]]


def ask(server: AmiServer, step: Step) -> list[str]:
    """Return the messages of an answer, without what is each PBX's own."""
    with AmiClient(server.host, server.ami_port, server.username, server.secret, events="off") as client:
        before = len(client.received)
        client.send(step[0], **step[1])
        client.send("Ping", ActionID="ignored")
        while client.next_message().get("Ping") != "Pong":
            pass
        raw = client.received[before:].decode()
    answer = re.sub(r"Response: Success\r\nActionID: bed-\d+\r\nPing: Pong\r\n.*", "", raw, flags=re.DOTALL)
    answer = re.sub(r"127\.0\.0\.1:\d+|127\.0\.3\.1:\d+", "ADDRESS", answer)
    answer = re.sub(r"carrier@@\w+", "carrier@@ID", answer)
    answer = re.sub(r"[0-9a-f]{10} NonQual", "HASH NonQual", answer)
    answer = re.sub(r"-[0-9a-f]{8}(?=;[12])", "-NUMBER", answer)  # of a Local channel
    answer = re.sub(
        r"\d+ calls? processed", "CALLS processed", answer
    )  # those of earlier tests are among them
    blocks = answer.split("\r\n\r\n")
    # Asterisk keeps most of what it lists in tables by hash, so their order says nothing.
    return [blocks[0], *sorted(blocks[1:-2]), *blocks[-2:]]
