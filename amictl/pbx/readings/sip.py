"""SIP peers of the old driver chan_sip, which Asterisk 21 and newer do not have."""

from __future__ import annotations

import re
from typing import Final

from amictl.pbx.ami_values import read_int, read_text, read_truth
from amictl.pbx.readings.raw import Reading, is_secret_header
from amictl.protocol import Message

_LATENCY: Final = re.compile(r"\((\d+) ?ms\)")
_NOWHERE: Final = frozenset({"-none-", "(null)"})  # Asterisk channels/chan_sip.c
_ENVELOPE: Final = frozenset({"Response", "ActionID", "Message", "Event"})
_OWN_FIELDS: Final = frozenset({
    "Channeltype", "ObjectName", "ChanObjectType", "Address-IP", "Address-Port", "Dynamic", "Status",
    "Context", "Callerid", "Description", "SIP-Useragent", "Reg-Contact", "Codecs", "VoiceMailbox",
    "Language", "SecretExist", "RemoteSecretExist", "MD5SecretExist",
})  # fmt: skip
_WORD_BREAK: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-. ]+")


def read_sip_peer(message: Message) -> Reading:
    """Return a ``PeerEntry`` item of ``SIPpeers``."""
    return {
        "peer": message.get("ObjectName", ""),
        "type": read_text(message.get("ChanObjectType")),
        **_read_place(message, "IPaddress", "IPport"),
        "dynamic": read_truth(message.get("Dynamic")),
        **_read_status(message),
        "acl": read_truth(message.get("ACL")),
        "video_support": read_truth(message.get("VideoSupport")),
        "text_support": read_truth(message.get("TextSupport")),
        "realtime": read_truth(message.get("RealtimeDevice")),
        "account_code": read_text(message.get("Accountcode")),
        "description": read_text(message.get("Description")),
    }


def read_sip_peer_details(message: Message) -> Reading:
    """Return the response to ``SIPshowpeer``; what has no field of its own is in ``settings``, as texts."""
    settings = {
        _WORD_BREAK.sub("_", name).lower(): read_text(value)
        for name, value in message.headers
        if name not in _ENVELOPE | _OWN_FIELDS and not is_secret_header(name)
    }
    return {
        "peer": message.get("ObjectName", ""),
        "type": read_text(message.get("ChanObjectType")),
        **_read_place(message, "Address-IP", "Address-Port"),
        "dynamic": read_truth(message.get("Dynamic")),
        **_read_status(message),
        "context": read_text(message.get("Context")),
        "caller_id": read_text(message.get("Callerid")),
        "description": read_text(message.get("Description")),
        "user_agent": read_text(message.get("SIP-Useragent")),
        "contact": read_text(message.get("Reg-Contact")),
        "codecs": read_text(message.get("Codecs")),
        "mailbox": read_text(message.get("VoiceMailbox")),
        "language": read_text(message.get("Language")),
        "has_secret": read_truth(message.get("SecretExist")),
        "settings": settings,
    }


def _read_place(message: Message, address: str, port: str) -> Reading:
    """Return where a peer is; nowhere when it has not registered."""
    place = read_text(message.get(address))
    return {
        "address": None if place in _NOWHERE else place,
        "port": read_int(message.get(port)) or None,
    }


def _read_status(message: Message) -> Reading:
    """Return ``OK (12 ms)`` as a word and the seconds of the round trip."""
    words = read_text(message.get("Status"))
    found = _LATENCY.search(words or "")
    milliseconds = read_int(found[1]) if found else None
    return {
        "status": None if words is None else words.partition(" (")[0].lower(),
        "round_trip": milliseconds / 1000.0 if milliseconds is not None else None,
    }
