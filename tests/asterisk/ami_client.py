"""A second opinion: a plain, blocking AMI client that shares no code with amictl.

It is written for tests, not for speed or for hostile servers: one thread, one socket, messages in order.
"""

from __future__ import annotations

import hashlib
import itertools
import socket
import ssl
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.patience import PATIENCE

Message = dict[str, str]


class AmiRefused(RuntimeError):
    """Asterisk answered an action with ``Response: Error``."""


class AmiClient:
    """One AMI session, logged in from the start.

    Args:
        host: Where AMI listens.
        port: Its TCP port.
        username: The AMI user; None stays logged out.
        secret: That user's secret.
        events: Login's ``Events`` header: ``on``, ``off`` or a list of classes.
        tls: A context to speak TLS with.
        challenge: Log in by MD5 challenge instead of the plain secret.

    Attributes:
        banner: The first line that the server sent.
        events: Every event so far, oldest first.
        received: Every byte so far.
    """

    def __init__(
        self,
        host: str,
        port: int,
        username: str | None = None,
        secret: str = "",
        *,
        events: str = "on",
        tls: ssl.SSLContext | None = None,
        challenge: bool = False,
    ) -> None:
        self.events: list[Message] = []
        self.received = bytearray()
        self._rest = b""
        self._ids = itertools.count(1)
        self.socket = socket.create_connection((host, port), timeout=PATIENCE)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname=host)
        try:
            self.banner = self._read_banner()
            if username is not None:
                self._log_in(username, secret, events, challenge=challenge)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up without a word."""
        self.socket.close()

    def send(self, name: str, /, **headers: object) -> str:
        """Send an action and return its ActionID; a list as value gives one header for each item."""
        action_id = f"bed-{next(self._ids)}"
        lines = [f"Action: {name}", f"ActionID: {action_id}"]
        for key, value in headers.items():
            values = value if isinstance(value, list | tuple) else [value]
            lines += [f"{key}: {item}" for item in values]
        self.send_raw(("\r\n".join(lines) + "\r\n\r\n").encode())
        return action_id

    def send_raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data)

    def action(self, name: str, /, **headers: object) -> list[Message]:
        """Send an action and return its answer: the response, and the items of its list where it has one.

        Repeated headers of one message are joined by a line feed; of repeated ``Event`` headers the
        first counts.

        Raises:
            AmiRefused: The response is an error.
        """
        action_id = self.send(name, **headers)
        response = self._await_message(lambda m: _is_response(m) and m.get("ActionID") == action_id)
        if response["Response"] == "Error":
            raise AmiRefused(f"{name}: {response.get('Message', '')} {response.get('Output', '')}".strip())
        answer = [response]
        while answer[0].get("EventList") == "start" and answer[-1].get("EventList") != "Complete":
            answer.append(self._await_message(lambda m: m.get("ActionID") == action_id))
        return answer

    def command(self, line: str) -> str:
        """Run a CLI command through AMI and return its output."""
        return self.action("Command", Command=line)[0].get("Output", "")

    def next_message(self, timeout: float = PATIENCE) -> Message:
        """The next message that comes, event or response.

        Raises:
            TimeoutError: None came in time.
            EOFError: The server closed the session.
        """
        deadline = time.monotonic() + timeout
        while True:
            head, ending, tail = self._rest.lstrip(b"\r\n").partition(b"\r\n\r\n")
            if ending:
                self._rest = tail
                message = _parse(head)
                if is_event(message):
                    self.events.append(message)
                return message
            self._receive(deadline)

    def wait_event(self, name: str, timeout: float = PATIENCE, **headers: str) -> Message:
        """The first event with this name and these headers, among those that came already and those to come.

        Raises:
            TimeoutError: It did not come in time; the text lists what came instead.
        """

        def fits(message: Message) -> bool:
            return message.get("Event") == name and all(message.get(k) == v for k, v in headers.items())

        for message in self.events:
            if fits(message):
                return message
        try:
            return self._await_message(fits, timeout)
        except TimeoutError:
            came = [event["Event"] for event in self.events[-60:]]
            raise TimeoutError(f"No {name} {headers} within {timeout} s; the last events: {came}") from None

    def drain(self, quiet: float = 0.3) -> None:
        """Read until nothing comes for ``quiet`` seconds."""
        try:
            while True:
                self.next_message(quiet)
        except TimeoutError:
            return

    def _read_banner(self) -> str:
        deadline = time.monotonic() + PATIENCE
        while b"\r\n" not in self._rest:
            self._receive(deadline)
        line, _, self._rest = self._rest.partition(b"\r\n")
        return line.decode()

    def _log_in(self, username: str, secret: str, events: str, *, challenge: bool) -> None:
        if not challenge:
            self.action("Login", Username=username, Secret=secret, Events=events)
            return
        offered = self.action("Challenge", AuthType="MD5")[0]["Challenge"]
        key = hashlib.md5((offered + secret).encode(), usedforsecurity=False).hexdigest()
        self.action("Login", AuthType="MD5", Username=username, Key=key, Events=events)

    def _await_message(self, fits: Callable[[Message], bool], timeout: float = PATIENCE) -> Message:
        deadline = time.monotonic() + timeout
        while True:
            message = self.next_message(deadline - time.monotonic())
            if fits(message):
                return message

    def _receive(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("No message from AMI in time")
        self.socket.settimeout(left)
        data = self.socket.recv(65536)
        if not data:
            raise EOFError("Asterisk closed the AMI session")
        self.received += data
        self._rest += data


def is_event(message: Message) -> bool:
    """Whether the first line says ``Event``; events may contain ``Response`` further down."""
    return next(iter(message), "") == "Event"


def _is_response(message: Message) -> bool:
    return next(iter(message), "") == "Response"


def _parse(head: bytes) -> Message:
    message: Message = {}
    for line in head.decode("utf-8", "replace").split("\r\n"):
        key, colon, value = line.partition(":")
        if not colon or (key == "Event" and key in message):
            continue
        value = value.removeprefix(" ")
        message[key] = f"{message[key]}\n{value}" if key in message else value
    return message
