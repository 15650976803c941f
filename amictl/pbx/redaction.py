"""What people without the permission ``events.sensitive`` do not see: digits, variables, credentials."""

from __future__ import annotations

from typing import Any, Final

from amictl.pbx.topics import Payload

REDACTED: Final = "[redacted]"

# Headers that carry such things whatever the event: Newexten, CEL and Cdr (what an application got), DTMF*,
# AGI*, VarSet, and the security events of main/security_events.c.
_HIDDEN_HEADERS: Final = frozenset({
    "appdata", "applicationdata", "lastdata", "userfield", "extra",
    "digit", "digits", "dtmf",
    "value", "variable", "variables", "body",
    "command", "commandid", "env", "result",
    "challenge", "receivedchallenge", "receivedhash", "response", "expectedresponse",
})  # fmt: skip
# A name alone is no secret, and the events of these would say nothing without.
_SHOWN_HEADERS: Final = frozenset({("VarSet", "variable"), ("OriginateResponse", "response")})
# Any header of a dialplan's own event may be a variable; these are Asterisk's.
_USER_EVENT_HEADERS: Final = frozenset({
    "event", "privilege", "userevent", "channel", "channelstate", "channelstatedesc", "calleridnum",
    "calleridname", "connectedlinenum", "connectedlinename", "language", "accountcode", "context", "exten",
    "priority", "uniqueid", "linkedid",
})  # fmt: skip


def redact_event(payload: Payload) -> Payload:
    """Return an event payload with everything hidden that may hold digits, variables or credentials.

    Args:
        payload: An item of ``events``; it is left as it is.
    """
    event: str = payload["event"]
    data: dict[str, Any] = payload["data"]
    shown = {header: REDACTED if _is_hidden(event, header) else value for header, value in data.items()}
    return {**payload, "data": shown}


def redact_channel(payload: Payload) -> Payload:
    """Return a channel payload without the arguments of its application, which Newexten hides too."""
    if payload.get("application_data") is None:
        return payload
    return {**payload, "application_data": REDACTED}


def _is_hidden(event: str, header: str) -> bool:
    name = header.lower().partition("(")[0]
    if (event, name) in _SHOWN_HEADERS:
        return False
    if event == "UserEvent" and name not in _USER_EVENT_HEADERS:
        return True
    return name in _HIDDEN_HEADERS or name.endswith("chanvariable")
