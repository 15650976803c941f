"""Actions that tell states of devices, extensions and people, and show or change the dialplan."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction, Parameter, ReplyKind
from amictl.pbx.catalogue.parameters import boolean, changes, context, exten, reads, text

_STATES: Final = "call reporting"


def _place(*, priority_required: bool) -> tuple[Parameter, ...]:
    return (
        context(required=True),
        exten("Extension", required=True),
        text(
            "Priority",
            required=priority_required,
            pattern=r"hint|[1-9]\d{0,8}",
            hint="a number from 1, or hint",
        ),
    )


ACTIONS: Final[tuple[KnownAction, ...]] = (
    reads(
        "DeviceStateList",
        "List the devices with their states.",
        rights=_STATES,
        reply=ReplyKind.LIST,
        module="res_manager_devicestate",
    ),
    reads(
        "ExtensionState",
        "Tell the state of the device behind an extension's hint.",
        exten(required=True),
        context(required=True),
        rights=_STATES,
    ),
    reads("ExtensionStateList", "List the hints with their states.", rights=_STATES, reply=ReplyKind.LIST),
    reads(
        "PresenceState",
        "Tell a presence, such as CustomPresence:alice.",
        text("Provider", required=True),
        rights=_STATES,
    ),
    reads(
        "PresenceStateList",
        "List the presences.",
        rights=_STATES,
        reply=ReplyKind.LIST,
        module="res_manager_presencestate",
    ),
    reads(
        "ShowDialPlan",
        "List the dialplan, or one context or extension of it.",
        exten("Extension"),
        context(),
        rights="config reporting",
        reply=ReplyKind.LIST,
    ),
    changes(
        "DialplanExtensionAdd",
        "Add a priority to an extension of the running dialplan.",
        *_place(priority_required=True),
        text("Application", required=True),
        text("ApplicationData", may_be_empty=True),
        boolean("Replace"),
        rights="system",
        module="pbx_config",
    ),
    changes(
        "DialplanExtensionRemove",
        "Remove an extension, or one priority of it, from the running dialplan.",
        *_place(priority_required=False),
        rights="system",
        module="pbx_config",
    ),
)
