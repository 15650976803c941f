"""One AMI session as a protocol object without a socket."""

from __future__ import annotations

import hashlib
import re
import secrets
from itertools import count
from typing import Final

from amictl.errors import ProtocolError
from amictl.protocol.buffer import DEFAULT_LIMIT, MessageBuffer
from amictl.protocol.codec import Action
from amictl.protocol.messages import Message
from amictl.protocol.replies import Replies

_BANNER_LIMIT: Final = 1024
_BANNER: Final = re.compile(r"Asterisk Call Manager(?: Proxy)?/(\d+)")
# Asterisk 14 (AMI 3) gave Command its Output headers; include/asterisk/manager.h, AMI_VERSION.
_FIRST_VERSION_WITH_OUTPUT: Final = 3


class AmiConnection:
    """Turns received bytes into messages, and actions into bytes, for one AMI session.

    It never touches a socket, a clock or a thread; a lock around it is its user's business.

    Args:
        limit: The longest message to accept, in bytes.

    Attributes:
        banner: The server's first line, once it has come.
        replies: The replies that are being waited for.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self.banner: str | None = None
        self.replies = Replies()
        self._limit = limit
        self._greeting = bytearray()
        self._buffer = MessageBuffer(limit)
        self._token = secrets.token_hex(6)
        self._numbers = count(1)

    @property
    def fragments(self) -> int:
        """How many header-less fragments were dropped."""
        return self._buffer.dropped_fragments

    @property
    def oversized(self) -> int:
        """How many messages were dropped because they were over the limit."""
        return self._buffer.oversized

    def receive_data(self, data: bytes) -> list[Message]:
        """Take received bytes and return the messages that they complete, in order.

        Args:
            data: Bytes as they came from the transport, in any portion.

        Raises:
            ProtocolError: The server did not greet as an Asterisk Manager does.
        """
        if self.banner is None:
            data = self._receive_greeting(data)
        return self._buffer.feed(data)

    def new_action_id(self) -> str:
        """Return an ActionID that no other client and no earlier session has used."""
        return f"{self._token}-{next(self._numbers)}"

    def send(self, action: Action) -> tuple[str, bytes]:
        """Give an action an ID, expect its reply, and return the ID and the bytes to write.

        Raises:
            InvalidInput: The action cannot be sent as it is; nothing is expected then.
        """
        action_id = action.action_id or self.new_action_id()
        data = action.encode(action_id)
        self.replies.track(action_id, action)
        return action_id, data

    def _receive_greeting(self, data: bytes) -> bytes:
        self._greeting += data
        line, newline, rest = bytes(self._greeting).partition(b"\n")
        if not newline:
            if len(line) > _BANNER_LIMIT:
                raise ProtocolError("The server's greeting has no end; is this the port of Asterisk's AMI?")
            return b""
        banner = line.removesuffix(b"\r").decode("utf-8", "replace")
        match = _BANNER.match(banner)
        if not match:
            raise ProtocolError("The server does not greet as an Asterisk Manager does; check host and port")
        self.banner = banner
        self._buffer = MessageBuffer(
            self._limit, raw_command_output=int(match[1]) < _FIRST_VERSION_WITH_OUTPUT
        )
        return rest


def challenge_action() -> Action:
    """Return the action that asks for an MD5 challenge."""
    return Action("Challenge", (("AuthType", "MD5"),), changes_pbx=False)


def login_action(username: str, secret: str, challenge: str | None = None) -> Action:
    """Return the login, with an MD5 key when there is a challenge and the plain secret otherwise.

    Args:
        username: The user's section name in ``manager.conf``.
        secret: That user's secret.
        challenge: The ``Challenge`` header of the reply to `challenge_action`.
    """
    if challenge is None:
        return Action("Login", (("Username", username), ("Secret", secret)), changes_pbx=False)
    # AMI defines the key so (Asterisk main/manager.c, authenticate); MD5 protects nothing else here.
    key = hashlib.md5((challenge + secret).encode(), usedforsecurity=False).hexdigest()
    headers = (("AuthType", "MD5"), ("Username", username), ("Key", key))
    return Action("Login", headers, changes_pbx=False)


def logoff_action() -> Action:
    """Return the action that ends the session; its reply is ``Goodbye``, then end of file."""
    return Action("Logoff", changes_pbx=False)
