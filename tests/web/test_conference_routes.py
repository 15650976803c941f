"""What the routes of conferences check, send and tell."""

from __future__ import annotations

import pytest

from amictl.errors import ActionRefused, ActionTimeout
from amictl.protocol import Action, Message, Reply
from amictl.store import Permission
from tests.application import Application, Browser, make_message, make_reply

API = "/api/ami/conferences"
ROOM = make_message(
    Event="ConfbridgeListRooms", Conference="800", Parties="2", Marked="1", Locked="Yes", Muted="No"
)
ALICE = make_message(
    Event="ConfbridgeList", Conference="800", Admin="No", MarkedUser="Yes", WaitMarked="No", EndMarked="No",
    Waiting="Yes", Muted="Yes", Talking="No", AnsweredTime="61", Channel="PJSIP/100-1", CallerIDNum="100",
    CallerIDName="Alice", Uniqueid="100.1", Linkedid="100.1",
)  # fmt: skip
BOB = make_message(
    Event="ConfbridgeList", Conference="800", Admin="Yes", Muted="No", Talking="Yes", Channel="PJSIP/101-1",
    CallerIDNum="<unknown>", CallerIDName="<unknown>", Uniqueid="101.1",
)  # fmt: skip
WRITES = {
    "kick": ("ConfbridgeKick", {"channel": "PJSIP/100-1"}),
    "mute": ("ConfbridgeMute", {"channel": "100.1"}),
    "unmute": ("ConfbridgeUnmute", {"channel": "PJSIP/100-1"}),
    "lock": ("ConfbridgeLock", {}),
    "unlock": ("ConfbridgeUnlock", {}),
    "record/start": ("ConfbridgeStartRecord", {"file": "calls/board.wav"}),
    "record/stop": ("ConfbridgeStopRecord", {}),
}
READS = frozenset({"ConfbridgeListRooms", "ConfbridgeList", "Getvar"})


class Rooms:
    """Plays a PBX with conference 800, in which Alice and Bob are."""

    def __init__(self, *, recorders: str = "", **answers: Exception) -> None:
        self.recorders = recorders
        self.answers = answers

    def __call__(self, action: Action) -> Reply:
        """Answer an action."""
        if action.name in self.answers:
            raise self.answers[action.name]
        lists: dict[str, tuple[Message, ...]] = {
            "ConfbridgeListRooms": (ROOM,),
            "ConfbridgeList": (ALICE, BOB),
        }
        if action.name == "Getvar":
            path = "/spool/monitor/board-1.wav"
            is_path = dict(action.headers)["Variable"] == "MIXMONITOR_FILENAME"
            return make_reply(Value=path if is_path else self.recorders)
        return make_reply(*lists.get(action.name, ()), Message="done")


@pytest.fixture
def admin(application: Application) -> Browser:
    application.manager.answer = Rooms()
    return application.log_in()


def written(application: Application) -> list[tuple[str, dict[str, str]]]:
    """Return what was sent and is no question."""
    return [
        (action.name, dict(action.headers)) for action in application.manager.sent if action.name not in READS
    ]


def test_conferences_come_typed(application: Application, admin: Browser) -> None:
    application.manager.answer = Rooms(recorders="CBRec/800-0000001f CBRec/8001-00000020")
    (room,) = admin.get(f"{API}/").json["data"]["conferences"]
    assert room == {
        "conference": "800",
        "party_count": 2,
        "marked_count": 1,
        "locked": True,
        "muted": False,
        "recording": True,
    }


@pytest.mark.parametrize(
    ("recorders", "recording"),
    [("", False), ("CBRec/8001-00000020", False), ("CBRec/800-1-00000020", False), ("x" * 1010, None)],
)
def test_another_conference_s_recording_is_not_this_one_s(
    application: Application, admin: Browser, recorders: str, recording: bool | None
) -> None:
    application.manager.answer = Rooms(recorders=recorders)
    assert admin.get(f"{API}/800/").json["data"]["recording"] is recording


def test_participants_come_typed_and_with_their_messages_where_asked(admin: Browser) -> None:
    data = admin.get(f"{API}/800/?raw=1").json["data"]
    alice, bob = data["parties"]
    assert alice.pop("raw")["AnsweredTime"] == "61"
    assert alice == {
        "channel": "PJSIP/100-1",
        "unique_id": "100.1",
        "linked_id": "100.1",
        "caller_id_num": "100",
        "caller_id_name": "Alice",
        "admin": False,
        "muted": True,
        "talking": False,
        "marked": True,
        "waiting": True,
        "wait_marked": False,
        "end_marked": False,
        "duration": 61,
        "joined_at": None,
    }
    assert (bob["admin"], bob["talking"], bob["caller_id_num"], bob["duration"]) == (True, True, None, None)
    assert data["raw"]["Event"] == "ConfbridgeListRooms"


def test_no_conferences_are_an_empty_list(application: Application, admin: Browser) -> None:
    application.manager.answer = lambda _action: make_reply()
    assert admin.get(f"{API}/").json["data"]["conferences"] == []
    assert admin.get(f"{API}/800/").status_code == 404


def test_a_conference_is_told_also_when_its_recording_is_not(
    application: Application, admin: Browser
) -> None:
    application.manager.answer = Rooms(Getvar=ActionTimeout("No answer in time."))
    assert admin.get(f"{API}/800/").json["data"]["recording"] is None


@pytest.mark.parametrize("route", WRITES)
def test_an_unknown_conference_is_a_404_and_nothing_is_done(
    application: Application, admin: Browser, route: str
) -> None:
    answer = admin.post(f"{API}/801/{route}/", WRITES[route][1])
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    assert written(application) == []


@pytest.mark.parametrize("route", WRITES)
@pytest.mark.parametrize("words", ["No Conference by that name found.", "No active conferences."])
def test_a_conference_that_ends_in_between_is_a_404(
    application: Application, admin: Browser, route: str, words: str
) -> None:
    action, body = WRITES[route]
    application.manager.answer = Rooms(**{action: ActionRefused("Refused.", ami=words)})
    assert admin.post(f"{API}/800/{route}/", body).status_code == 404


@pytest.mark.parametrize("route", ["kick", "mute", "unmute"])
def test_a_participant_is_named_whole_whatever_name_was_given(
    application: Application, admin: Browser, route: str
) -> None:
    action, body = WRITES[route]
    data = admin.post(f"{API}/800/{route}/", body).json["data"]
    assert (data["channel"], data["unique_id"], data["message"]) == ("PJSIP/100-1", "100.1", "done")
    assert written(application) == [(action, {"Conference": "800", "Channel": "PJSIP/100-1"})]


@pytest.mark.parametrize("route", ["kick", "mute", "unmute"])
@pytest.mark.parametrize("channel", ["PJSIP/100", "PJSIP/101-1", "ALL", "/PJSIP/"])
def test_the_beginning_of_a_name_names_nobody(
    application: Application, admin: Browser, route: str, channel: str
) -> None:
    answer = admin.post(f"{API}/800/{route}/", {"channel": channel})
    assert answer.status_code in {404, 422}, answer.text
    assert answer.json["detail"].startswith("channel:")
    assert written(application) == []


def test_locking_and_unlocking_say_so(application: Application, admin: Browser) -> None:
    assert admin.post(f"{API}/800/lock/", {}).json["data"]["locked"] is True
    assert admin.post(f"{API}/800/unlock/", {}).json["data"]["locked"] is False
    assert [name for name, _ in written(application)] == ["ConfbridgeLock", "ConfbridgeUnlock"]
    assert application.manager.refreshed == ["ConfbridgeListRooms"] * 2, "no event tells of it"


def test_a_recording_tells_its_path(application: Application, admin: Browser) -> None:
    application.manager.answer = Rooms(recorders="CBRec/800-00000001")
    data = admin.post(f"{API}/800/record/start/", {"file": "calls/board.wav"}).json["data"]
    assert data["path"] == "/spool/monitor/board-1.wav"
    assert written(application) == [
        ("ConfbridgeStartRecord", {"Conference": "800", "RecordFile": "calls/board.wav"})
    ]


@pytest.mark.parametrize(
    ("route", "action", "words"),
    [
        ("record/start", "ConfbridgeStartRecord", "Conference is already being recorded."),
        ("record/stop", "ConfbridgeStopRecord", "Internal error while stopping recording."),
    ],
)
def test_recording_what_is_recorded_and_stopping_what_is_not_are_conflicts(
    application: Application, admin: Browser, route: str, action: str, words: str
) -> None:
    application.manager.answer = Rooms(**{action: ActionRefused("Refused.", ami=words)})
    answer = admin.post(f"{API}/800/{route}/", {})
    assert (answer.status_code, answer.json["code"]) == (409, "conflict")


@pytest.mark.parametrize("file", ["../x.wav", "a,b.wav", "/x.wav", "x" * 201, "a b.wav"])
def test_a_file_that_is_more_than_a_name_is_refused(
    application: Application, admin: Browser, file: str
) -> None:
    answer = admin.post(f"{API}/800/record/start/", {"file": file})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["file"]
    assert written(application) == []


def test_a_queue_limited_role_commands_no_whole_conference(application: Application) -> None:
    application.manager.answer = Rooms()
    application.make_role(
        "limited",
        Permission.LIVE_READ,
        Permission.CALLS_CONTROL,
        Permission.CALLS_RECORD,
        queue_scope=frozenset({"support"}),
    )
    application.make_user("limited", "limited")
    browser = application.call_api(application.make_token("limited"))
    for route, (_, body) in WRITES.items():
        assert browser.post(f"{API}/800/{route}/", body).status_code == 403, route
    assert browser.post(f"{API}/800/kick/", {"channel": "all"}).status_code == 403
    assert written(application) == []
