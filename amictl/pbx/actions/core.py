"""Builders of Asterisk as a whole: its state, modules, commands and messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from amictl.pbx.actions.building import build
from amictl.pbx.catalogue.headers import Headers
from amictl.protocol import Action


def ping() -> Action:
    """Ask for a sign of life."""
    return build("Ping")


def list_commands() -> Action:
    """Ask which actions this AMI user may call on this PBX."""
    return build("ListCommands")


def core_status() -> Action:
    """Ask when the PBX started and how many calls it has."""
    return build("CoreStatus")


def core_settings() -> Action:
    """Ask for the PBX's version and limits."""
    return build("CoreSettings")


def command(line: str, *, changes_pbx: bool = True) -> Action:
    """Run a command of the PBX's console.

    Args:
        line: As it would be typed there.
        changes_pbx: False for one that only shows something: without an answer it has failed, nothing else.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return replace(build("Command", command=line), changes_pbx=changes_pbx)


def reload(module: str | None = None) -> Action:
    """Read the configuration again.

    Args:
        module: Of one module, or subsystem such as ``logger``; of all when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("Reload", module=module)


def module_check(module: str) -> Action:
    """Ask whether a module is loaded; the PBX answers with an error when it is not.

    Args:
        module: Its name without ``.so``.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ModuleCheck", module=module)


def module_load(
    load_type: Literal["load", "unload", "reload", "refresh"],
    module: str | None = None,
    *,
    recursive: bool | None = None,
) -> Action:
    """Load, unload, reload or refresh a module.

    Args:
        load_type: What to do; only newer PBXs can ``refresh``.
        module: Its name with ``.so``; only ``reload`` can do without, for all.
        recursive: Whether a refresh takes along the modules that depend on it.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("ModuleLoad", load_type=load_type, module=module, recursive=recursive)


def logger_rotate() -> Action:
    """Close the log files and begin new ones."""
    return build("LoggerRotate")


def user_event(event: str, headers: Mapping[str, str] | None = None) -> Action:
    """Send an event to all AMI clients.

    Args:
        event: The value of its header ``UserEvent``.
        headers: Its other headers; those that make an event or a reply of AMI are refused.

    Raises:
        InvalidInput: Names the refused argument, or header.
    """
    checked = Headers()
    if any(name == "event" for name in headers or {}):
        checked.refuse("event", "cannot be the name of a header")
    return build("UserEvent", checked=checked, **{**(headers or {}), "event": event})


def message_send(
    to: str,
    body: str,
    *,
    sender: str | None = None,
    variables: Mapping[str, str] | None = None,
) -> Action:
    """Send a text message outside of any call.

    Args:
        to: A URI with its technology: ``pjsip:100``.
        body: One line.
        sender: From whom.
        variables: Variables of the message.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("MessageSend", to=to, body=body, sender=sender, variables=variables)
