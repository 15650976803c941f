"""Short ways to write parameters, and those that many actions share."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import (
    Kind,
    KnownAction,
    Named,
    Parameter,
    ReplyKind,
    Rule,
    name_in_api,
)

MAX_INTEGER: Final = 2**31 - 1  # Asterisk reads numbers into a C int
_MAX_CUT_SILENTLY: Final = 255  # bytes of a channel's name or a caller ID that Asterisk's buffers keep
_MAX_EXTENSION: Final = (
    79  # include/asterisk/channel.h: AST_MAX_EXTENSION, _CONTEXT and _ACCOUNT_CODE less NUL
)


def text(
    header: str,
    *,
    name: str = "",
    required: bool = False,
    limit: int | None = None,
    pattern: str = "",
    hint: str = "",
    may_be_empty: bool = False,
    exact: bool = False,
    numbered: bool = False,
    since: tuple[str, ...] = (),
    means: Named | None = None,
) -> Parameter:
    """Return a parameter that is a text."""
    return Parameter(
        header,
        name or name_in_api(header),
        required=required,
        limit=limit,
        pattern=pattern,
        hint=hint,
        may_be_empty=may_be_empty,
        exact=exact,
        numbered=numbered,
        since=since,
        means=means,
    )


def integer(
    header: str,
    *,
    name: str = "",
    required: bool = False,
    minimum: int = 0,
    maximum: int = MAX_INTEGER,
    unit: str = "",
    numbered: bool = False,
    since: tuple[str, ...] = (),
) -> Parameter:
    """Return a parameter that is a whole number."""
    return Parameter(
        header,
        name or name_in_api(header),
        Kind.INTEGER,
        required=required,
        minimum=minimum,
        maximum=maximum,
        unit=unit,
        numbered=numbered,
        since=since,
    )


def decimal(header: str, *, required: bool = False, unit: str = "") -> Parameter:
    """Return a parameter that is a number above zero, with a fraction where wanted."""
    return Parameter(
        header,
        name_in_api(header),
        Kind.DECIMAL,
        required=required,
        minimum=0,
        maximum=MAX_INTEGER,
        unit=unit,
    )


def boolean(
    header: str,
    *,
    name: str = "",
    required: bool = False,
    words: tuple[str, str] = ("true", "false"),
    since: tuple[str, ...] = (),
) -> Parameter:
    """Return a parameter that is true or false."""
    return Parameter(
        header, name or name_in_api(header), Kind.BOOLEAN, required=required, words=words, since=since
    )


def choice(
    header: str, *choices: str, name: str = "", required: bool = False, numbered: bool = False
) -> Parameter:
    """Return a parameter that is one of some words."""
    return Parameter(
        header,
        name or name_in_api(header),
        Kind.CHOICE,
        required=required,
        choices=choices,
        numbered=numbered,
    )


def channel(
    header: str = "Channel", *, required: bool = True, name: str = "", refusal: str = ""
) -> Parameter:
    """Return a parameter that is a channel's name or unique ID."""
    return Parameter(
        header,
        name or name_in_api(header),
        required=required,
        limit=_MAX_CUT_SILENTLY,
        refusal=refusal,
        means=Named.CHANNEL,
    )


def variables(*, required: bool = False, pattern: str = r"[A-Za-z_][A-Za-z0-9_]*") -> Parameter:
    """Return a parameter that is an object of names and values, each sent as a header of its own."""
    return Parameter(
        "Variable", "variables", Kind.VARIABLES, required=required, repeatable=True, pattern=pattern
    )


def names(header: str, *, name: str = "") -> Parameter:
    """Return a parameter that is a list of names, sent with commas between."""
    return Parameter(header, name or name_in_api(header), Kind.NAMES)


def priority(header: str = "Priority", *, required: bool = False) -> Parameter:
    """Return a parameter that is a priority of the dialplan, from 1, or a label."""
    return Parameter(header, name_in_api(header), Kind.PRIORITY, required=required)


def exten(header: str = "Exten", *, required: bool = False) -> Parameter:
    """Return a parameter that is an extension of the dialplan."""
    return text(header, required=required, limit=_MAX_EXTENSION, means=Named.EXTENSION)


def context(header: str = "Context", *, required: bool = False) -> Parameter:
    """Return a parameter that is a context of the dialplan."""
    return text(header, required=required, limit=_MAX_EXTENSION, means=Named.CONTEXT)


def mailbox_context(header: str = "Context", *, required: bool = False) -> Parameter:
    """Return a parameter that is a context of mailboxes, which ``voicemail.conf`` has."""
    return text(header, required=required, limit=_MAX_EXTENSION)


def reads(
    name: str,
    purpose: str,
    *parameters: Parameter,
    rights: str = "",
    reply: ReplyKind = ReplyKind.SINGLE,
    since: tuple[str, ...] = (),
    until: int | None = None,
    module: str | None = None,
    successor: str = "",
    rules: tuple[Rule, ...] = (),
    refusal: str = "",
) -> KnownAction:
    """Return an action that changes nothing."""
    return KnownAction(
        name,
        purpose,
        parameters,
        frozenset(rights.split()),
        changes_pbx=False,
        reply=reply,
        since=since,
        until=until,
        module=module,
        successor=successor,
        rules=rules,
        refusal=refusal,
    )


def changes(
    name: str,
    purpose: str,
    *parameters: Parameter,
    rights: str = "",
    since: tuple[str, ...] = (),
    until: int | None = None,
    module: str | None = None,
    successor: str = "",
    rules: tuple[Rule, ...] = (),
    open_headers: bool = False,
    refusal: str = "",
    touches: str = "",
) -> KnownAction:
    """Return an action that changes something on the PBX."""
    return KnownAction(
        name,
        purpose,
        parameters,
        frozenset(rights.split()),
        since=since,
        until=until,
        module=module,
        successor=successor,
        rules=rules,
        open_headers=open_headers,
        refusal=refusal,
        touches=frozenset(touches.split()),
    )


CHANNEL: Final = channel()
CALLER_ID: Final = text("CallerID", limit=_MAX_CUT_SILENTLY, may_be_empty=True)
ACCOUNT: Final = text("Account", limit=_MAX_EXTENSION, may_be_empty=True)
DIAL_STRING: Final = text(
    "Channel",
    required=True,
    limit=_MAX_CUT_SILENTLY,
    pattern=r"[A-Za-z][A-Za-z0-9_]*/.+",
    hint="a technology and a destination, such as PJSIP/100",
    means=Named.DIAL_STRING,
)
