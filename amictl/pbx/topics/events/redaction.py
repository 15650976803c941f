"""What people without the permission ``events.sensitive`` do not see: digits, variables, credentials."""

from __future__ import annotations

from typing import Any, Final

from amictl.pbx.log.topic_log import Payload

REDACTED: Final = "[redacted]"

# Headers that carry such things whatever the event: Newexten, CEL, Cdr, OriginateResponse (what an
# application got), DTMF*, AGI*, VarSet, and the security events of main/security_events.c.
_HIDDEN_HEADERS: Final = frozenset({
    "appdata", "applicationdata", "data", "lastdata", "userfield", "extra",
    "digit", "digits", "dtmf",
    "value", "variable", "variables", "body",
    "command", "commandid", "env", "result",
    "challenge", "receivedchallenge", "receivedhash", "response", "expectedresponse",
})  # fmt: skip
# A name alone is no secret, and the events of these would say nothing without.
_SHOWN_HEADERS: Final = frozenset({("VarSet", "variable"), ("OriginateResponse", "response")})
_SNAPSHOT_HEADERS: Final = frozenset({
    "event", "privilege", "channel", "channelstate", "channelstatedesc", "calleridnum", "calleridname",
    "connectedlinenum", "connectedlinename", "language", "accountcode", "context", "exten", "priority",
    "uniqueid", "linkedid",
})  # fmt: skip
_CEL_HEADERS: Final = frozenset({
    "eventname", "calleridani", "calleridrdnis", "calleriddnid", "application", "eventtime", "amaflags",
    "peer", "peeraccount",
})  # fmt: skip
# These carry raw text from the dialplan: a CR LF in it makes headers of any name, so only their own are
# shown, and of those none that comes twice.
_SHOWN_ONLY: Final = {
    "UserEvent": _SNAPSHOT_HEADERS | {"userevent"},
    "Newexten": _SNAPSHOT_HEADERS | {"extension", "application"},
    "AGIExecStart": _SNAPSHOT_HEADERS,
    "AGIExecEnd": _SNAPSHOT_HEADERS,
    "CEL": _SNAPSHOT_HEADERS | _CEL_HEADERS,
}


def redact_event(payload: Payload) -> Payload:
    """Return an event payload with everything hidden that may hold digits, variables or credentials.

    Args:
        payload: An item of ``events``; it is left as it is.
    """
    event: str = payload["event"]
    data: dict[str, Any] = payload["data"]
    shown = {
        header: REDACTED if _is_hidden(event, header, value) else value for header, value in data.items()
    }
    return {**payload, "data": shown}


def redact_channel(payload: Payload) -> Payload:
    """Return a channel payload without the arguments of its application, which Newexten hides too."""
    if payload.get("application_data") is None:
        return payload
    return {**payload, "application_data": REDACTED}


def _is_hidden(event: str, header: str, value: str | list[str]) -> bool:
    name = header.lower().partition("(")[0]
    allowed = _SHOWN_ONLY.get(event)
    if allowed is not None:
        return name not in allowed or isinstance(value, list)
    if (event, name) in _SHOWN_HEADERS:
        return False
    return name in _HIDDEN_HEADERS or name.endswith("chanvariable")
