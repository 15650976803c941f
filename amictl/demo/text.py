"""The bytes of AMI: headers, their escapes, and blocks of headers whose bytes are made once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, overload

Headers = Sequence[tuple[str, str]]
"""Names and values in the order in which they are sent."""

UNKNOWN: Final = "<unknown>"

# Asterisk main/utils.c, escape_sequences and escape_sequences_map.
_ESCAPES: Final = str.maketrans({
    "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v",
    "\\": "\\\\", "'": "\\'", '"': '\\"', "?": "\\?",
})  # fmt: skip


def escape_c(value: str) -> str:
    """Escape a value as Asterisk's ``ast_escape_c`` does: names of people, and values of variables."""
    return value if value.isalnum() else value.translate(_ESCAPES)


def encode(headers: Headers) -> bytes:
    """Return headers as AMI sends them."""
    return "".join([f"{name}: {value}\r\n" for name, value in headers]).encode("utf-8", "surrogateescape")


class Block(Sequence[tuple[str, str]]):
    """Headers that are sent again and again; their bytes are made once.

    Args:
        headers: The headers.
    """

    __slots__ = ("headers", "raw")

    def __init__(self, headers: Headers) -> None:
        self.headers = headers
        self.raw = encode(headers)

    def __len__(self) -> int:
        return len(self.headers)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.headers)

    @overload
    def __getitem__(self, index: int) -> tuple[str, str]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[str, str]]: ...
    def __getitem__(self, index: int | slice) -> tuple[str, str] | Sequence[tuple[str, str]]:
        return self.headers[index]


def render(event: str, privilege: str, parts: Sequence[Headers]) -> bytes:
    """Return a whole event, with the empty line that ends it.

    Args:
        event: Its name.
        privilege: Its class, as ``call,all``.
        parts: Its further headers.
    """
    raw = [f"Event: {event}\r\nPrivilege: {privilege}\r\n".encode()]
    raw += [part.raw if type(part) is Block else encode(part) for part in parts]
    raw.append(b"\r\n")
    return b"".join(raw)
