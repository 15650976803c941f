"""People meet in conferences, as on a real Asterisk 22 with the same files."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from amictl.demo.channels import Channel
from amictl.demo.world import CONFIGURATION
from tests.demo.office import Office

PROFILES = """
[default_user]
type = user
quiet = yes
music_on_hold_when_empty = yes
[admin_user]
type = user
admin = yes
quiet = yes
[small_bridge]
type = bridge
max_members = 2
[waiting_user]
type = user
wait_marked = yes
end_marked = yes
quiet = yes
music_on_hold_when_empty = yes
[patient_user]
type = user
wait_marked = yes
quiet = yes
[marked_user]
type = user
marked = yes
quiet = yes
[pin_user]
type = user
pin = 123
quiet = yes
[muted_user]
type = user
startmuted = yes
quiet = yes
talk_detection_events = yes
[loud_user]
type = user
[brief_user]
type = user
quiet = yes
timeout = 60
"""
# Extension 81x joins room 801 as the xth of them.
USERS = ["default", "admin", "waiting", "patient", "marked", "pin", "muted", "loud", "brief"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    copytree(CONFIGURATION, tmp_path, dirs_exist_ok=True)
    (tmp_path / "confbridge.conf").write_text(PROFILES)
    places = {f"81{place}": f"801,default_bridge,{user}_user" for place, user in enumerate(USERS)}
    places["820"] = "802,small_bridge"
    lines = [
        f"exten => {exten},1,Answer()\n same => n,ConfBridge({data})\n same => n,Hangup()"
        for exten, data in places.items()
    ]
    with (tmp_path / "extensions.conf").open("a") as extensions:
        extensions.write("\n[rooms](+)\n" + "\n".join(lines) + "\n")
    return Office(tmp_path)


def join(office: Office, number: str, user: str = "default") -> Channel:
    return office.dial(number, f"81{USERS.index(user)}")


def parties(office: Office) -> dict[str, tuple[str, str, str]]:
    """Who is in room 801: waiting, muted and talking, as ConfbridgeList says."""
    items = office.ask("ConfbridgeList", Conference="801")[1:-1]
    return {item["CallerIDNum"]: (item["Waiting"], item["Muted"], item["Talking"]) for item in items}


def refusal(office: Office, action: str, **headers: object) -> str:
    (answer,) = office.ask(action, **headers)
    assert answer["Response"] == "Error"
    return answer["Message"]


def test_the_first_one_hears_music_until_a_second_one_comes_and_the_last_one_ends_it(office: Office) -> None:
    anna = join(office, "1001")
    assert anna.music == "default"
    james = join(office, "1002")
    assert not anna.music
    assert [each["BridgeNumChannels"] for each in office.told if each["Event"] == "ConfbridgeJoin"] == [
        "2",
        "3",
    ]
    assert office.event("ConfbridgeStart")["BridgeNumChannels"] == "1"  # who announces is there already
    assert anna.linked_id != james.linked_id
    office.phone("1002").hang_up(james)
    office.let(1)
    assert anna.music == "default"
    assert not office.names("ConfbridgeEnd")
    office.phone("1001").hang_up(anna)
    office.let(1)
    assert office.names("ConfbridgeEnd", "BridgeDestroy") == ["ConfbridgeEnd", "BridgeDestroy"]
    assert anna.variables["CONFBRIDGE_RESULT"] == "HANGUP"
    assert refusal(office, "ConfbridgeListRooms") == "No active conferences."


def test_each_sees_the_others_by_bridgepeer(office: Office) -> None:
    anna, james = join(office, "1001"), join(office, "1002")
    announcer, _, other = anna.variables["BRIDGEPEER"].partition(",")
    assert announcer.startswith("CBAnn/801-")
    assert other == james.name


def test_those_who_wait_come_in_with_a_marked_user_and_go_with_the_last_one(office: Office) -> None:
    waiting, patient = join(office, "1001", "waiting"), join(office, "1002", "patient")
    assert {number: state[0] for number, state in parties(office).items()} == {"1001": "Yes", "1002": "Yes"}
    assert waiting.music
    marked = join(office, "1003", "marked")
    assert {state[0] for state in parties(office).values()} == {"No"}
    assert not waiting.music
    assert office.ask("ConfbridgeListRooms")[1]["Marked"] == "1"
    office.phone("1003").hang_up(marked)
    office.let(1)
    assert waiting.hung_up
    assert waiting.variables["CONFBRIDGE_RESULT"] == "ENDMARKED"
    assert parties(office) == {"1002": ("Yes", "No", "No")}
    assert not patient.hung_up


def test_a_locked_room_takes_only_admins(office: Office) -> None:
    join(office, "1001")
    assert office.ask("ConfbridgeLock", Conference="801")[0]["Message"] == "Conference locked"
    james = join(office, "1002")
    join(office, "1003", "admin")
    office.let(3)
    assert james.hung_up
    assert james.variables["CONFBRIDGE_RESULT"] == "FAILED"
    assert set(parties(office)) == {"1001", "1003"}
    assert office.ask("ConfbridgeListRooms")[1]["Locked"] == "Yes"
    office.ask("ConfbridgeUnlock", Conference="801")
    join(office, "1002")
    assert set(parties(office)) == {"1001", "1002", "1003"}


def test_a_full_room_takes_nobody_more(office: Office) -> None:
    for number in ("1001", "1002"):
        office.dial(number, "820")
    third = office.dial("1003", "820")
    office.let(3)
    assert third.hung_up
    assert office.ask("ConfbridgeListRooms")[1]["Parties"] == "2"


def test_people_are_muted_one_by_one_all_or_all_but_the_admins(office: Office) -> None:
    anna = join(office, "1001")
    join(office, "1002", "admin")
    join(office, "1003", "muted")

    def muted() -> set[str]:
        return {number for number, state in parties(office).items() if state[1] == "Yes"}

    assert muted() == {"1003"}
    assert office.ask("ConfbridgeMute", Conference="801", Channel=anna.name)[0]["Message"] == "User muted"
    assert muted() == {"1001", "1003"}
    office.ask("ConfbridgeUnmute", Conference="801", Channel="all")
    assert muted() == set()
    office.forget()
    office.ask("ConfbridgeMute", Conference="801", Channel="participants")
    assert muted() == {"1001", "1003"}
    assert office.names() == ["ConfbridgeMute", "ConfbridgeMute"]
    assert {each["Admin"] for each in office.told} == {"No"}


def test_who_is_put_out_goes_on_in_the_dialplan(office: Office) -> None:
    anna, james = join(office, "1001"), join(office, "1002")
    office.forget()
    answer = office.ask("ConfbridgeKick", Conference="801", Channel=james.name)
    assert answer[0]["Message"] == "User kicked"
    office.let(1)
    assert office.event("ConfbridgeLeave")["BridgeNumChannels"] == "3"
    assert office.event("BridgeLeave")["BridgeNumChannels"] == "2"
    assert [each["Value"] for each in office.told if each.get("Variable") == "CONFBRIDGE_RESULT"] == [
        "KICKED"
    ]
    assert [each["Application"] for each in office.told if each["Event"] == "Newexten"] == ["Hangup"]
    assert not anna.hung_up
    answer = office.ask("ConfbridgeKick", Conference="801", Channel="all")
    assert answer[0]["Message"] == "All participants kicked"
    office.let(1)
    assert not office.world.channels.all()
    assert not office.world.bridges.all()


def test_talking_is_told_of_those_whose_profile_says_so(office: Office) -> None:
    anna, carol = join(office, "1001"), join(office, "1003", "muted")
    conference = office.world.conferences.get("801")
    assert conference is not None
    office.forget()
    for channel in (anna, carol):
        conference.hear(channel, is_talking=True)
    assert office.event("ConfbridgeTalking")["Channel"] == carol.name
    assert office.event("ConfbridgeTalking")["TalkingStatus"] == "on"
    assert parties(office)["1003"] == ("No", "Yes", "Yes")
    conference.hear(carol, is_talking=False)
    assert parties(office)["1003"] == ("No", "Yes", "No")


def test_a_conference_is_recorded_by_a_channel_that_only_the_count_shows(office: Office) -> None:
    join(office, "1001")
    office.forget()
    assert (
        office.ask("ConfbridgeStartRecord", Conference="801")[0]["Message"] == "Conference Recording Started."
    )
    assert office.event("ConfbridgeRecord")["BridgeNumChannels"] == "3"
    again = refusal(office, "ConfbridgeStartRecord", Conference="801")
    assert again == "Conference is already being recorded."
    assert (
        office.ask("ConfbridgeStopRecord", Conference="801")[0]["Message"] == "Conference Recording Stopped."
    )
    assert office.event("ConfbridgeStopRecord")["BridgeNumChannels"] == "3"
    again = refusal(office, "ConfbridgeStopRecord", Conference="801")
    assert again == "Internal error while stopping recording."


def test_one_users_video_is_shown_to_all_until_they_leave(office: Office) -> None:
    anna = join(office, "1001")
    join(office, "1002")
    answer = office.ask("ConfbridgeSetSingleVideoSrc", Conference="801", Channel=anna.name)
    assert answer[0]["Message"] == "Conference single video source set."
    told = office.event("BridgeVideoSourceUpdate")
    assert (told["BridgeVideoSourceMode"], told["BridgeVideoSource"]) == ("single", anna.unique_id)
    office.forget()
    office.phone("1001").hang_up(anna)
    office.let(1)
    assert office.event("BridgeVideoSourceUpdate")["BridgePreviousVideoSource"] == anna.unique_id


def test_a_pin_is_asked_three_times(office: Office) -> None:
    anna, james = join(office, "1001", "pin"), join(office, "1002", "pin")
    office.let(3)
    office.phone("1001").press(anna, "123#")
    office.let(3)
    assert set(parties(office)) == {"1001"}
    office.let(40)
    assert james.hung_up
    assert james.variables["CONFBRIDGE_RESULT"] == "FAILED"


def test_who_hears_prompts_is_in_the_room_when_they_are_over(office: Office) -> None:
    anna = join(office, "1001", "loud")
    office.let(1)
    assert anna.bridge is None
    office.let(4)
    assert anna.bridge is not None


def test_a_user_with_a_limit_is_put_out_at_its_end(office: Office) -> None:
    anna = join(office, "1001", "brief")
    office.let(58)
    assert not anna.hung_up
    office.let(3)
    assert anna.hung_up
    assert anna.variables["CONFBRIDGE_RESULT"] == "TIMEOUT"


def test_refusals_have_asterisks_words(office: Office) -> None:
    about_one = ("ConfbridgeMute", "ConfbridgeUnmute", "ConfbridgeSetSingleVideoSrc")
    others = (
        "ConfbridgeLock",
        "ConfbridgeUnlock",
        "ConfbridgeKick",
        "ConfbridgeStartRecord",
        "ConfbridgeList",
    )
    for action in (*about_one, *others):
        assert refusal(office, action) == "No Conference name provided."
        assert refusal(office, action, Conference="801", Channel="x") == "No active conferences."
    join(office, "1001")
    for action in (*about_one, *others):
        assert refusal(office, action, Conference="809", Channel="x") == "No Conference by that name found."
    for action in about_one:
        assert refusal(office, action, Conference="801") == "No channel name provided."
    nobody = "No Channel by that name found in Conference."
    for action in ("ConfbridgeMute", "ConfbridgeUnmute", "ConfbridgeKick"):
        assert refusal(office, action, Conference="801", Channel="PJSIP/x") == nobody
    nobody = "No channel by that name found in conference."
    assert refusal(office, "ConfbridgeSetSingleVideoSrc", Conference="801", Channel="PJSIP/x") == nobody
