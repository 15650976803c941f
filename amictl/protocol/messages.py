"""A received AMI message, parsed only as far as somebody asks."""

from __future__ import annotations

from typing import Final, overload

from amictl.protocol.escapes import is_escaped, unescape

EVENT_PREFIX: Final = b"Event: "
RESPONSE_PREFIX: Final = b"Response: "
_ACTION_ID_LINE: Final = b"\nActionID: "
_FOLLOWS: Final = "Follows"
_END_COMMAND: Final = "--END COMMAND--"
_FOLLOWS_HEADERS: Final = ("Response: ", "Privilege: ", "ActionID: ")


class Message:
    """One message from the PBX: an event or a response.

    Bytes are kept as they came and decoded when a header is asked for: as UTF-8, where each bad byte
    becomes U+FFFD, because Asterisk passes bytes through unchecked and every value must be fit for
    JSON. ``raw`` still holds the original.

    A header is a line with a colon; other lines (the remains of a value that held CR LF) are skipped.
    One blank after the colon belongs to the syntax, further ones to the value.

    Args:
        raw: The message without the blank line that ends it.
    """

    __slots__ = ("_headers", "_index", "raw")

    raw: bytes

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._headers: list[tuple[str, str]] | None = None
        self._index: dict[str, list[str]] | None = None

    @property
    def name(self) -> str:
        """The event's name, or an empty string when the message is not an event."""
        raw = self.raw
        if raw.startswith(EVENT_PREFIX):
            return _first_line(raw, len(EVENT_PREFIX))
        return ""

    @property
    def is_event(self) -> bool:
        """Whether the first line says ``Event``."""
        return self.raw.startswith(EVENT_PREFIX)

    @property
    def is_response(self) -> bool:
        """Whether the first line says ``Response``; an event may hold a ``Response`` header too."""
        return self.raw.startswith(RESPONSE_PREFIX)

    @property
    def response(self) -> str | None:
        """``Success``, ``Error``, ``Goodbye`` or ``Follows``; None for an event."""
        if self.is_response:
            return _first_line(self.raw, len(RESPONSE_PREFIX))
        return None

    @property
    def action_id(self) -> str | None:
        """The first ``ActionID``, found without parsing the other headers."""
        start = self.raw.find(_ACTION_ID_LINE)
        if start < 0:
            return None
        return _first_line(self.raw, start + len(_ACTION_ID_LINE))

    @property
    def headers(self) -> list[tuple[str, str]]:
        """All headers in the order in which they came, duplicates included."""
        if self._headers is None:
            self._headers = [_split_header(line) for line in self._header_lines() if ":" in line]
        return self._headers

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
        values = self._values().get(header.lower())
        return values[0] if values else default

    def get_all(self, header: str) -> list[str]:
        """Return every value of a header that may come more than once, in order."""
        return list(self._values().get(header.lower(), ()))

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
        spelling: dict[str, str] = {}
        for key, _ in self.headers:
            spelling.setdefault(key.lower(), key)
        return {
            spelling[key]: values[0] if len(values) == 1 else list(values)
            for key, values in self._values().items()
        }

    @property
    def output(self) -> list[str]:
        """The lines that a ``Command`` printed, in both forms of the protocol.

        Asterisk 14 and newer send one ``Output`` header a line; 13 and older send the raw text after
        the headers, up to ``--END COMMAND--``.
        """
        if self.response != _FOLLOWS:
            return self.get_all("Output")
        text = self._text().removesuffix("\r\n").removesuffix(_END_COMMAND)
        lines = text.split("\n")[len(self._header_lines()) :]
        if lines and not lines[-1]:
            lines.pop()
        return lines

    def __repr__(self) -> str:
        return f"<Message {self.raw[:60]!r}>"

    def _text(self) -> str:
        return self.raw.decode("utf-8", "replace")

    def _header_lines(self) -> list[str]:
        lines = [line.removesuffix("\r") for line in self._text().split("\n")]
        if self.response != _FOLLOWS:
            return lines
        count = 0
        while count < len(lines) and lines[count].startswith(_FOLLOWS_HEADERS):
            count += 1
        return lines[:count]

    def _values(self) -> dict[str, list[str]]:
        if self._index is None:
            self._index = {}
            for key, value in self.headers:
                self._index.setdefault(key.lower(), []).append(value)
        return self._index


def _first_line(raw: bytes, start: int) -> str:
    end = raw.find(b"\n", start)
    line = raw[start:] if end < 0 else raw[start:end]
    return line.removesuffix(b"\r").decode("utf-8", "replace")


def _split_header(line: str) -> tuple[str, str]:
    key, _, value = line.partition(":")
    return key, value.removeprefix(" ")
