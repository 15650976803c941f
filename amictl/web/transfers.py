"""Routes that move calls."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.transfers import Place, TransferService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import FROM_PBX, describe
from amictl.web.inputs import read_body
from amictl.web.schemas.call_control import (
    AttendedTransferBody,
    BlindTransferBody,
    BridgeBody,
    Bridged,
    ChannelBody,
    ChannelDone,
    RedirectBody,
    Redirected,
    Transferred,
)
from amictl.web.visitors import current_actor

_TAG = "calls"
_ATTENDED = (
    "The PBX plays its feature code and the digits into the channel: the call must allow transfers (Dial or "
    "Queue with t or T), and no answer tells whether it does. Hang the channel up to complete the transfer."
)


def make_transfers_blueprint(transfers: TransferService) -> Blueprint:
    """Return the routes ``redirect/``, ``bridge/`` and ``transfer/…/``."""
    blueprint = Blueprint("transfers", __name__, url_prefix="/api/ami")

    @blueprint.post("/redirect/")
    @describe(
        "Send a channel to a place in the dialplan",
        permission=Permission.CALLS_CONTROL,
        details="With extra_channel both parties move at once; a party that is left alone is hung up.",
        tag=_TAG,
        body=RedirectBody,
        data=Redirected,
        write=True,
        example={"channel": "PJSIP/100-0000001a", "exten": "200", "context": "default", "priority": 1},
    )
    def redirect_channel() -> Response:
        body = read_body(RedirectBody)
        extra_place = None
        if body.extra_exten is not None and body.extra_context is not None:
            extra_place = Place(body.extra_exten, body.extra_context, body.extra_priority or 1)
        answer = transfers.redirect(
            current_actor(),
            body.channel,
            Place(body.exten, body.context, body.priority),
            extra_channel=body.extra_channel,
            extra_place=extra_place,
            pbx_name=body.pbx,
        )
        return answer_success(answer)

    @blueprint.post("/bridge/")
    @describe(
        "Connect two channels to each other",
        permission=Permission.CALLS_CONTROL,
        tag=_TAG,
        body=BridgeBody,
        data=Bridged,
        write=True,
        errors=(*FROM_PBX, "conflict"),
        example={"channel1": "PJSIP/100-0000001a", "channel2": "PJSIP/101-0000001b"},
    )
    def bridge_channels() -> Response:
        body = read_body(BridgeBody)
        return answer_success(
            transfers.bridge(current_actor(), body.channel1, body.channel2, body.tone, body.pbx)
        )

    @blueprint.post("/transfer/blind/")
    @describe(
        "Transfer the other party at once",
        permission=Permission.CALLS_CONTROL,
        details="Whoever talks to the channel goes to the extension; the channel itself is hung up.",
        tag=_TAG,
        body=BlindTransferBody,
        data=Transferred,
        write=True,
        errors=(*FROM_PBX, "conflict"),
        example={"channel": "PJSIP/100-0000001a", "exten": "200", "context": "default"},
    )
    def transfer_blind() -> Response:
        body = read_body(BlindTransferBody)
        return answer_success(
            transfers.transfer_blind(current_actor(), body.channel, body.exten, body.context, body.pbx)
        )

    @blueprint.post("/transfer/attended/")
    @describe(
        "Let a channel ask before it transfers",
        permission=Permission.CALLS_CONTROL,
        details=_ATTENDED,
        tag=_TAG,
        body=AttendedTransferBody,
        data=Transferred,
        write=True,
        errors=(*FROM_PBX, "conflict"),
        example={"channel": "PJSIP/100-0000001a", "exten": "200", "context": "default"},
    )
    def transfer_attended() -> Response:
        body = read_body(AttendedTransferBody)
        return answer_success(
            transfers.transfer_attended(current_actor(), body.channel, body.exten, body.context, body.pbx)
        )

    @blueprint.post("/transfer/cancel/")
    @describe(
        "Give up an attended transfer",
        permission=Permission.CALLS_CONTROL,
        details="The channel comes back to whoever waits on hold; 409 when no transfer is under way.",
        tag=_TAG,
        body=ChannelBody,
        data=ChannelDone,
        write=True,
        errors=(*FROM_PBX, "conflict"),
        example={"channel": "PJSIP/100-0000001a"},
    )
    def cancel_transfer() -> Response:
        body = read_body(ChannelBody)
        return answer_success(transfers.cancel_transfer(current_actor(), body.channel, body.pbx))

    return blueprint
