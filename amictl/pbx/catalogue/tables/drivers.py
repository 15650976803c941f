"""Actions of the older channel drivers: chan_sip, chan_skinny, chan_iax2."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction, Parameter, ReplyKind
from amictl.pbx.catalogue.parameters import changes, channel, reads, text, variables

_PEER: Final = text("Peer", required=True)


def _shows(
    name: str,
    purpose: str,
    *parameters: Parameter,
    module: str,
    until: int | None = None,
    successor: str = "",
    rights: str = "system reporting",
    reply: ReplyKind = ReplyKind.LIST,
) -> KnownAction:
    return reads(
        name,
        purpose,
        *parameters,
        rights=rights,
        reply=reply,
        until=until,
        module=module,
        successor=successor,
    )


ACTIONS: Final[tuple[KnownAction, ...]] = (
    _shows("SIPpeers", "List the SIP peers.", successor="PJSIPShowEndpoints", module="chan_sip", until=20),
    _shows(
        "SIPshowpeer",
        "Show a SIP peer.",
        _PEER,
        successor="PJSIPShowEndpoint",
        module="chan_sip",
        until=20,
        reply=ReplyKind.SINGLE,
    ),
    _shows(
        "SIPpeerstatus",
        "List whether SIP peers are reachable, or one of them.",
        text("Peer"),
        successor="PJSIPShowContacts",
        module="chan_sip",
        until=20,
        rights="system",
    ),
    _shows(
        "SIPshowregistry",
        "List our SIP registrations at other servers.",
        successor="PJSIPShowRegistrationsOutbound",
        module="chan_sip",
        until=20,
    ),
    changes(
        "SIPqualifypeer",
        "Ask a SIP peer for a sign of life.",
        _PEER,
        rights="system reporting",
        until=20,
        successor="PJSIPQualify",
        module="chan_sip",
        touches="endpoints",
    ),
    changes(
        "SIPnotify",
        "Send a SIP NOTIFY to a peer.",
        channel(name="peer"),
        variables(required=True, pattern=r"[A-Za-z][A-Za-z0-9_-]*"),
        text("Call-ID"),
        rights="system",
        until=20,
        successor="PJSIPNotify",
        module="chan_sip",
    ),
    _shows("SKINNYdevices", "List the SKINNY devices.", module="chan_skinny", until=20),
    _shows(
        "SKINNYshowdevice",
        "Show a SKINNY device.",
        text("Device", required=True),
        module="chan_skinny",
        until=20,
        reply=ReplyKind.SINGLE,
    ),
    _shows("SKINNYlines", "List the SKINNY lines.", module="chan_skinny", until=20),
    _shows(
        "SKINNYshowline",
        "Show a SKINNY line.",
        text("Line", required=True),
        module="chan_skinny",
        until=20,
        reply=ReplyKind.SINGLE,
    ),
    _shows("IAXpeers", "List the IAX peers.", module="chan_iax2"),
    _shows("IAXpeerlist", "List the IAX peers with more about each.", module="chan_iax2"),
    _shows("IAXregistry", "List our IAX registrations at other servers.", module="chan_iax2"),
    reads(
        "IAXnetstats",
        "Print the quality of IAX calls.",
        rights="system reporting",
        reply=ReplyKind.NONE,
        module="chan_iax2",
        refusal="Asterisk prints bare text that belongs to no action; use Command with 'iax2 show netstats'",
    ),
)
