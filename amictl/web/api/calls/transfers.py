"""Routes that move calls."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.calls.transfers import (
    AttendedTransferBody,
    BlindTransferBody,
    BridgeBody,
    Bridged,
    RedirectBody,
    Redirected,
    Transferred,
)
from amictl.services.requests import ChannelBody
from amictl.services.results import ChannelDone
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.contract import Routes

routes = Routes("transfers", tag="calls")


@routes.post(
    "/redirect/",
    Permission.CALLS_CONTROL,
    example={"channel": "PJSIP/100-0000001a", "exten": "200", "context": "default", "priority": 1},
)
def redirect_channel(services: UseCases, actor: Actor, body: RedirectBody) -> Redirected:
    """Send a channel to a place in the dialplan.

    With extra_channel both parties move at once; a party that is left alone is hung up.
    """
    return services.transfers.redirect(actor, body)


@routes.post(
    "/bridge/",
    Permission.CALLS_CONTROL,
    example={"channel1": "PJSIP/100-0000001a", "channel2": "PJSIP/101-0000001b"},
)
def bridge_channels(services: UseCases, actor: Actor, body: BridgeBody) -> Bridged:
    """Connect two channels to each other."""
    return services.transfers.bridge(actor, body)


@routes.post(
    "/transfer/blind/",
    Permission.CALLS_CONTROL,
    example={"channel": "PJSIP/100-0000001a", "exten": "200", "context": "default"},
)
def transfer_blind(services: UseCases, actor: Actor, body: BlindTransferBody) -> Transferred:
    """Transfer the other party at once.

    Whoever talks to the channel goes to the extension; the channel itself is hung up.
    """
    return services.transfers.transfer_blind(actor, body)


@routes.post(
    "/transfer/attended/",
    Permission.CALLS_CONTROL,
    example={"channel": "PJSIP/100-0000001a", "exten": "200", "context": "default"},
)
def transfer_attended(services: UseCases, actor: Actor, body: AttendedTransferBody) -> Transferred:
    """Let a channel ask before it transfers.

    The PBX plays its feature code and the digits into the channel: the call must allow transfers (Dial or
    Queue with t or T), and no answer tells whether it does. Hang the channel up to complete the transfer.
    """
    return services.transfers.transfer_attended(actor, body)


@routes.post(
    "/transfer/cancel/",
    Permission.CALLS_CONTROL,
    example={"channel": "PJSIP/100-0000001a"},
)
def cancel_transfer(services: UseCases, actor: Actor, body: ChannelBody) -> ChannelDone:
    """Give up an attended transfer.

    The channel comes back to whoever waits on hold; 409 when no transfer is under way.
    """
    return services.transfers.cancel_transfer(actor, body)
