"""The call centre of ``make pbx``: whoever looks at it, on either Asterisk, sees people at work."""

from __future__ import annotations

import random

import pytest

from tests.asterisk.ami_client import AmiClient, Message
from tests.asterisk.call_centre import (
    BREAKS,
    CONFERENCE,
    CONFIGURATION,
    CallCentre,
    Habits,
    Roster,
    draw_callers,
)
from tests.asterisk.fixtures import make_server
from tests.asterisk.installation import MAJORS
from tests.asterisk.server import await_condition
from tests.asterisk.voicemail_messages import leave_messages

_UNAVAILABLE = "5"  # AST_DEVICE_UNAVAILABLE (Asterisk include/asterisk/devicestate.h)
_EVENTFUL = Habits(
    rings=(200, 1000), settles=(500, 1500), holds=0.2, parks=0.15, consults=0.25, talks=(10_000, 20_000)
)


def find_what_is_missing(ami: AmiClient) -> list[str]:
    """Return what somebody who looks at the PBX now would miss."""
    queues = ami.action("QueueStatus")
    messages = ami.action("MailboxCount", Mailbox="600@default")[0]
    channels = [each for each in ami.action("CoreShowChannels") if each.get("Event") == "CoreShowChannel"]
    members = [each for each in queues if each.get("Event") == "QueueMember"]
    resting = {each["Name"] for each in members if each["Paused"] == "1" and each["PausedReason"]}
    talking = [each for each in channels if each["BridgeId"] and _has_name(each)]
    off = find_phones_that_are_off(ami)
    facts = {
        "a waiting caller": any(each.get("Event") == "QueueEntry" and _has_name(each) for each in queues),
        "members on breaks, with reasons": len(resting) == BREAKS,
        "a phone that is off": len(off) == 1,
        "people in the conference": sum(each["Application"] == "ConfBridge" for each in channels)
        == CONFERENCE,
        "people with names who talk": len(talking) > 10,
        "new messages": messages["NewMessages"] == "3",
        "no Local channel": not any(each["Channel"].startswith("Local/") for each in channels),
    }
    return [fact for fact, is_seen in facts.items() if not is_seen]


def find_phones_that_are_off(ami: AmiClient) -> set[str]:
    """Return the queue members' interfaces whose devices are unavailable."""
    answer = ami.action("QueueStatus")
    return {member["Location"] for member in answer if member.get("Status") == _UNAVAILABLE}


def _has_name(message: Message) -> bool:
    return message["CallerIDName"] not in {"", "<unknown>"}


@pytest.mark.asterisk
@pytest.mark.parametrize("major", MAJORS)
def test_whoever_looks_sees_people_at_work(major: int) -> None:
    server = make_server(major, CONFIGURATION)
    leave_messages(server, "600", 3, random.Random(1))  # noqa: S311 - it draws people
    user = server.host, server.ami_port, server.username, server.secret
    with (
        server as pbx,
        AmiClient(*user) as ami,
        CallCentre(pbx, seed=3, call_every=0.1, habits=_EVENTFUL) as centre,
    ):

        def shows_everything() -> bool:
            centre.work()
            return not find_what_is_missing(ami)

        await_condition(shows_everything, what="a centre at work")
        ami.wait_event("Hold")
        ami.wait_event("ParkedCall")
        ami.wait_event("AttendedTransfer", Result="Success")

        before = find_phones_that_are_off(ami)

        def another_is_off() -> bool:
            centre.unplug_another()
            return len(now := find_phones_that_are_off(ami)) == 1 and now != before

        assert len(before) == 1
        await_condition(another_is_off, what="another phone that is off")


def test_callers_are_of_many_countries_and_some_tell_no_name_or_nothing_at_all() -> None:
    rows = list(draw_callers(random.Random(1), Roster.read(), "127.0.0.1"))  # noqa: S311 - it draws people

    names = [str(name) for name, *_ in rows]
    for letter in "üłعΕн王":
        assert any(letter in name for name in names), letter
    assert "" in names
    assert '"Anonymous" ' in names
    assert len({str(number)[:3] for _, number, *_ in rows}) > 5
