"""The AMI actions that amictl sends: made from the catalogue, checked against what Asterisk accepts.

What an action takes stands in the catalogue, once for all callers. Here is what comes on top of it: what
amictl refuses although Asterisk would take it, since it would do more than the action's name says (the
generic route, `catalogue.check`, lets some of it through), and the few actions that are more than their
parameters.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, Literal

from amictl.pbx.catalogue import CATALOGUE, compose
from amictl.pbx.catalogue.headers import Headers
from amictl.protocol import Action

SpyMode = Literal["listen", "whisper", "barge"]

# Functions of the dialplan that only tell something. Others run programs, read files or change data when
# they are read (SHELL, FILE, CURL, DB_DELETE, …).
READABLE_FUNCTIONS: Final = frozenset({
    "CALLERID", "CDR", "CHANNEL", "CHANNELS", "CONFBRIDGE_INFO", "CONNECTEDLINE", "DB", "DB_EXISTS",
    "DEVICE_STATE", "EXTENSION_STATE", "GROUP_COUNT", "HINT", "MAILBOX_EXISTS", "PJSIP_AOR",
    "PJSIP_CONTACT", "PJSIP_ENDPOINT", "PRESENCE_STATE", "QUEUE_EXISTS", "QUEUE_MEMBER",
    "QUEUE_MEMBER_COUNT", "QUEUE_MEMBER_LIST", "QUEUE_MEMBER_PENALTY", "QUEUE_WAITING_COUNT",
    "REDIRECTING", "TIMEOUT", "VERSION", "VM_INFO", "VMCOUNT",
})  # fmt: skip
# Functions whose setting changes nothing but the channel itself.
WRITABLE_FUNCTIONS: Final = frozenset(
    {"CALLERID", "CDR", "CHANNEL", "CONNECTEDLINE", "DENOISE", "REDIRECTING", "TIMEOUT", "VOLUME"}
)

_PLAIN_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# A nested parenthesis could hold another function.
_FUNCTION: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\(([^()$]*)\)")
# The name goes into an application's arguments (a comma begins the next one) and, for Monitor, into a shell's
# command line (res_monitor.c); and a path must not lead out of the folder for recordings.
_FILE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+=-]*(/[A-Za-z0-9_][A-Za-z0-9_.@+=-]*)*")
_SOUND_FORMAT: Final = re.compile(r"[A-Za-z0-9]{1,15}")
# Asterisk apps/app_mixmonitor.c: those that write no other file and send no mail.
_RECORDING_OPTIONS: Final = re.compile(
    r"(?:[abcpP]|B(?:\(\d{1,4}\))?|i\([A-Za-z_][A-Za-z0-9_]*\)|[vVW]\(-?[0-4]\))+"
)
# Asterisk apps/app_chanspy.c: u this one channel, not all whose names begin so; q no announcement; E end with
# the channel; S end when there is none (any more).
_SPY_OPTIONS: Final[Mapping[SpyMode, str]] = {"listen": "uqES", "whisper": "uqESw", "barge": "uqESB"}


def make_action(action: str, /, **values: object) -> Action:
    """Return an action of the catalogue with these values.

    A name that the catalogue does not have is a mistake in our own code and no user's, so it is no
    `InvalidInput`; `tests/pbx/test_calls_of_actions.py` finds it in any call without running it.

    Args:
        action: Its name in AMI.
        values: By our names of its parameters, never AMI's; None and an empty object leave one out.

    Raises:
        InvalidInput: Names every value that is refused or missing.
        LookupError: The catalogue has no such action.
        TypeError: The action takes no such parameter.
    """
    known = CATALOGUE.get(action.lower())
    if known is None:
        raise LookupError(f"The catalogue has no action {action}.")
    for name in values:
        parameter = known.find(name)
        if parameter is None or not (parameter.numbered or parameter.name == name):
            raise TypeError(f"{known.name} takes no parameter {name}.")
    headers = Headers()
    for guard in _GUARDS.get(known.name, ()):
        guard(headers, values)
    return compose(known, values, headers)


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
    codecs: str | None = None,
    channel_id: str | None = None,
    other_channel_id: str | None = None,
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
        codecs: Names of codecs with commas between.
        channel_id: The new channel's unique ID; a fresh one when left out.
        other_channel_id: That of a Local channel's second half.

    Raises:
        InvalidInput: Names every argument that Asterisk would refuse, cut or misread.
    """
    return make_action(
        "Originate",
        channel=channel,
        exten=exten,
        context=context,
        priority=priority,
        application=application,
        data=data,
        timeout=timeout,
        caller_id=caller_id,
        account=account,
        early_media=early_media or None,
        codecs=codecs,
        channel_id=channel_id or new_channel_id(),
        other_channel_id=other_channel_id,
        variables=variables,
        asynchronous=True,
    )


def spy(
    channel: str,
    target: str,
    mode: SpyMode = "listen",
    *,
    timeout: int | None = None,
    caller_id: str | None = None,
    channel_id: str | None = None,
) -> Action:
    """Call a supervisor and let them hear a channel.

    Args:
        channel: The supervisor to call, ``PJSIP/100``.
        target: The name or unique ID of the live channel to hear.
        mode: ``listen`` only, ``whisper`` to that channel, or ``barge`` in: heard by both sides.
        timeout: Milliseconds to wait for the supervisor's answer.
        caller_id: ``"Name" <number>`` to show to the supervisor.
        channel_id: The supervisor's channel's unique ID; a fresh one when left out.

    Raises:
        InvalidInput: Names every refused argument.
    """
    headers = Headers()
    if "," in target or not target.strip():
        headers.refuse("target", "must be the name of a channel")
    options = _SPY_OPTIONS.get(mode)
    if options is None:
        headers.refuse("mode", f"must be one of {', '.join(_SPY_OPTIONS)}")
    values = {
        "channel": channel,
        "application": "ChanSpy",
        "data": f"{target},{options}",
        "timeout": timeout,
        "caller_id": caller_id,
        "channel_id": channel_id or new_channel_id(),
        "asynchronous": True,
    }
    return compose(CATALOGUE["originate"], values, headers)


def console_command(line: str, *, changes_pbx: bool = True) -> Action:
    """Run a command of the PBX's console.

    Args:
        line: As it would be typed there.
        changes_pbx: False for one that only shows something: without an answer it has failed, nothing else.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return replace(make_action("Command", command=line), changes_pbx=changes_pbx)


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
    return compose(CATALOGUE["userevent"], {**(headers or {}), "event": event}, checked)


Values = Mapping[str, object]
Guard = Callable[[Headers, Values], None]


def _refuse_blocking(headers: Headers, values: Values) -> None:
    """Refuse a synchronous Originate, which would block the whole AMI session."""
    if values.get("asynchronous") is not True:
        headers.refuse("asynchronous", "must be true")


def _refuse_pattern(headers: Headers, values: Values) -> None:
    """Refuse what Asterisk takes as a regular expression for many channels: ``/…/``."""
    if str(values.get("channel")).startswith("/"):
        headers.refuse("channel", "must be the name or unique ID of one channel, not a pattern")


def _refuse_functions(field: str, allowed: frozenset[str], headers: Headers, values: Values) -> None:
    """Refuse what is no variable, and functions of the dialplan that are not allowed."""
    given = values.get(field)
    for variable in given if isinstance(given, Sequence) and not isinstance(given, str) else (given,):
        if not isinstance(variable, str) or _PLAIN_VARIABLE.fullmatch(variable):
            continue
        function = _FUNCTION.fullmatch(variable)
        if function is None:
            headers.refuse(field, "must be the name of a variable, or of a function with its arguments")
        elif function[1].upper() not in allowed:
            headers.refuse(field, f"cannot be the function {function[1]}; {', '.join(sorted(allowed))} can")


def _refuse_file(headers: Headers, values: Values) -> None:
    """Refuse a file name that could do more than name a file below the folder for recordings."""
    file = values.get("file")
    if isinstance(file, str) and (not _FILE.fullmatch(file) or ".." in file):
        headers.refuse(
            "file",
            "must be a file name of letters, digits and _.@+=-, with / between folders, not beginning with /",
        )


def _refuse_sound_format(headers: Headers, values: Values) -> None:
    """Refuse what goes into a shell's command line (res_monitor.c) and is no format's name."""
    file_format = values.get("file_format")
    if isinstance(file_format, str) and not _SOUND_FORMAT.fullmatch(file_format):
        headers.refuse("file_format", "must be the name of a sound format, such as wav")


def _refuse_more_than_a_recording(headers: Headers, values: Values) -> None:
    """Refuse options of MixMonitor that reach beyond its file, and the program that it can run at the end."""
    options = values.get("options")
    if isinstance(options, str) and not _RECORDING_OPTIONS.fullmatch(options):
        headers.refuse("options", "must be letters of a, b, B, c, i(), p, P, v(), V() and W()")
    if values.get("command") is not None:
        headers.refuse("command", "cannot be given: it runs a program on the PBX")


_GUARDS: Final[Mapping[str, tuple[Guard, ...]]] = {
    "Originate": (_refuse_blocking,),
    "Hangup": (_refuse_pattern,),
    "PJSIPHangup": (_refuse_pattern,),
    "Getvar": (partial(_refuse_functions, "variable", READABLE_FUNCTIONS),),
    "Setvar": (partial(_refuse_functions, "variable", WRITABLE_FUNCTIONS),),
    "Status": (partial(_refuse_functions, "variables", READABLE_FUNCTIONS),),
    "MixMonitor": (_refuse_file, _refuse_more_than_a_recording),
    "Monitor": (_refuse_file, _refuse_sound_format),
    "ChangeMonitor": (_refuse_file,),
    "ConfbridgeStartRecord": (_refuse_file,),
}
