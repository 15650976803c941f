"""Any action with any parameters, as a program may ask for it by name: what may be sent, and how."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from amictl.errors import ActionUnsupported, InvalidInput
from amictl.pbx.catalogue.composing import add_open_header, compose
from amictl.pbx.catalogue.entries import KnownAction
from amictl.pbx.catalogue.headers import Headers
from amictl.pbx.catalogue.tables import CATALOGUE
from amictl.protocol import Action

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


def check(name: str, fields: Mapping[str, object], listed: Collection[str] | None = None) -> Action:
    """Return the action to send, when it may be sent over the session that keeps the live picture.

    Args:
        name: The action's name in AMI, in any case.
        fields: Its parameters by our names or AMI's; None means that one is not given.
        listed: Lower-case names of the actions that the PBX lists, for those that amictl does not know.

    Raises:
        InvalidInput: Names every refused field; ``action`` when the action itself must not be sent.
        ActionUnsupported: Neither amictl nor the PBX knows the action.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput.of("action", "must be the name of an AMI action")
    known = CATALOGUE.get(name.lower())
    if known is None:
        return _check_unknown(name, fields, listed or ())
    if known.refusal:
        raise InvalidInput.of("action", f"{known.name} cannot be sent: {known.refusal}")
    headers = Headers()
    for key, value in fields.items():
        parameter = known.find(key)
        if parameter is not None and parameter.refusal and value is not None:
            headers.refuse(key, f"cannot be given here: {parameter.refusal}")
    if known.name == "Originate":
        return _check_originate(known, fields, headers)
    return compose(known, fields, headers)


def _check_originate(known: KnownAction, fields: Mapping[str, object], headers: Headers) -> Action:
    """Force what keeps a call from blocking the session, events included, until it is answered."""
    given = dict(fields)
    for key in fields:
        parameter = known.find(key)
        if (
            parameter is not None
            and parameter.name == "asynchronous"
            and given.pop(key) not in (True, None, "true")
        ):
            headers.refuse(key, "cannot be false: a synchronous Originate blocks the whole AMI session")
    return compose(known, given | {"asynchronous": True}, headers)


def _check_unknown(name: str, fields: Mapping[str, object], listed: Collection[str]) -> Action:
    """Let an action pass of which only the PBX knows: taken for a change, since it may be one."""
    if name.lower() not in listed:
        raise ActionUnsupported(f"Neither amictl nor this PBX knows the action {name}; nothing was sent.")
    headers = Headers()
    for key, value in fields.items():
        for item in value if isinstance(value, list | tuple) else (value,):
            if item is not None:
                add_open_header(headers, key, item)
    return headers.build(name, changes_pbx=True)
