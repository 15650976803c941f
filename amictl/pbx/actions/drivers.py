"""Builders of the older channel drivers: chan_sip (Asterisk 20 and older) and chan_iax2."""

from __future__ import annotations

from collections.abc import Mapping

from amictl.pbx.actions.building import build
from amictl.protocol import Action


def sip_peers() -> Action:
    """Ask for the SIP peers."""
    return build("SIPpeers")


def sip_show_peer(peer: str) -> Action:
    """Ask for a SIP peer.

    Args:
        peer: Its name.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("SIPshowpeer", peer=peer)


def sip_peer_status(peer: str | None = None) -> Action:
    """Ask whether SIP peers are reachable.

    Args:
        peer: One by its name; all when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("SIPpeerstatus", peer=peer)


def sip_show_registry() -> Action:
    """Ask for our SIP registrations at other servers."""
    return build("SIPshowregistry")


def sip_qualify_peer(peer: str) -> Action:
    """Ask a SIP peer for a sign of life.

    Args:
        peer: Its name.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("SIPqualifypeer", peer=peer)


def sip_notify(peer: str, variables: Mapping[str, str], *, call_id: str | None = None) -> Action:
    """Send a SIP NOTIFY to a peer.

    Args:
        peer: Its name.
        variables: Headers, and ``Content`` for the body.
        call_id: The call to which it belongs.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("SIPnotify", peer=peer, variables=variables, call_id=call_id)


def iax_peers() -> Action:
    """Ask for the IAX peers."""
    return build("IAXpeers")


def iax_peer_list() -> Action:
    """Ask for the IAX peers with more about each."""
    return build("IAXpeerlist")


def iax_registry() -> Action:
    """Ask for our IAX registrations at other servers."""
    return build("IAXregistry")
