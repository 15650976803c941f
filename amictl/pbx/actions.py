"""Typed builders of the AMI actions that amictl sends, checked against what Asterisk accepts.

A refused argument raises `InvalidInput` that names it as our API does, before anything is sent.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Final

from amictl.errors import FieldProblem, InvalidInput
from amictl.protocol import Action

_MAX_LINE: Final = 1022  # bytes of a header line with its name (manager.c reads into 1024 with CR LF)
_MAX_CUT_SILENTLY: Final = 255  # bytes of Channel and CallerID that action_originate keeps
_MAX_EXTENSION: Final = 79  # bytes: include/asterisk/channel.h, AST_MAX_EXTENSION, AST_MAX_CONTEXT, less NUL
_MAX_TIMEOUT_MS: Final = 2**31 - 1  # manager.c reads it into an int
_MAX_VARIABLES: Final = 100  # leaves room below manager.h's 128 headers
_MAX_CAUSE: Final = 127  # manager.c, action_hangup: Q.850 causes
_MAX_ACCOUNT: Final = 79  # bytes: AST_MAX_ACCOUNT_CODE less NUL

_LINE_BREAKING: Final = re.compile(r"[\r\n\0]")
_DIAL_STRING: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*/.+")
# manager.c reads a number by sscanf, so a label that begins with a digit would be taken for one.
_PRIORITY: Final = re.compile(r"[1-9][0-9]{0,8}|[A-Za-z_][A-Za-z0-9_.-]*")
_VARIABLE_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Asterisk main/app.c, __ast_app_separate_args: these three are syntax in a ``Variable:`` header.
_VARIABLE_SYNTAX: Final = re.compile(r'[\\",]')


def new_channel_id() -> str:
    """Return a unique ID for a channel to be made; Asterisk takes it as that channel's Uniqueid."""
    return f"amictl-{secrets.token_hex(10)}"


def originate(
    channel: str,
    *,
    exten: str | None = None,
    context: str | None = None,
    priority: int | str | None = None,
    application: str | None = None,
    data: str | None = None,
    timeout: int | None = None,
    caller_id: str | None = None,
    variables: Mapping[str, str] | None = None,
    account: str | None = None,
    early_media: bool = False,
    channel_id: str | None = None,
) -> Action:
    """Call a channel and connect it to a place in the dialplan, or to one application.

    Always asynchronous: a synchronous Originate blocks the AMI session, its events included.

    Args:
        channel: What to call, ``PJSIP/100``.
        exten: Extension to connect to, with ``context`` and ``priority``.
        context: Its context.
        priority: Its priority, from 1, or a label.
        application: Application to run instead.
        data: That application's arguments.
        timeout: Milliseconds to wait for an answer; Asterisk's default is 30,000.
        caller_id: ``"Name" <number>`` to show.
        variables: Channel variables to set; a name may begin with ``_`` or ``__`` to be inherited.
        account: Account code.
        early_media: Whether to connect as soon as there is media.
        channel_id: The new channel's unique ID; a fresh one when left out.

    Raises:
        InvalidInput: Names every argument that Asterisk would refuse, cut or misread.
    """
    checked = _Headers()
    checked.add("channel", "Channel", channel, limit=_MAX_CUT_SILENTLY)
    if not _DIAL_STRING.fullmatch(channel):
        checked.refuse("channel", "must be a technology and a destination, such as PJSIP/100")
    if application is None:
        _add_dialplan(checked, exten, context, priority)
        if data is not None:
            checked.refuse("data", "is for an application; give application too")
    else:
        for field, value in (("exten", exten), ("context", context), ("priority", priority)):
            if value is not None:
                checked.refuse(field, "cannot be given together with application")
        checked.require("application", "Application", application)
        checked.add("data", "Data", data)
    if timeout is not None:
        if not 0 < timeout <= _MAX_TIMEOUT_MS:
            checked.refuse("timeout", f"must be from 1 to {_MAX_TIMEOUT_MS} milliseconds")
        checked.add("timeout", "Timeout", str(timeout))
    checked.add("caller_id", "CallerID", caller_id, limit=_MAX_CUT_SILENTLY)
    checked.add("account", "Account", account, limit=_MAX_ACCOUNT)
    if early_media:
        checked.add("early_media", "EarlyMedia", "true")
    checked.add("channel_id", "ChannelId", channel_id or new_channel_id())
    _add_variables(checked, variables or {})
    checked.add("async", "Async", "true")
    return checked.build("Originate")


def hangup(channel: str, cause: int | None = None) -> Action:
    """Hang up one channel.

    Args:
        channel: Its name or unique ID. Asterisk would take ``/…/`` as a pattern for many: refused.
        cause: Q.850 cause, from 1 to 127.

    Raises:
        InvalidInput: Names the refused argument.
    """
    checked = _Headers()
    checked.require("channel", "Channel", channel)
    if channel.startswith("/"):
        checked.refuse("channel", "must be the name or unique ID of one channel, not a pattern")
    if cause is not None:
        if not 1 <= cause <= _MAX_CAUSE:
            checked.refuse("cause", f"must be from 1 to {_MAX_CAUSE}")
        checked.add("cause", "Cause", str(cause))
    return checked.build("Hangup")


def queue_pause(interface: str, paused: bool, queue: str | None = None, reason: str | None = None) -> Action:
    """Pause a queue member, or let it take calls again.

    Args:
        interface: The member, such as ``PJSIP/100``.
        paused: Whether it shall be paused.
        queue: One queue; all of the member's when left out.
        reason: Why, for reports.

    Raises:
        InvalidInput: Names the refused argument.
    """
    checked = _Headers()
    checked.require("interface", "Interface", interface)
    checked.add("paused", "Paused", "true" if paused else "false")
    checked.add("queue", "Queue", queue)
    checked.add("reason", "Reason", reason)
    return checked.build("QueuePause")


def ping() -> Action:
    """Ask for a sign of life."""
    return Action("Ping", changes_pbx=False)


def core_show_channels() -> Action:
    """Ask for all channels."""
    return Action("CoreShowChannels", changes_pbx=False)


def bridge_list() -> Action:
    """Ask for all bridges."""
    return Action("BridgeList", changes_pbx=False)


def queue_status() -> Action:
    """Ask for all queues with their members and callers."""
    return Action("QueueStatus", changes_pbx=False)


def core_status() -> Action:
    """Ask when the PBX started and how many calls it has."""
    return Action("CoreStatus", changes_pbx=False)


def core_settings() -> Action:
    """Ask for the PBX's version and limits."""
    return Action("CoreSettings", changes_pbx=False)


def list_commands() -> Action:
    """Ask which actions this AMI user may call on this PBX."""
    return Action("ListCommands", changes_pbx=False)


class _Headers:
    """Gathers headers and every problem with them."""

    def __init__(self) -> None:
        self._headers: list[tuple[str, str]] = []
        self._problems: list[FieldProblem] = []

    def refuse(self, field: str, detail: str) -> None:
        """Note a problem; only a field's first one is told."""
        if all(problem.field != field for problem in self._problems):
            self._problems.append(FieldProblem(field, detail))

    def require(self, field: str, header: str, value: str, *, limit: int | None = None) -> None:
        """Add a header that must have a value; see `add`."""
        self.add(field, header, value, limit=limit)
        if not value.strip():
            self.refuse(field, "must not be empty")

    def add(self, field: str, header: str, value: str | None, *, limit: int | None = None) -> None:
        """Add a header, or none for None.

        Args:
            field: The argument as our API calls it.
            header: The AMI header.
            value: Its value.
            limit: Most bytes that Asterisk keeps of the value.
        """
        if value is None:
            return
        if _LINE_BREAKING.search(value):
            self.refuse(field, "must not contain a line break or NUL")
            return
        try:
            size = len(value.encode())
        except UnicodeEncodeError:
            self.refuse(field, "is not valid Unicode text")
            return
        most = min(limit or _MAX_LINE, _MAX_LINE - len(header) - 2)
        if size > most:
            self.refuse(field, f"is too long: {size} bytes, {most} can be sent")
        self._headers.append((header, value))

    def build(self, name: str) -> Action:
        """Return the action, or raise `InvalidInput` with all problems."""
        if self._problems:
            raise InvalidInput(self._problems)
        return Action(name, tuple(self._headers))


def _add_dialplan(
    checked: _Headers, exten: str | None, context: str | None, priority: int | str | None
) -> None:
    for field, header, value in (("exten", "Exten", exten), ("context", "Context", context)):
        if value is None:
            checked.refuse(field, "is required unless application is given")
        else:
            checked.require(field, header, value, limit=_MAX_EXTENSION)
    if priority is None:
        checked.refuse("priority", "is required unless application is given")
        return
    checked.add("priority", "Priority", str(priority))
    if not _PRIORITY.fullmatch(str(priority)):
        checked.refuse("priority", "must be a number from 1 or a label of the dialplan")


def _add_variables(checked: _Headers, variables: Mapping[str, str]) -> None:
    if len(variables) > _MAX_VARIABLES:
        checked.refuse("variables", f"must be at most {_MAX_VARIABLES}")
        return
    for name, value in variables.items():
        if not _VARIABLE_NAME.fullmatch(name):
            checked.refuse("variables", "must have names of letters, digits and _, not starting with a digit")
            continue
        escaped = _VARIABLE_SYNTAX.sub(lambda match: "\\" + match[0], value)
        checked.add(f"variables.{name}", "Variable", f"{name}={escaped}")
