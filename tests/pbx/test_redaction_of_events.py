from __future__ import annotations

from typing import Any

import pytest

from amictl.pbx.topics.events.received import ReceivedEvent
from amictl.pbx.topics.events.redaction import REDACTED, redact_channel, redact_event
from amictl.protocol import Message
from tests.pbx.ami_events import ami_event, channel_event

SECRET = "4711-secret"


def redacted(message: Message) -> dict[str, Any]:
    data: dict[str, Any] = redact_event(ReceivedEvent("main", message, 0.0, 1).payload)["data"]
    return data


@pytest.mark.parametrize(
    ("event", "header"),
    [
        ("DTMFBegin", "Digit"),
        ("DTMFEnd", "Digit"),
        ("VarSet", "Value"),
        ("Newexten", "AppData"),
        ("UserEvent", "Anything"),
        ("AGIExecStart", "Command"),
        ("AGIExecEnd", "Result"),
        ("CEL", "AppData"),
        ("CEL", "Extra"),
        ("Cdr", "LastData"),
        ("Newstate", "ChanVariable"),
        ("Newstate", "ChanVariable(PJSIP/100-1)"),
        ("DialBegin", "DestChanVariable"),
        ("OriginateResponse", "Variable"),
        ("OriginateResponse", "Data"),
        ("ChallengeResponseFailed", "Response"),
        ("ChallengeResponseFailed", "ExpectedResponse"),
        ("InvalidPassword", "ReceivedHash"),
    ],
)
def test_digits_variables_and_credentials_are_hidden(event: str, header: str) -> None:
    data = redacted(channel_event(event, **{header: SECRET}))

    assert data[header] == REDACTED
    assert SECRET not in repr(data)
    assert data["Channel"] == "PJSIP/100-17.1"


@pytest.mark.parametrize("event", ["Newexten", "UserEvent", "CEL", "AGIExecStart"])
def test_headers_forged_by_a_line_break_in_dialplan_text_are_hidden(event: str) -> None:
    forged = f"x\r\nCard: {SECRET}\r\nAccountCode: {SECRET}"

    data = redacted(channel_event(event, AppData=forged))

    assert SECRET not in repr(data)
    assert data["AccountCode"] == REDACTED


def test_what_is_no_secret_stays_readable() -> None:
    data = redacted(channel_event("VarSet", Variable="PIN", Value=SECRET))
    assert data["Variable"] == "PIN"

    data = redacted(channel_event("Newexten", Extension="200", Application="Dial", AppData="x"))
    assert (data["Extension"], data["Application"]) == ("200", "Dial")

    assert redacted(ami_event("OriginateResponse", Response="Success"))["Response"] == "Success"
    assert redacted(ami_event("UserEvent", UserEvent="Ticket", Id=SECRET))["UserEvent"] == "Ticket"


def test_the_original_is_left_as_it_is() -> None:
    payload = ReceivedEvent("main", ami_event("VarSet", Value=SECRET), 0.0, 1).payload

    assert redact_event(payload) is not payload
    assert payload["data"]["Value"] == SECRET


def test_a_channel_hides_the_arguments_of_its_application() -> None:
    channel = {"channel": "PJSIP/100-1", "application": "SendDTMF", "application_data": SECRET}

    assert redact_channel(channel) == channel | {"application_data": REDACTED}
    assert channel["application_data"] == SECRET
    assert redact_channel({"application_data": None}) == {"application_data": None}
