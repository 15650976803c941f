"""A received AMI message, parsed only as far as somebody asks."""

from __future__ import annotations

import json
from typing import Final, overload

from msgspec import Struct

from amictl.protocol.escapes import is_escaped, unescape
from amictl.protocol.layouts import HeaderValues, Layout, Layouts, read_lines

EVENT_PREFIX: Final = b"Event: "
RESPONSE_PREFIX: Final = b"Response: "
_ACTION_ID_LINE: Final = b"\nActionID: "
_FOLLOWS: Final = b"Response: Follows"
_FOLLOWS_HEADERS: Final = ("Response: ", "Privilege: ", "ActionID: ")
_END_COMMAND: Final = "--END COMMAND--"
# What a JSON string cannot hold as it is (RFC 8259, 7), but for the line feeds that end headers.
_ESCAPED_IN_JSON: Final = bytes(byte for byte in range(0x20) if byte != ord("\n")) + b'"\\'


class Message(Struct, eq=False, gc=False):
    """One message from the PBX: an event or a response.

    Bytes are kept as they came and decoded when a header is asked for: as UTF-8, where each bad byte
    becomes U+FFFD, because Asterisk passes bytes through unchecked and every value must be fit for
    JSON. ``raw`` still holds the original.

    A header is a line with a colon; other lines (the remains of a value that held CR LF) are left out.
    One blank after the colon belongs to the syntax, further ones to the value.

    Args:
        frame: The message without the blank line that ends it; a carriage return at its end belongs to
            the last line's end.
        name: The event's name, where it is known already.
        layouts: What reads the headers of events fast; None parses them the plain way.

    Attributes:
        frame: As given.
        name: The event's name, or an empty string when the message is not an event.
        layouts: As given.
    """

    frame: bytes
    name: str = ""
    layouts: Layouts | None = None
    _contents: tuple[Layout, HeaderValues] | None = None

    def __post_init__(self) -> None:
        """Find the name where it is not known."""
        if not self.name:
            self.name = _event_name(self.frame)

    @property
    def raw(self) -> bytes:
        """The bytes as they came, without the end of the last line and the blank line after it."""
        return self.frame.removesuffix(b"\r")

    @property
    def size(self) -> int:
        """How many bytes came."""
        return len(self.frame)

    @property
    def is_event(self) -> bool:
        """Whether the first line is ``Event`` with a name."""
        return self.name != ""

    @property
    def is_response(self) -> bool:
        """Whether the first line is ``Response``; an event may hold a ``Response`` header too."""
        return self.frame.startswith(RESPONSE_PREFIX)

    @property
    def response(self) -> str | None:
        """``Success``, ``Error``, ``Goodbye`` or ``Follows``; None for an event."""
        return _rest_of_line(self.frame, len(RESPONSE_PREFIX)) if self.is_response else None

    @property
    def action_id(self) -> str | None:
        """The first ``ActionID``, found without parsing the other headers."""
        if self.frame.startswith(_FOLLOWS):
            return self.get("ActionID")
        start = self.frame.find(_ACTION_ID_LINE)
        return None if start < 0 else _rest_of_line(self.frame, start + len(_ACTION_ID_LINE))

    @property
    def headers(self) -> list[tuple[str, str]]:
        """All headers in the order in which they came, duplicates included."""
        layout, values = self._contents or self._parse()
        return list(zip(layout.names, values, strict=False))

    @overload
    def get(self, header: str) -> str | None: ...
    @overload
    def get(self, header: str, default: str) -> str: ...
    def get(self, header: str, default: str | None = None) -> str | None:
        """Return the first value of a header, whatever the case of its name.

        Args:
            header: The header's name.
            default: What to return when the message has no such header.
        """
        layout, values = self._contents or self._parse()
        position = layout.positions.get(header)
        if position is None:
            position = layout.find(header)
            if position is None:
                return default
        return values[position]

    def pick(self, headers: tuple[str, ...]) -> tuple[str | None, ...]:
        """Return the first values of several headers at once, faster than one by one.

        Args:
            headers: Their names, at least two; always the same few tuples.
        """
        layout, values = self._contents or self._parse()
        return layout.pick(headers, values)

    def get_all(self, header: str) -> list[str]:
        """Return every value of a header that may come more than once, in order."""
        layout, values = self._contents or self._parse()
        return [values[position] for position in layout.find_all(header)]

    def get_unescaped(self, header: str, default: str = "") -> str:
        """Return a header as it was before Asterisk escaped it.

        Only headers that Asterisk does escape are changed; see `is_escaped`.

        Args:
            header: The header's name.
            default: What to return when the message has no such header.
        """
        value = self.get(header)
        if value is None:
            return default
        return unescape(value) if is_escaped(self.name, header) else value

    def to_dict(self) -> dict[str, str | list[str]]:
        """Return the headers as people and JSON see them; a repeated header becomes a list.

        The first spelling of a header's name is its key.
        """
        layout, values = self._contents or self._parse()
        return layout.to_dict(values)

    def to_json(self) -> str:
        """Return the JSON of `to_dict`; three times as fast where such messages come often."""
        layout, values = self._contents or self._parse()
        frame, form = self.frame, layout.json_form
        # Each header's line has one carriage return at its end, and there is nothing else to escape.
        if form is not None and len(frame) - len(frame.translate(None, _ESCAPED_IN_JSON)) == len(values):
            pieces = form.copy()
            pieces[1::2] = values
            return "".join(pieces)
        return json.dumps(layout.to_dict(values), ensure_ascii=False, separators=(",", ":"))

    def forget(self) -> None:
        """Drop the parsed headers, which take more room than the bytes; they are parsed again when needed."""
        self._contents = None

    @property
    def output(self) -> list[str]:
        """The lines that a ``Command`` printed, in both forms of the protocol.

        Asterisk 14 and newer send one ``Output`` header a line; 13 and older send the raw text after
        the headers, up to ``--END COMMAND--``.
        """
        if not self.frame.startswith(_FOLLOWS):
            return self.get_all("Output")
        lines = self._lines()
        text = "\n".join(lines[_count_follows_headers(lines) :])
        text = text.removesuffix("\r").removesuffix(_END_COMMAND).removesuffix("\n")
        return text.split("\n") if text else []

    def __repr__(self) -> str:
        return f"<Message {self.frame[:60]!r}>"

    def _lines(self) -> list[str]:
        return self.frame.decode("utf-8", "replace").split("\n")

    def _parse(self) -> tuple[Layout, HeaderValues]:
        layouts = self.layouts
        if layouts is None or not self.name:
            contents = self._parse_plainly()
        else:
            text = self.frame.decode("utf-8", "replace")
            # Here and not a method of Layouts: a call more would cost a tenth of the time.
            for layout, match in layouts.known.get(self.name, ()):
                if found := match(text):
                    self._contents = contents = (layout, found.groups())
                    return contents
            contents = layouts.read_unknown(self.name, text)
        self._contents = contents
        return contents

    def _parse_plainly(self) -> tuple[Layout, HeaderValues]:
        lines = self._lines()
        if self.frame.startswith(_FOLLOWS):
            del lines[_count_follows_headers(lines) :]
        return read_lines(lines)


def _event_name(frame: bytes) -> str:
    return _rest_of_line(frame, len(EVENT_PREFIX)) if frame.startswith(EVENT_PREFIX) else ""


def _rest_of_line(frame: bytes, start: int) -> str:
    end = frame.find(b"\n", start)
    line = frame[start:] if end < 0 else frame[start:end]
    return line.removesuffix(b"\r").decode("utf-8", "replace")


def _count_follows_headers(lines: list[str]) -> int:
    # The headers end in CR LF and the printed text in LF alone (Asterisk 13, manager.c, action_command),
    # which tells a header from a printed line that looks like one.
    count = 0
    while count < len(lines) and lines[count].startswith(_FOLLOWS_HEADERS) and lines[count].endswith("\r"):
        count += 1
    return count
