"""Originate: calls that AMI begins."""

from __future__ import annotations

import re
from typing import Final

from amictl.demo.actions.lookups import read_priority
from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import Request
from amictl.demo.channels import Channel, Party
from amictl.demo.configuration import is_true
from amictl.demo.functions import parse_caller_id
from amictl.demo.originations import Origination, Reason, originate

_LONGEST_ID: Final = 149  # Asterisk: AST_MAX_PUBLIC_UNIQUEID
_NUMBER: Final = re.compile(r"\s*[+-]?\d")


@answers("Originate")
def originate_call(request: Request) -> None:
    """Call a channel and connect it to an extension or an application (action_originate)."""
    order = _read_order(request)
    if order is None:
        return
    if is_true(request.get("Async")):
        originate(
            request.world, order, lambda channel, reason: _tell_response(request, order, channel, reason)
        )
        request.succeed("Originate successfully queued")
        return
    if not (order.application or (order.exten and order.context)):
        request.fail("Originate with 'Exten' requires 'Context' and 'Priority'")
        return
    request.hold()

    def tell(channel: Channel | None, reason: Reason) -> None:  # noqa: ARG001 - the answer says no more
        if channel is None:
            request.fail("Originate failed")
        else:
            request.succeed("Originate successfully queued")

    originate(request.world, order, tell)


def _read_order(request: Request) -> Origination | None:
    """Return what an Originate orders; refuse it and return None where it is wrong."""
    refusal = _refuse_order(request)
    if refusal:
        request.fail(refusal)
        return None
    timeout = re.match(r"\s*\d+", request.get("Timeout"))
    caller = parse_caller_id(request.get("CallerID")) if request.get("CallerID") else Party()
    return Origination(
        interface=request.get("Channel"),
        timeout=int(timeout.group()) / 1000 if timeout else 30.0,
        context=request.get("Context"),
        exten=request.get("Exten"),
        priority=max(1, read_priority(request, "")),
        application=request.get("Application"),
        data=request.get("Data"),
        caller=Party(re.sub(r"[ ().-]", "", caller.number), caller.name),
        account=request.get("Account"),
        variables=request.variables(),
        unique_ids=(request.get("ChannelId"), request.get("OtherChannelId")),
        early_media=is_true(request.get("EarlyMedia")),
    )


def _refuse_order(request: Request) -> str:
    """Return why an Originate is refused, in the order in which Asterisk looks; empty where it is not."""
    place = (request.get("Context"), request.get("Exten"), read_priority(request, ""))
    has_priority = bool(request.get("Priority"))
    checks = (
        (_has_long_id(request), f"Uniqueid length exceeds maximum of {_LONGEST_ID}\n"),
        (not request.get("Channel"), "Channel not specified"),
        (has_priority and not _NUMBER.match(request.get("Priority")) and place[2] < 1, "Invalid priority"),
        (bool(request.get("Timeout")) and not _NUMBER.match(request.get("Timeout")), "Invalid timeout"),
        ("/" not in request.get("Channel"), "Invalid channel"),
        (
            has_priority and request.world.dialplan.extensions.step(*place) is None,
            "Extension does not exist.",
        ),
    )
    return next((refusal for is_wrong, refusal in checks if is_wrong), "")


def _has_long_id(request: Request) -> bool:
    return any(len(request.get(header)) > _LONGEST_ID for header in ("ChannelId", "OtherChannelId"))


def _tell_response(request: Request, order: Origination, channel: Channel | None, reason: Reason) -> None:
    """Send OriginateResponse ("Asterisk main/manager.c", fast_originate)."""
    told = [("ActionID", request.action_id)] if request.action_id else []
    told.append(("Response", "Failure" if channel is None else "Success"))
    told.append(("Channel", channel.name if channel else order.interface))
    if order.application:
        told += [("Application", order.application), ("Data", order.data)]
    else:
        told += [("Context", order.context), ("Exten", order.exten)]
    told += [
        ("Reason", str(int(reason))),
        ("Uniqueid", channel.unique_id if channel else order.unique_ids[0] or "<unknown>"),
        ("CallerIDNum", order.caller.number or "<unknown>"),
        ("CallerIDName", order.caller.name or "<unknown>"),
    ]
    request.world.emit("OriginateResponse", told)
