"""What the PBX answers becomes typed values: numbers, booleans, times in UTC, nulls."""

from __future__ import annotations

import pytest

from amictl.pbx.ami_values import read_device_word, read_truth
from amictl.pbx.payloads import value_payload
from amictl.pbx.readings import pjsip
from amictl.pbx.readings.core import read_core_status
from amictl.pbx.readings.database import DatabaseEntry, read_database_entry
from amictl.pbx.readings.dialplan import Dialplan
from amictl.pbx.readings.mailboxes import read_mailbox_status
from amictl.pbx.readings.queues import read_penalty_rules
from amictl.pbx.readings.raw import MASK, is_secret_header, read_rows, show_message
from amictl.pbx.readings.sip import read_sip_peer
from amictl.pbx.readings.states import Presence, read_device, read_extension, read_presence
from amictl.protocol import Message


def make_message(*headers: tuple[str, str], **more: str) -> Message:
    """Return a message with these headers; names that are no identifiers come as pairs."""
    lines = [f"{name}: {value}" for name, value in (*headers, *more.items())]
    return Message("\r\n".join(lines).encode())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Yes", True),
        ("true", True),
        ("y", True),
        ("No", False),
        ("0", False),
        ("", None),
        ("maybe", None),
        (None, None),
    ],
)
def test_truth_is_read_in_all_of_asterisks_spellings(text: str | None, value: bool | None) -> None:
    assert read_truth(text) is value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("NOT_INUSE", "not in use"),
        ("Not in use", "not in use"),
        ("Ring+Inuse", "ring+in use"),
        ("RINGINUSE", "ring+in use"),
        ("ONHOLD", "on hold"),
        ("ON_HOLD", "on hold"),
        ("Sleeping", None),
        ("", None),
    ],
)
def test_device_states_have_one_spelling(text: str, words: str | None) -> None:
    assert read_device_word(text) == words


def test_rules_tell_relative_penalties_and_a_third_one_where_there_is_one() -> None:
    message = make_message(
        ("Response", "Success"), ("RuleList", "a"), ("Rule", "30,+3,-1"), ("Rule", "60,5,1,2"),
        ("RuleList", "empty"),
    )  # fmt: skip
    (_, (first, second)), empty = [(each.rule, each.steps) for each in read_penalty_rules(message)]
    assert (first.max_penalty, first.max_penalty_relative) == (3, True)
    assert (first.min_penalty, first.min_penalty_relative) == (-1, True)
    assert (first.raise_penalty, first.raise_penalty_relative) == (None, None)
    assert (second.raise_penalty, second.raise_penalty_relative) == (2, False)
    assert empty == ("empty", ())
    assert read_penalty_rules(make_message(Response="Success")) == ()


STATUS = make_message(
    Response="Success", CoreStartupDate="2026-11-23", CoreStartupTime="04:17:54", CoreCurrentCalls="2"
)


def test_the_start_is_reckoned_in_utc_from_the_uptime() -> None:
    status = read_core_status(STATUS, ["System uptime: 100", "Last reload: 40"], now=1_000_000.4)
    assert value_payload(status)["started_at"] == "1970-01-12T13:45:00.000Z"
    assert value_payload(status)["reloaded_at"] == "1970-01-12T13:46:00.000Z"
    assert (status.uptime, status.current_calls, status.processed_calls) == (100, 2, None)
    assert (status.started_at_local, status.reloaded_at_local) == ("2026-11-23T04:17:54", None)


def test_the_start_in_utc_is_unknown_where_the_console_does_not_answer() -> None:
    status = read_core_status(STATUS, None, now=1_000_000.0)
    assert (status.started_at, status.uptime) == (None, None)


@pytest.mark.parametrize(
    ("code", "text", "status"),
    [("9", "InUse&Ringing", "in use and ringing"), ("64", "Odd", "Odd"), ("", "", None)],
)
def test_extension_states_are_words(code: str, text: str, status: str | None) -> None:
    message = make_message(Event="ExtensionStatus", Exten="1", Context="c", Status=code, StatusText=text)
    assert read_extension(message).status == status


def test_a_presence_has_its_note_from_the_right_header() -> None:
    response = make_message(
        ("Response", "Success"), ("Message", "Presence State"), ("State", "away"), ("Subtype", ""),
        ("Message", "Lunch"), ("PresenceMessage", "Lunch"),
    )  # fmt: skip
    assert read_presence(response, "X:a") == Presence("X:a", "away", None, "Lunch")
    bare = make_message(Response="Success", Message="Presence State", State="not_set")
    assert read_presence(bare, "X:a").message is None


def test_a_path_of_the_database_is_a_family_and_a_key() -> None:
    event = make_message(Event="DBGetTreeResponse", Key="/shifts/support/day", Val="")
    assert read_database_entry(event) == DatabaseEntry("shifts", "support/day", "")


def test_waiting_messages_are_a_yes_or_no() -> None:
    assert read_mailbox_status(make_message(Mailbox="1@a", Waiting="3")).messages_waiting is True
    assert read_mailbox_status(make_message(Mailbox="1@a")).messages_waiting is None


@pytest.mark.parametrize(
    ("status", "word", "seconds"),
    [("OK (12 ms)", "ok", 0.012), ("LAGGED (2100 ms)", "lagged", 2.1), ("UNREACHABLE", "unreachable", None)],
)
def test_a_peers_latency_is_seconds(status: str, word: str, seconds: float | None) -> None:
    peer = read_sip_peer(make_message(Event="PeerEntry", ObjectName="6", IPaddress="-none-", Status=status))
    assert (peer.status, peer.round_trip, peer.address) == (word, seconds, None)


@pytest.mark.parametrize("expiry", ["0", "", "4294967295", "99999999999999999999"])
def test_a_contact_that_never_expires_has_no_such_time(expiry: str) -> None:
    message = make_message(
        Event="ContactList", ObjectName="100;@1", ExpirationTime=expiry, RoundtripUsec="1500"
    )
    contact = pjsip.read_contact(message)
    assert contact.expires_at is None
    assert contact.round_trip == 0.0015


def test_settings_that_look_like_numbers_by_chance_stay_texts() -> None:
    items = [
        make_message(Event="EndpointDetail", ObjectName="7", FromUser="007", RtpTimeout="30", Webrtc="no"),
        make_message(Event="IdentifyDetail", ObjectName="7", Match="10.0.0.1/32,10.0.0.2/32"),
        make_message(Event="SomethingNew", ObjectName="7"),
    ]
    endpoint = pjsip.read_endpoint_details(items)
    assert endpoint.settings == {"from_user": "007", "rtp_timeout": 30, "webrtc": "no"}
    assert endpoint.identifies == (pjsip.EndpointIdentify("7", ("10.0.0.1/32", "10.0.0.2/32")),)
    assert endpoint.contacts == ()


@pytest.mark.parametrize("value", ["2", "PJSIP/100-1,PJSIP/100-2"])
def test_channels_of_an_endpoint_are_counted_in_both_forms(value: str) -> None:
    message = make_message(Event="EndpointList", ObjectName="100", ActiveChannels=value)
    assert pjsip.read_endpoint(message).active_channels == 2


SECRETS = ("Password", "Md5Cred", "MD5Secret", "Secret", "OauthSecret", "RefreshToken", "PasswordDigest")
HARMLESS = ("SecretExist", "MD5SecretExist", "Username", "Key", "PassengerName")


@pytest.mark.parametrize("name", SECRETS)
def test_raw_messages_hide_passwords(name: str) -> None:
    assert is_secret_header(name)
    assert show_message(make_message(("Event", "AuthDetail"), (name, "s3cret")))[name] == MASK
    assert show_message(make_message(("Event", "AuthDetail"), (name, "")))[name] == ""


@pytest.mark.parametrize("name", HARMLESS)
def test_raw_messages_show_all_else(name: str) -> None:
    assert not is_secret_header(name)


def test_raw_is_there_only_when_asked_for() -> None:
    items = [make_message(Event="E", Device="a", State="BUSY")]
    shown = {"device": "a", "state": "busy"}
    message = {"Event": "E", "Device": "a", "State": "BUSY"}
    assert [value_payload(row) for row in read_rows(items, read_device, raw=False)] == [shown]
    assert [value_payload(row) for row in read_rows(items, read_device, raw=True)] == [
        {**shown, "raw": message}
    ]


def test_a_dialplan_tells_what_can_be_dialled_in_a_context_and_what_comes_of_it() -> None:
    def place(context: str, **more: str) -> Message:
        return make_message(("Event", "ListDialplan"), ("Context", context), **more)

    dialplan = Dialplan(
        [
            place("desk", Extension="100", Priority="hint", Application="PJSIP/100"),
            place("desk", Extension="100", Priority="1", Application="Dial", AppData="PJSIP/100,30"),
            place("desk", Extension="100", Priority="2", Application="Hangup"),
            place("desk", IncludeContext="lobby"),
            place("desk", IncludeContext="nowhere"),
            place("lobby", Extension="_2XX", Priority="1", Application="Answer"),
            place("lobby", Extension="100", Priority="1", Application="Busy"),
            place("lobby", Extension="h", Priority="1", Application="NoOp"),
            place("lobby", IncludeContext="desk"),
            place("empty", Switch="Realtime/"),
        ]
    )
    counted = [(each.context, each.extensions, each.includes) for each in dialplan.list_contexts()]
    assert counted == [("desk", 1, ("lobby", "nowhere")), ("empty", 0, ()), ("lobby", 3, ("desk",))]
    assert "desk" in dialplan
    assert "nowhere" not in dialplan
    phone, pattern, hangup = dialplan.list_extensions("desk")
    assert (phone.exten, phone.context, phone.hint) == ("100", "desk", "PJSIP/100")
    assert (phone.application, phone.application_data) == ("Dial", "PJSIP/100,30")
    assert (pattern.exten, pattern.context, pattern.pattern, pattern.special) == (
        "_2XX",
        "lobby",
        True,
        False,
    )
    assert (hangup.exten, hangup.special) == ("h", True)
    assert list(dialplan.list_extensions("empty")) == []
