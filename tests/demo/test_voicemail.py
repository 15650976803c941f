"""Messages are left, heard and moved, as on a real Asterisk 22 with the same files."""

from __future__ import annotations

import pytest

from amictl.demo.channels import Channel
from tests.demo.office import TOM, Office, Told


@pytest.fixture
def office() -> Office:
    return Office()


def leave_message(office: Office, *, seconds: float = 5.0) -> Channel:
    """Tom calls 1004, whose phone is not there, and speaks to the mailbox for some seconds."""
    tom = office.world.phones.carrier.dial("02079460104", TOM)
    assert tom is not None
    office.let(14)  # greeting, instructions and beep
    assert tom.application == "VoiceMail"
    office.let(seconds)
    office.world.phones.carrier.hang_up(tom)
    office.let(1)
    return tom


def counts(office: Office, box: str = "1004@default") -> tuple[str, str]:
    (answer,) = office.ask("MailboxCount", Mailbox=box)
    return answer["NewMessages"], answer["OldMessages"]


def messages(office: Office, number: str = "1004") -> list[Told]:
    return office.ask("VoicemailBoxSummary", Context="default", Mailbox=number)[1:-1]


def visit(office: Office, *presses: str) -> Channel:
    """The owner of 1004 dials *97, the password, and digits with a while between."""
    office.phone("1004").plug_in()
    channel = office.dial("1004", "*97")
    for digits, seconds in (("1004#", 4), *((digit, 8) for digit in presses)):
        office.let(seconds)
        office.phone("1004").press(channel, digits)
    office.let(8)
    return channel


def test_a_message_is_left_by_hanging_up_and_lights_the_lamp(office: Office) -> None:
    tom = leave_message(office)
    told = office.event("MessageWaiting")
    assert {name: told[name] for name in ("Channel", "Mailbox", "Waiting", "New", "Old")} == {
        "Channel": tom.name, "Mailbox": "1004@default", "Waiting": "1", "New": "1", "Old": "0",
    }  # fmt: skip
    assert tom.variables["VMSTATUS"] == "SUCCESS"
    assert tom.variables["VM_MESSAGEFILE"].endswith("/default/1004/INBOX/msg0000")
    assert office.world.devices.state("MWI:1004@default") == "INUSE"
    assert office.ask("MailboxStatus", Mailbox="1004@default")[0]["Waiting"] == "1"
    (message,) = messages(office)
    assert message["CallerID"] == '"Tom Archer" <02079460123>'
    assert int(message["Duration"]) >= 5


def test_who_says_nothing_leaves_nothing(office: Office) -> None:
    tom = office.world.phones.carrier.dial("02079460104", TOM)
    assert tom is not None
    office.let(3)
    office.world.phones.carrier.hang_up(tom)
    office.let(1)
    assert tom.variables["VMSTATUS"] == "FAILED"
    assert not office.names("MessageWaiting")
    assert counts(office) == ("0", "0")


def test_a_message_ends_at_its_longest_and_the_call_goes_on_in_the_dialplan(office: Office) -> None:
    tom = office.world.phones.carrier.dial("02079460104", TOM)
    assert tom is not None
    office.let(140)
    assert tom.hung_up  # by the dialplan, which says so after VoiceMail
    assert messages(office)[0]["Duration"] == "120"


def test_messages_that_were_heard_are_old_and_deleted_ones_are_gone(office: Office) -> None:
    for _ in range(3):
        leave_message(office)
    assert counts(office) == ("3", "0")
    first, second, third = (message["ID"] for message in messages(office))
    office.forget()
    channel = visit(office, "1", "7", "6", "#")
    assert channel.hung_up
    assert [(message["Folder"], message["ID"]) for message in messages(office)] == [
        ("INBOX", third), ("Old", second),
    ]  # fmt: skip
    assert first not in {message["ID"] for message in messages(office)}
    told = office.event("MessageWaiting")
    assert (told["Channel"], told["New"], told["Old"]) == (channel.name, "1", "1")


def test_who_hangs_up_before_a_message_begins_has_not_heard_it(office: Office) -> None:
    leave_message(office)
    channel = visit(office)
    office.phone("1004").press(channel, "1")
    office.let(2)
    office.phone("1004").hang_up(channel)
    office.let(1)
    assert counts(office) == ("1", "0")


def test_who_hangs_up_while_hearing_has_heard(office: Office) -> None:
    leave_message(office)
    channel = visit(office, "1")
    office.phone("1004").hang_up(channel)
    office.let(1)
    assert counts(office) == ("0", "1")
    assert office.world.devices.state("MWI:1004@default") == "NOT_INUSE"


def test_a_wrong_password_opens_nothing(office: Office) -> None:
    leave_message(office)
    office.forget()
    office.phone("1004").plug_in()
    channel = office.dial("1004", "*97")
    for _ in range(3):
        office.let(2)
        office.phone("1004").press(channel, "9999#")
        office.let(3)
    office.let(20)
    assert channel.hung_up
    assert not office.names("MessageWaiting")
    assert counts(office) == ("1", "0")


def test_a_mailbox_takes_no_more_than_its_share(office: Office) -> None:
    box = office.world.voicemail.get("1004")
    assert box is not None
    tom = leave_message(office)
    while not box.is_full:
        office.world.voicemail.leave(box, tom, 5)
    assert counts(office) == ("20", "0")
    again = office.world.phones.carrier.dial("02079460104", TOM)
    assert again is not None
    office.let(20)
    assert again.hung_up
    assert again.variables["VMSTATUS"] == "FAILED"
    assert counts(office) == ("20", "0")


def test_messages_outlive_a_restart_of_the_pbx(office: Office) -> None:
    leave_message(office)
    office.world.restart()
    assert counts(office) == ("1", "0")
    assert office.world.devices.state("MWI:1004@default") == "INUSE"


def test_messages_are_moved_forwarded_and_removed_by_actions(office: Office) -> None:
    leave_message(office)
    message_id = messages(office)[0]["ID"]
    place = {"Context": "default", "Mailbox": "1004", "Folder": "INBOX", "ID": message_id}
    office.forget()
    target = {"ToContext": "default", "ToMailbox": "1001", "ToFolder": "INBOX"}
    assert office.ask("VoicemailForward", **place, **target)[0]["Message"] == "Message forward successful\n"
    assert office.ask("VoicemailMove", **place, ToFolder="Work")[0]["Message"] == "Message move successful\n"
    assert office.ask("VoicemailMove", **place, ToFolder="Old")[0]["Message"] == "Message move failed\n"
    place["Folder"] = "Work"
    assert office.ask("VoicemailMove", **place, ToFolder="Nowhere")[0]["Message"] == "Message move failed\n"
    assert office.ask("VoicemailRemove", **place)[0]["Message"] == "Message remove successful\n"
    assert office.ask("VoicemailRemove", **place)[0]["Message"] == "Message remove failed\n"
    assert messages(office) == []
    assert messages(office, "1001")[0]["CallerID"] == '"Tom Archer" <02079460123>'
    assert [told["Mailbox"] for told in office.told if told["Event"] == "MessageWaiting"] == [
        "1001@default", "1004@default", "1004@default",
    ]  # fmt: skip


def test_mailboxes_are_listed_with_what_the_file_says(office: Office) -> None:
    items = office.ask("VoicemailUsersList")
    assert items[-1]["ListItems"] == "30"
    assert items[1]["Fullname"] == "Anna Schmidt"
    _, detail, _ = office.ask("VoicemailUserStatus", Context="default", Mailbox="1002")
    facts = ("Fullname", "Email", "MaxMessageCount", "MaxMessageLength", "AttachMessage", "NewMessageCount")
    assert [detail[name] for name in facts] == ["James O'Connor", "(null)", "20", "120", "No", "0"]


def test_refusals_have_asterisks_words(office: Office) -> None:
    def answer(action: str, **headers: object) -> str:
        return office.ask(action, **headers)[0]["Message"]

    assert answer("MailboxStatus") == answer("MailboxCount") == "Mailbox not specified"
    needs_both = "Need 'Context' and 'Mailbox' parameters."
    assert answer("VoicemailUserStatus", Context="default") == needs_both
    assert answer("VoicemailBoxSummary", Mailbox="1001") == needs_both
    nobody = {"Context": "default", "Mailbox": "9"}
    assert answer("VoicemailUserStatus", **nobody) == "There is no voicemail user of the given info."
    assert answer("VoicemailBoxSummary", **nobody) == "There is no voicemail user matching the given user."
    for action, word in (("Move", "ToFolder"), ("Forward", "ToMailbox")):
        message = answer(f"Voicemail{action}", **nobody, Folder="INBOX", ID="x")
        assert message == f"{word} not specified, required"
    assert answer("VoicemailRemove", Mailbox="1001") == "Context not specified, required"
