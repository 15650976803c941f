"""SIP messages as a phone of the tests writes and reads them (RFC 3261), and its answer to a challenge."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SipMessage:
    """One request or response.

    Args:
        start: The first line.
        headers: Names and values in order; names as they were written.
        body: What follows the empty line.
    """

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""

    @classmethod
    def parse(cls, data: bytes) -> SipMessage:
        """Read a datagram."""
        head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
        start, *lines = head.split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return cls(start, tuple((name.strip(), value.strip()) for name, _, value in pairs), body)

    def encode(self) -> bytes:
        """Write a datagram."""
        body = self.body.encode()
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body

    @property
    def status(self) -> int:
        """The status code of a response, 0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """The method of the request, or of the request that a response answers."""
        return self.get("CSeq").partition(" ")[2] if self.status else self.start.partition(" ")[0]

    def get(self, name: str) -> str:
        """The first header of this name, or an empty string."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every header of this name."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def answer(self, status: str, *headers: tuple[str, str], tag: str = "", body: str = "") -> SipMessage:
        """A response to this request (section 8.2.6).

        Args:
            status: Code and phrase.
            headers: What comes besides those that a response copies.
            tag: Ours in ``To``, where the request has none yet.
            body: A session description.
        """
        to = self.get("To")
        copied = [("Via", via) for via in self.all("Via")] + [("From", self.get("From"))]
        copied += [("To", to if "tag=" in to or not tag else f"{to};tag={tag}")]
        copied += [("Call-ID", self.get("Call-ID")), ("CSeq", self.get("CSeq"))]
        if body:
            headers += (("Content-Type", "application/sdp"),)
        return SipMessage(f"SIP/2.0 {status}", (*copied, *headers), body)


@dataclass(slots=True)
class Dialog:
    """What both sides of a call know of each other (section 12).

    Args:
        call_id: The ``Call-ID``.
        local: Our ``From``, or the ``To`` of a call that came, with our tag.
        remote: Theirs, with their tag as soon as they gave one.
        target: Where requests of this dialogue are addressed.
        sequence: The number of our last request.
    """

    call_id: str
    local: str
    remote: str
    target: str
    sequence: int = 0
    local_tag: str = field(default_factory=lambda: secrets.token_hex(5))

    @property
    def remote_tag(self) -> str:
        """Their tag."""
        return tag_of(self.remote)


def tag_of(address: str) -> str:
    """The tag of a ``From`` or ``To``."""
    found = re.search(r";tag=([^;]+)", address)
    return found.group(1) if found else ""


def contact_of(message: SipMessage) -> str:
    """The address in the ``Contact``."""
    found = re.search(r"<([^>]+)>", message.get("Contact"))
    return found.group(1) if found else message.get("Contact")


def answer_challenge(challenge: str, *, user: str, secret: str, method: str, address: str) -> str:
    """The ``Authorization`` that answers a ``WWW-Authenticate`` (RFC 2617, MD5 with ``qop=auth``)."""
    given = {name: quoted or plain for name, quoted, plain in _PARAMETER.findall(challenge)}
    client_nonce = secrets.token_hex(8)
    identity = _md5(f"{user}:{given['realm']}:{secret}")
    request = _md5(f"{method}:{address}")
    response = _md5(f"{identity}:{given['nonce']}:00000001:{client_nonce}:auth:{request}")
    parts = {"username": user, "realm": given["realm"], "nonce": given["nonce"], "uri": address}
    parts |= {"response": response, "cnonce": client_nonce} | (
        {"opaque": given["opaque"]} if "opaque" in given else {}
    )
    quoted_parts = ", ".join(f'{name}="{value}"' for name, value in parts.items())
    return f"Digest {quoted_parts}, algorithm=MD5, qop=auth, nc=00000001"


_PARAMETER = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
