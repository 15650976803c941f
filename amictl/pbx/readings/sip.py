"""SIP peers of the old driver chan_sip, which Asterisk 21 and newer do not have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Final

from amictl.pbx.ami_values import read_int, read_text
from amictl.pbx.reader import headers_of, reader_of
from amictl.pbx.readings.raw import Row, is_secret_header
from amictl.pbx.value import About
from amictl.protocol import Message

_LATENCY: Final = re.compile(r"\((\d+) ?ms\)")
_NOWHERE: Final = frozenset({"-none-", "(null)"})  # Asterisk channels/chan_sip.c
_WORD_BREAK: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-. ]+")


def _read_address(text: str | None) -> str | None:
    """Return where a peer is; nowhere when it has not registered."""
    return None if text in _NOWHERE else read_text(text)


def _read_port(text: str | None) -> int | None:
    return read_int(text) or None


def _read_status(text: str | None) -> str | None:
    """Return the word of ``OK (12 ms)``."""
    words = read_text(text)
    return None if words is None else words.partition(" (")[0].lower()


def _read_round_trip(status: str | None) -> float | None:
    """Return the seconds of ``OK (12 ms)``."""
    found = _LATENCY.search(status or "")
    milliseconds = read_int(found[1]) if found else None
    return milliseconds / 1000.0 if milliseconds is not None else None


class _Place(Row, frozen=True):
    """Where a SIP peer is, and how it does."""

    peer: Annotated[str, About("", "ObjectName")]
    type: Annotated[str | None, About("peer or user", "ChanObjectType")]
    address: Annotated[str | None, About("", "Address-IP", _read_address)]
    port: Annotated[int | None, About("", "Address-Port", _read_port)]
    dynamic: Annotated[bool | None, About("Whether it registers")]
    status: Annotated[str | None, About("ok, lagged, unreachable, unmonitored, unknown", read=_read_status)]
    round_trip: Annotated[float | None, About("Seconds", "Status", _read_round_trip)]
    description: str | None


class SipPeer(_Place, frozen=True):
    """A peer of chan_sip."""

    address: Annotated[str | None, About("", "IPaddress", _read_address)]
    port: Annotated[int | None, About("", "IPport", _read_port)]
    acl: bool | None
    video_support: bool | None
    text_support: bool | None
    realtime: Annotated[bool | None, About("", "RealtimeDevice")]
    account_code: str | None


class SipPeerDetails(_Place, frozen=True):
    """A peer of chan_sip with its settings."""

    context: str | None
    caller_id: str | None
    user_agent: Annotated[str | None, About("", "SIP-Useragent")]
    contact: Annotated[str | None, About("", "Reg-Contact")]
    codecs: str | None
    mailbox: Annotated[str | None, About("", "VoiceMailbox")]
    language: str | None
    has_secret: Annotated[bool | None, About("", "SecretExist")]
    settings: Annotated[Mapping[str, str | None], About("What else Asterisk tells, as it tells it", "")]


read_sip_peer: Final = reader_of(SipPeer)
"""Reads a ``PeerEntry`` item of ``SIPpeers``."""

_read_details: Final = reader_of(SipPeerDetails)
_NO_SETTINGS: Final = headers_of(SipPeerDetails) | {
    "response", "actionid", "message", "event", "channeltype", "remotesecretexist", "md5secretexist",
}  # fmt: skip


def read_sip_peer_details(message: Message) -> SipPeerDetails:
    """Return the response to ``SIPshowpeer``; what has no field of its own is in ``settings``, as texts."""
    settings = {
        _WORD_BREAK.sub("_", name).lower(): read_text(value)
        for name, value in message.headers
        if name.lower() not in _NO_SETTINGS and not is_secret_header(name)
    }
    return _read_details(message, settings=settings)
