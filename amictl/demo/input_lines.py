"""From received bytes to an AMI client's messages, with the limits of Asterisk's own reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# Asterisk main/manager.c, struct mansession_session: char inbuf[1025], of which one byte ends the string.
MAX_LINE: Final = 1024
# Asterisk include/asterisk/manager.h, AST_MAX_MANHEADERS.
MAX_HEADERS: Final = 128

TOO_LONG: Final = "Failed to parse message: line too long"
TOO_MANY: Final = "Too many lines in message or allocation failure"


@dataclass(frozen=True, slots=True)
class ClientMessage:
    """What a client sent up to an empty line.

    Args:
        lines: The headers, as they came.
        problem: Why Asterisk does not look at them, in its words; empty when it does.
    """

    lines: tuple[str, ...]
    problem: str = ""


class InputLines:
    r"""Cuts bytes into messages as ``get_input`` and ``do_message`` of Asterisk's main/manager.c do.

    A line ends with CR LF or LF, and whatever follows a NUL in it is lost. A line that fills the buffer is
    thrown away but for its last byte, which begins the next one: so a line of just 1023 bytes loses its
    ``\r`` to that, and what remains of it is taken for the empty line that ends a message.
    """

    def __init__(self) -> None:
        self._held = b""
        self._lines: list[str] = []
        self._too_long = False
        self._too_many = False

    def feed(self, data: bytes) -> Iterator[ClientMessage]:
        """Add received bytes and yield the messages that they complete.

        Args:
            data: Bytes as they came, in any portion.
        """
        while data:
            room = MAX_LINE - len(self._held)
            self._held += data[:room]
            data = data[room:]
            while True:
                line, ending, rest = self._held.partition(b"\n")
                if not ending:
                    break
                self._held = rest
                message = self._take_line(line.removesuffix(b"\r"))
                if message is not None:
                    yield message
            if len(self._held) >= MAX_LINE:
                self._held = self._held[-1:]
                self._too_long = True

    def _take_line(self, line: bytes) -> ClientMessage | None:
        text = line.partition(b"\0")[0].decode("utf-8", "surrogateescape")
        if text:
            if len(self._lines) < MAX_HEADERS:
                self._lines.append(text)
            else:
                self._too_many = True
            return None
        # A line that is too long stays to be told when there were too many of them, too.
        problem = TOO_MANY if self._too_many else TOO_LONG if self._too_long else ""
        if not self._too_many:
            self._too_long = False
        message = ClientMessage(tuple(self._lines), problem)
        self._lines, self._too_many = [], False
        return message
