"""Framing: from bytes in any portions to whole messages, in bounded memory."""

from __future__ import annotations

import re
from typing import Final

from amictl.protocol.messages import Message

DEFAULT_LIMIT: Final = 4 * 1024 * 1024

_END: Final = re.compile(rb"\n\r?\n")
_BLANK_LINES: Final = re.compile(rb"(?:\r?\n)*")
_PARTIAL_BLANK_LINE: Final = b"\r"
_END_OVERLAP: Final = 2
_FOLLOWS: Final = re.compile(rb"Response: Follows\r?\n")
_FOLLOWS_LONGEST: Final = len(b"Response: Follows\r\n")
_FOLLOWS_END: Final = re.compile(rb"--END COMMAND--\r?\n\r?\n")
_FOLLOWS_END_OVERLAP: Final = len(b"--END COMMAND--\r\n\r\n") - 1
_TYPES: Final = (b"Event: ", b"Response: ")


class MessageBuffer:
    r"""Collects bytes and gives whole messages, the same ones however the bytes were cut.

    A blank line ends a message, whether its lines end in CR LF or in LF alone; blank lines before a
    message are skipped. What starts with neither ``Event`` nor ``Response`` is a fragment of a value
    that held a blank line: it is counted and dropped. A message over the limit is counted and dropped
    as well, in memory no larger than the limit, and the next good message is found again.

    Args:
        limit: The longest message to accept, in bytes, without the blank line that ends it.
        raw_command_output: Whether ``Response: Follows`` starts raw text up to ``--END COMMAND--``,
            as in Asterisk 13 and older; the text may hold blank lines.

    Attributes:
        dropped_fragments: How many header-less fragments were dropped.
        oversized: How many messages were dropped because they were over the limit.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT, *, raw_command_output: bool = True) -> None:
        self.dropped_fragments = 0
        self.oversized = 0
        self._limit = limit
        self._raw_command_output = raw_command_output
        self._data = bytearray()
        self._searched = 0
        self._skipping = False
        self._plain_only = False

    def feed(self, data: bytes) -> list[Message]:
        """Add received bytes and return the messages that they complete, in order.

        Args:
            data: Bytes as they came from the transport, in any portion.
        """
        self._data += data
        messages: list[Message] = []
        while (raw := self._take_next()) is not None:
            if raw.startswith(_TYPES):
                messages.append(Message(raw))
            else:
                self.dropped_fragments += 1
        return messages

    def _take_next(self) -> bytes | None:
        while True:
            if not self._searched and not self._skipping:
                self._skip_blank_lines()
            ending, overlap = self._ending()
            if ending is None:
                return None
            match = ending.search(self._data, max(0, self._searched - overlap))
            end = match.start() if match else len(self._data) - overlap
            if not self._skipping and end > self._limit:
                self._give_up(ending)
                continue
            if match is None:
                self._searched = len(self._data)
                if self._skipping:
                    del self._data[: max(0, end)]
                    self._searched = len(self._data)
                return None
            raw = bytes(self._data[: match.start()])
            if ending is _FOLLOWS_END:
                raw += b"--END COMMAND--"
            del self._data[: match.end()]
            self._searched = 0
            self._plain_only = False
            if not self._skipping:
                return raw.removesuffix(b"\r")
            self._skipping = False

    def _skip_blank_lines(self) -> None:
        match = _BLANK_LINES.match(self._data)
        if match and match.end():
            del self._data[: match.end()]

    def _ending(self) -> tuple[re.Pattern[bytes] | None, int]:
        plain = (_END, _END_OVERLAP)
        if not self._raw_command_output or self._skipping or self._plain_only:
            return plain
        if _FOLLOWS.match(self._data):
            return _FOLLOWS_END, _FOLLOWS_END_OVERLAP
        if len(self._data) < _FOLLOWS_LONGEST and b"Response: Follows\r\n".startswith(bytes(self._data)):
            return None, 0
        return plain

    def _give_up(self, ending: re.Pattern[bytes]) -> None:
        self._searched = 0
        if ending is _FOLLOWS_END:
            self._plain_only = True
            return
        self.oversized += 1
        self._skipping = True
