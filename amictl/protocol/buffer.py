"""Framing: from bytes in any portions to whole messages, in bounded memory."""

from __future__ import annotations

import re
from itertools import repeat
from typing import Final

from amictl.protocol.layouts import Layouts
from amictl.protocol.messages import Message

DEFAULT_LIMIT: Final = 4 * 1024 * 1024

_BLANK_LINE: Final = b"\n\n"
_END: Final = re.compile(rb"\n(?:\r\n|\n)")
# Cuts at ends of messages and captures, by looking ahead, the name of the event that follows.
# Alternatives instead of optional parts let the search run on the line feed: 30 times faster.
_CUT: Final = re.compile(rb"\n(?:\r\n|\n)(?:(?=Event: (.*))|)")
_BLANK_LINES: Final = re.compile(rb"(?:\r?\n)*")
_FOLLOWS: Final = b"Response: Follows"
_FOLLOWS_END: Final = re.compile(rb"--END COMMAND--\r?(?=\n\r?\n)")
# Longer than what may precede the last byte of any end: so much more than the limit may be held.
_SLACK: Final = 32
_MAX_NAMES: Final = 1024
_MAX_NAME_BYTES: Final = 100


class MessageBuffer:
    r"""Collects bytes and gives whole messages, the same ones however the bytes were cut.

    A blank line ends a message, whether its lines end in CR LF or in LF alone; blank lines before a
    message are skipped. What starts with neither ``Event`` nor ``Response`` is a fragment of a value
    that held a blank line: it is counted and dropped. A message over the limit is counted and dropped
    as well, without being held in memory, and the next good message is found again.

    Args:
        limit: The longest message to accept, in bytes.
        raw_command_output: Whether ``Response: Follows`` starts raw text up to ``--END COMMAND--``,
            as in Asterisk 13 and older; the text may hold blank lines. A text over the limit is cut at
            its first blank line, so that a lost end does not swallow the stream.

    Attributes:
        dropped_fragments: How many header-less fragments were dropped.
        oversized: How many messages were dropped because they were over the limit.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT, *, raw_command_output: bool = True) -> None:
        self.dropped_fragments = 0
        self.oversized = 0
        self._limit = limit
        self._raw_command_output = raw_command_output
        self._layouts = Layouts()
        self._names = _EventNames()
        self._held = bytearray()
        self._skipping = False
        self._in_text = False

    def feed(self, data: bytes) -> list[Message]:
        """Add received bytes and return the messages that they complete, in order.

        Args:
            data: Bytes as they came from the transport, in any portion.
        """
        if not self._completes(data):
            self._hold(data)
            return []
        frames, names = self._cut(self._take_held(data))
        if all(names):
            return list(map(Message, frames, names, repeat(self._layouts)))
        examined = map(self._examine, frames, names)
        return [message for message in examined if message is not None]

    def _completes(self, data: bytes) -> bool:
        if _END.search(data) or _END.search(self._held[-2:] + data[:2]):
            return True
        return self._in_text and len(self._held) + len(data) > self._limit + _SLACK

    def _hold(self, data: bytes) -> None:
        self._held += data
        if self._skipping or len(self._held) > self._limit + _SLACK:
            self.oversized += not self._skipping
            self._skipping = True
            del self._held[:-2]  # an end may have begun there

    def _take_held(self, data: bytes) -> bytes:
        block = b"".join((_BLANK_LINE, self._held, data))
        self._held.clear()
        if self._skipping and (end := _END.search(block, len(_BLANK_LINE))):
            block = _BLANK_LINE + block[end.end() :]
            self._skipping = False
        return block

    def _cut(self, block: bytes) -> tuple[list[bytes], list[str]]:
        if self._raw_command_output and _FOLLOWS in block:
            frames, rest = self._cut_around_raw_output(block)
            names = [""] * len(frames)
        else:
            pieces = _CUT.split(block)
            rest = pieces[-1]
            frames = pieces[2:-1:2]
            names = list(map(self._names.__getitem__, pieces[1:-2:2]))
        self._hold(rest)
        if len(block) > self._limit:
            return self._drop_oversized(frames, names)
        return frames, names

    def _cut_around_raw_output(self, block: bytes) -> tuple[list[bytes], bytes]:
        frames = []
        self._in_text = False
        start = _skip_blank_lines(block, 0)
        while end := _END.search(block, start):
            stop = end.start()
            if block.startswith(_FOLLOWS, start):
                text_end = _FOLLOWS_END.search(block, start)
                if text_end is None and len(block) - start <= self._limit + _SLACK:
                    self._in_text = True
                    break
                if text_end and text_end.end() - start <= self._limit:
                    stop = text_end.end()
            frames.append(block[start:stop])
            start = _skip_blank_lines(block, stop)
        return frames, block[start:]

    def _drop_oversized(self, frames: list[bytes], names: list[str]) -> tuple[list[bytes], list[str]]:
        kept = [
            (frame, name)
            for frame, name in zip(frames, names, strict=True)
            if len(frame) - _skip_blank_lines(frame, 0) <= self._limit
        ]
        self.oversized += len(frames) - len(kept)
        return [frame for frame, _ in kept], [name for _, name in kept]

    def _examine(self, frame: bytes, name: str) -> Message | None:
        if name:
            return Message(frame, name, self._layouts)
        frame = frame[_skip_blank_lines(frame, 0) :]
        message = Message(frame, "", self._layouts)
        if message.is_event or message.is_response:
            return message
        if frame.removesuffix(b"\r"):
            self.dropped_fragments += 1
        return None


class _EventNames(dict[bytes | None, str]):
    """Event names by the rest of their line; each is decoded once, and none stays for ever."""

    def __missing__(self, line: bytes | None) -> str:
        if line is None:
            return ""
        name = line.removesuffix(b"\r").decode("utf-8", "replace")
        if len(self) >= _MAX_NAMES:
            self.clear()
        if len(line) <= _MAX_NAME_BYTES:
            self[line] = name
        return name


def _skip_blank_lines(data: bytes, start: int) -> int:
    match = _BLANK_LINES.match(data, start)
    return match.end() if match else start
