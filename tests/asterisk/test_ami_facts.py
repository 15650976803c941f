"""How Asterisk speaks AMI: the facts that amictl is built on, proven on both versions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.asterisk.ami_client import AmiClient, AmiRefused, Message, is_event
from tests.asterisk.calls import place_call
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import WRONG_RIGHTS, AsteriskServer

pytestmark = pytest.mark.asterisk


@pytest.fixture
def quiet(asterisk: BedPbx) -> Iterator[AmiClient]:
    """A session without events: what comes is what was asked for."""
    with AmiClient(
        asterisk.host, asterisk.ami_port, asterisk.username, asterisk.secret, events="off"
    ) as client:
        yield client


def test_the_banner_is_one_line_and_no_blank_line_follows(ami: AmiClient) -> None:
    assert ami.banner.startswith("Asterisk Call Manager/")
    assert bytes(ami.received).startswith(ami.banner.encode() + b"\r\nResponse: Success\r\n")


def test_a_queue_rule_ends_with_one_line_break_more(quiet: AmiClient) -> None:
    quiet.send("QueueRule", Rule="widen")
    quiet.action("Ping")

    assert b"Rule: 60,5,1\r\n\r\n\r\nResponse: Success" in quiet.received


def test_some_messages_end_with_a_line_feed_inside(quiet: AmiClient) -> None:
    with pytest.raises(AmiRefused):
        quiet.action("PJSIPShowEndpoint", Endpoint="missing")

    assert quiet.received.endswith(b"Message: Unable to retrieve endpoint missing\n\r\n\r\n")


def test_an_originate_response_is_an_event_with_a_response_inside(ami: AmiClient) -> None:
    action_id = ami.send(
        "Originate", Channel="Local/2101@default/n", Application="Wait", Data=1, Async="true"
    )

    event = ami.wait_event("OriginateResponse", ActionID=action_id)
    assert next(iter(event)) == "Event"
    assert event["Response"] == "Success"


def test_a_user_event_carries_whatever_its_sender_gave_to_everybody(asterisk: BedPbx, ami: AmiClient) -> None:
    with AmiClient(asterisk.host, asterisk.ami_port, asterisk.username, asterisk.secret) as other:
        lines = (
            "Action: UserEvent",
            "ActionID: foreign-1",
            "UserEvent: Forged",
            "Response: Error",
            "Event: Hangup",
        )
        other.send_raw("\r\n".join([*lines, "", ""]).encode())

        ami.wait_event("UserEvent", UserEvent="Forged", ActionID="foreign-1", Response="Error")
    assert b"Event: UserEvent\r\n" in ami.received
    assert b"\r\nEvent: Hangup\r\n" in ami.received


def test_one_line_break_in_a_value_forges_a_header_and_two_cut_the_event(
    asterisk: BedPbx, ami: AmiClient
) -> None:
    place_call(asterisk, "956", caller="2101")
    place_call(asterisk, "950", caller="2101")
    place_call(asterisk, "959", caller="2101")

    assert ami.wait_event("Newexten", AppData="before", Forged="yes")
    assert "After" not in ami.wait_event("UserEvent", UserEvent="Broken")
    assert ami.wait_event("Forged")
    assert b"Note: one\r\n\r\ntwo: three\r\n" in ami.received


def test_caller_id_names_are_escaped_and_application_data_is_not(asterisk: BedPbx, ami: AmiClient) -> None:
    place_call(asterisk, "953", caller="2101")

    assert ami.wait_event("NewCallerid")["CallerIDName"] == r"O\'Neil \"Bob\", \\\\ Ltd"
    assert (
        ami.wait_event("Newexten", Application="Set")["AppData"] == r"""CALLERID(name)=O'Neil "Bob", \\ Ltd"""
    )


def test_bytes_that_are_not_utf8_pass_as_they_are(ami: AmiClient) -> None:
    ami.send_raw(b"Action: UserEvent\r\nUserEvent: Bytes\r\nNote: \xff\xfe\xe9\r\n\r\n")

    ami.wait_event("UserEvent", UserEvent="Bytes")
    assert b"Note: \xff\xfe\xe9\r\n" in ami.received


def test_items_of_a_list_have_no_privilege_and_events_have(asterisk: BedPbx, ami: AmiClient) -> None:
    items = [m for m in ami.action("QueueStatus") if is_event(m)]
    place_call(asterisk, "2101", caller="2101")

    assert len(items) > 5
    assert not any("Privilege" in item for item in items)
    assert ami.wait_event("Newchannel")["Privilege"] == "call,all"


def test_newexten_belongs_to_the_class_dialplan(asterisk: BedPbx, ami: AmiClient) -> None:
    place_call(asterisk, "2101", caller="2101")

    assert ami.wait_event("Newexten")["Privilege"] == "dialplan,all"


@pytest.mark.parametrize(("length", "errors"), [(1022, 0), (1023, 2), (1024, 1), (1100, 1)])
def test_a_line_holds_1022_bytes(quiet: AmiClient, length: int, errors: int) -> None:
    line = b"Note: " + b"x" * (length - len(b"Note: "))
    quiet.send_raw(b"Action: Ping\r\n" + line + b"\r\n\r\n")

    answers = _answers(quiet)
    assert len([m for m in answers if m["Response"] == "Error"]) == errors
    assert len([m for m in answers if m.get("Ping") == "Pong"]) == (0 if errors else 1)


def test_an_action_holds_128_headers(ami: AmiClient) -> None:
    ami.send_raw(_user_event_with_headers(128))

    assert ami.wait_event("UserEvent", UserEvent="Many")["Header128"] == "128"


def test_an_action_of_129_headers_is_refused(quiet: AmiClient) -> None:
    quiet.send_raw(_user_event_with_headers(129))

    assert quiet.next_message()["Message"] == "Too many lines in message or allocation failure"


def test_a_line_feed_alone_ends_a_line(quiet: AmiClient) -> None:
    quiet.send_raw(b"Action: Ping\r\nNote: x\nActionID: injected\r\n\r\n")

    assert quiet.next_message()["ActionID"] == "injected"


def test_a_nul_cuts_a_value(ami: AmiClient) -> None:
    ami.send_raw(b"Action: UserEvent\r\nUserEvent: Nul\r\nNote: seen\0unseen\r\n\r\n")

    assert ami.wait_event("UserEvent", UserEvent="Nul")["Note"] == "seen"


def test_the_first_of_two_headers_wins_and_case_does_not_matter(quiet: AmiClient) -> None:
    quiet.send_raw(b"aCTION: pING\r\nactionid: first\r\nActionID: second\r\n\r\n")

    answer = quiet.next_message()
    assert (answer["ActionID"], answer["Ping"]) == ("first", "Pong")


def test_a_command_answers_with_one_output_header_a_line(quiet: AmiClient) -> None:
    response = quiet.action("Command", Command="queue show lobby")[0]

    assert response["Message"] == "Command output follows"
    assert response["Output"].splitlines()[1:3] == ["   No Members", "   No Callers"]
    with pytest.raises(AmiRefused, match="No such command 'no such thing'"):
        quiet.command("no such thing")


def test_a_list_without_items_is_sometimes_an_error(quiet: AmiClient) -> None:
    with pytest.raises(AmiRefused, match=r"No active conferences\."):
        quiet.action("ConfbridgeListRooms")
    assert quiet.action("QueueStatus", Queue="missing")[-1]["ListItems"] == "0"


def test_a_synchronous_originate_blocks_its_session(quiet: AmiClient) -> None:
    originate = quiet.send("Originate", Channel="Local/2201@default/n", Application="Wait", Data=1)
    ping = quiet.send("Ping")

    assert [quiet.next_message()["ActionID"] for _ in range(2)] == [originate, ping]


def test_wrong_user_and_wrong_secret_get_the_same_words_after_a_second(asterisk: BedPbx) -> None:
    for username, secret in ((asterisk.username, "wrong"), ("nobody", asterisk.secret)):
        begun = time.monotonic()
        with AmiClient(asterisk.host, asterisk.ami_port) as ami:
            with pytest.raises(AmiRefused, match="Login: Authentication failed"):
                ami.action("Login", Username=username, Secret=secret)
            assert time.monotonic() - begun >= 0.9
            with pytest.raises((EOFError, ConnectionResetError)):
                ami.action("Ping")


def test_the_key_of_a_challenge_is_its_md5_with_the_secret(asterisk: BedPbx) -> None:
    with AmiClient(
        asterisk.host, asterisk.ami_port, asterisk.username, asterisk.secret, challenge=True
    ) as ami:
        assert ami.action("Ping")[0]["Ping"] == "Pong"


def test_an_unknown_event_mask_succeeds_and_turns_events_off(quiet: AmiClient) -> None:
    assert quiet.action("Events", EventMask="nonsense")[0]["Events"] == "Off"
    assert quiet.action("Events", EventMask="call")[0]["Events"] == "On"


def test_a_missing_right_and_an_unknown_action_are_told_apart(asterisk: BedPbx) -> None:
    with AmiClient(asterisk.host, asterisk.ami_port, WRONG_RIGHTS.username, WRONG_RIGHTS.secret) as ami:
        with pytest.raises(AmiRefused, match="Permission denied"):
            ami.action("CoreShowChannels")
        with pytest.raises(AmiRefused, match=r"Invalid/unknown command: Nonsense\."):
            ami.action("Nonsense")
        assert "Originate" not in ami.action("ListCommands")[0]
        assert ami.action("QueueStatus")[-1]["Event"] == "QueueStatusComplete"  # it needs no right


def test_sixteen_has_the_old_actions_and_twenty_two_has_not(asterisk: BedPbx, quiet: AmiClient) -> None:
    commands = quiet.action("ListCommands")[0]

    for name in ("SIPpeers", "Monitor", "StopMonitor"):
        assert (name in commands) is (asterisk.major < 21)
    for name in ("Originate", "QueuePause", "MixMonitor", "QueueChangePriorityCaller", "QueueWithdrawCaller"):
        assert name in commands


def test_a_stopped_pbx_closes_and_says_shutdown_before_if_its_session_gets_a_turn(
    private_asterisk: AsteriskServer,
) -> None:
    # The process may end before the session's thread has written the event, above all on a busy machine.
    for _ in range(5):
        last = None
        pbx = private_asterisk
        with AmiClient(pbx.host, pbx.ami_port, pbx.username, pbx.secret) as ami:
            pbx.stop()
            with suppress(EOFError):
                while True:
                    last = ami.next_message()
        if last is not None and last.get("Event") == "Shutdown":
            return
        private_asterisk.start()
    pytest.fail("No session was told of the shutdown.")


def _user_event_with_headers(count: int) -> bytes:
    lines = ["Action: UserEvent", "UserEvent: Many", *(f"Header{n}: {n}" for n in range(3, count + 1))]
    return "\r\n".join([*lines, "", ""]).encode()


def _answers(ami: AmiClient) -> list[Message]:
    answers = []
    try:
        while True:
            answers.append(ami.next_message(0.4))
    except TimeoutError:
        return answers
