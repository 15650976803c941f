"""Actions and how they are put on the wire, with every limit of Asterisk's reader checked first."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from amictl.errors import InvalidInput

# Asterisk main/manager.c reads a line into 1024 bytes; at 1023 the line's end falls into the next read
# and the rest of the action becomes a second one.
MAX_LINE_BYTES: Final = 1022
# Asterisk include/asterisk/manager.h, AST_MAX_MANHEADERS; Action and ActionID are counted.
MAX_HEADERS: Final = 128
# Some actions answer through a 256-byte buffer (res/res_fax.c, id_text); 64 leaves room in all of them.
MAX_ACTION_ID: Final = 64

_OWN_HEADERS: Final = frozenset({"action", "actionid"})
_TOKEN: Final = re.compile(r"[!-9;-~]+")
_FORBIDDEN: Final = re.compile(r"[\r\n\0]")


@dataclass(frozen=True, slots=True)
class Action:
    """One action to be sent to the PBX.

    Args:
        name: The AMI action, such as ``QueuePause``.
        headers: Names and values in the order in which they are sent; a name may come more than once
            (``Variable``), though Asterisk reads only the first of most. Kept out of ``repr``: secrets.
        changes_pbx: Whether it changes anything: a read without an answer has failed, the outcome of a
            write without an answer is unknown.
        action_id: The ActionID to send, for what has to be known before; the connection gives one when it
            is None. It must be as hard to guess and as unique as the connection's.
    """

    name: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    changes_pbx: bool = True
    action_id: str | None = None

    def encode(self, action_id: str) -> bytes:
        """Return the bytes to send, ``Action`` first and ``ActionID`` second.

        Args:
            action_id: What the reply will carry; at most 64 printable ASCII characters.

        Raises:
            InvalidInput: A name or value cannot be sent as it is; ``field`` is the header's name.
        """
        if len(self.headers) + len(_OWN_HEADERS) > MAX_HEADERS:
            allowed = MAX_HEADERS - len(_OWN_HEADERS)
            raise InvalidInput.of(self.name, f"has {len(self.headers)} headers; {allowed} can be sent")
        if not _TOKEN.fullmatch(self.name):
            raise InvalidInput.of("Action", "must be the name of an AMI action")
        if len(action_id) > MAX_ACTION_ID or not _TOKEN.fullmatch(action_id):
            raise InvalidInput.of("ActionID", f"must be 1 to {MAX_ACTION_ID} printable ASCII characters")
        lines = [_encode_line("Action", self.name), _encode_line("ActionID", action_id)]
        lines += [_encode_header(key, value) for key, value in self.headers]
        return b"\r\n".join(lines) + b"\r\n\r\n"


def _encode_header(key: str, value: str) -> bytes:
    if not _TOKEN.fullmatch(key):
        raise InvalidInput.of(key or "header", "is not a header name: printable ASCII without colon or blank")
    if key.lower() in _OWN_HEADERS:
        raise InvalidInput.of(key, "is set by amictl and cannot be given as a header")
    return _encode_line(key, value)


def _encode_line(key: str, value: str) -> bytes:
    if _FORBIDDEN.search(value):
        raise InvalidInput.of(key, "must not contain a line break or NUL")
    try:
        line = f"{key}: {value}".encode()
    except UnicodeEncodeError:
        raise InvalidInput.of(key, "is not valid Unicode text") from None
    if len(line) > MAX_LINE_BYTES:
        raise InvalidInput.of(
            key, f"is too long: {len(line)} bytes with its name, {MAX_LINE_BYTES} can be sent"
        )
    return line
