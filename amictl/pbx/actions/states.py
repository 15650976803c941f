"""Builders that ask for states of devices, extensions and people, and for the dialplan."""

from __future__ import annotations

from amictl.pbx.actions.building import build
from amictl.protocol import Action


def device_state_list() -> Action:
    """Ask for the devices with their states."""
    return build("DeviceStateList")


def extension_state(exten: str, context: str) -> Action:
    """Ask for the state of the device behind an extension's hint.

    Args:
        exten: The extension.
        context: Its context.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ExtensionState", exten=exten, context=context)


def extension_state_list() -> Action:
    """Ask for the hints with their states."""
    return build("ExtensionStateList")


def presence_state(provider: str) -> Action:
    """Ask for a presence; the PBX answers with an error when there is none.

    Args:
        provider: Such as ``CustomPresence:alice``.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("PresenceState", provider=provider)


def presence_state_list() -> Action:
    """Ask for the presences."""
    return build("PresenceStateList")


def show_dialplan(context: str | None = None, extension: str | None = None) -> Action:
    """Ask for the dialplan.

    Args:
        context: One context; all when left out.
        extension: One extension.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ShowDialPlan", context=context, extension=extension)


def dialplan_extension_add(
    context: str,
    extension: str,
    priority: int | str,
    application: str,
    *,
    application_data: str | None = None,
    replace: bool | None = None,
) -> Action:
    """Add a priority to an extension of the running dialplan; a restart or reload forgets it.

    Args:
        context: The context, made when it is not there.
        extension: The extension.
        priority: A number from 1, or ``hint``.
        application: What to run.
        application_data: Its arguments.
        replace: Whether to put it in the place of one that is there.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build(
        "DialplanExtensionAdd",
        context=context,
        extension=extension,
        priority=str(priority),
        application=application,
        application_data=application_data,
        replace=replace,
    )


def dialplan_extension_remove(context: str, extension: str, priority: int | str | None = None) -> Action:
    """Remove an extension from the running dialplan.

    Args:
        context: Its context.
        extension: The extension.
        priority: One priority of it; all when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build(
        "DialplanExtensionRemove",
        context=context,
        extension=extension,
        priority=None if priority is None else str(priority),
    )
