"""What the routes of calls check before anything is sent, and what they tell when it goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from amictl.errors import ActionRefused, ActionTimeout, ActionUnsupported, LinkDown, OutcomeUnknown
from amictl.pbx.topics.links.value import LinkState
from amictl.protocol import Action, Reply
from tests.application import Application, Browser, make_message, make_reply
from tests.pbx.ami_events import ami_event, channel_event

API = "/api/ami"
ORIGINATE = {"channel": "PJSIP/100", "exten": "200", "context": "default"}
PLACE = {"exten": "200", "context": "default"}
ONE = {"channel": "PJSIP/100-1"}


@pytest.fixture
def admin(application: Application) -> Browser:
    return application.log_in()


def sent_names(application: Application) -> list[str]:
    return [action.name for action in application.manager.sent]


def answer_with(application: Application, **answers: Reply | Exception) -> None:
    """Let the PBX answer these actions so, and all others with success."""

    def answer(action: Action) -> Reply:
        given = answers.get(action.name, make_reply(Message="done"))
        if isinstance(given, Exception):
            raise given
        return given

    application.manager.answer = answer


def add_channel(application: Application, unique_id: str, name: str, **headers: object) -> None:
    """Let a channel come to be, and into a bridge where one is given."""
    bridge = headers.pop("bridge", None)
    facts = {"Channel": name, "ChannelState": 6, "ChannelStateDesc": "Up", **headers}
    application.picture.apply_event(channel_event("Newchannel", unique_id, **facts))
    application_name = headers.pop("Application", None)
    if application_name is not None:
        application.picture.apply_event(channel_event("Newexten", unique_id, **facts))
    if bridge is not None:
        application.picture.apply_event(
            channel_event(
                "BridgeEnter", unique_id, **facts, BridgeUniqueid=bridge, BridgeType="basic",
                BridgeTechnology="simple_bridge", BridgeCreator="<unknown>", BridgeName="<unknown>",
                BridgeNumChannels=1,
            )
        )  # fmt: skip


@pytest.mark.parametrize(
    ("route", "body", "field"),
    [
        ("hangup/", {}, "body"),
        ("hangup/", {"channel": "a", "channels": ["b"]}, "body"),
        ("hangup/", {"channels": []}, "channels"),
        ("hangup/", {"channels": ["a"] * 101}, "channels"),
        ("redirect/", {**ONE, "exten": "200"}, "context"),
        ("redirect/", {**ONE, **PLACE, "priority": 0}, "priority"),
        ("redirect/", {**ONE, **PLACE, "priority": "1x"}, "priority"),
        ("redirect/", {**ONE, **PLACE, "extra_exten": "1", "extra_context": "c"}, "body"),
        ("redirect/", {**ONE, **PLACE, "extra_channel": "x", "extra_exten": "1"}, "body"),
        ("redirect/", {**ONE, **PLACE, "extra_channel": "x", "extra_priority": 2}, "body"),
        ("redirect/", {"channel": "/PJSIP.*/", **PLACE}, "channel"),
        ("bridge/", {"channel1": "PJSIP/100-1", "channel2": "/.*/"}, "channel2"),
        ("bridge/", {"channel1": "PJSIP/100-1", "channel2": "100.1"}, "channel2"),
        ("bridge/", {"channel1": "PJSIP/100-1", "channel2": "x", "tone": "loud"}, "tone"),
        ("transfer/attended/", {**ONE, "exten": "sales"}, "exten"),
        ("transfer/cancel/", {**ONE, "exten": "1"}, "exten"),
        ("park/", {**ONE, "timeout": 999}, "timeout"),
        ("park/", {**ONE, "announce_channel": "100.1"}, "announce_channel"),
        ("spy/", {"spyer": "100", "channel": "PJSIP/100-1"}, "spyer"),
        ("spy/", {"spyer": "PJSIP/9", "channel": "PJSIP/100-1", "mode": "record"}, "mode"),
        ("spy/", {"spyer": "PJSIP/100", "channel": "PJSIP/100-1"}, "spyer"),
        ("spy/", {"spyer": "PJSIP/9", "channel": "/.*/"}, "channel"),
        ("dtmf/", {**ONE, "digits": ""}, "digits"),
        ("dtmf/", {**ONE, "digits": "12E"}, "digits"),
        ("dtmf/", {**ONE, "digits": "1" * 33}, "digits"),
        ("dtmf/", {**ONE, "digits": "1", "duration": 1001}, "duration"),
        ("dtmf/", {**ONE, "digits": "1", "duration": 19}, "duration"),
        ("mute/", {**ONE, "state": "loud"}, "state"),
        ("mute/", {**ONE, "state": "on", "direction": "up"}, "direction"),
        ("timeout/", {**ONE, "timeout": -1}, "timeout"),
        ("timeout/", {**ONE, "timeout": "5"}, "timeout"),
        ("text/", {**ONE, "message": ""}, "message"),
        ("text/", {**ONE, "message": "x", "content_type": "text"}, "content_type"),
    ],
)
def test_a_field_that_cannot_be_is_named_and_nothing_is_sent(
    application: Application, admin: Browser, route: str, body: dict[str, Any], field: str
) -> None:
    answer = admin.post(f"{API}/{route}", body)
    assert answer.status_code == 422, answer.text
    assert [each["field"] for each in answer.json["errors"]] == [field]
    assert application.manager.sent == []


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("redirect/", {**ONE, **PLACE}),
        ("bridge/", {"channel1": "PJSIP/100-1", "channel2": "PJSIP/100-1"}),
        ("transfer/blind/", {**ONE, **PLACE}),
        ("transfer/attended/", {**ONE, **PLACE}),
        ("transfer/cancel/", ONE),
        ("park/", ONE),
        ("spy/", {"spyer": "PJSIP/9", **ONE}),
        ("dtmf/", {**ONE, "digits": "1"}),
        ("mute/", {**ONE, "state": "on"}),
        ("timeout/", {**ONE, "timeout": 5}),
        ("text/", {**ONE, "message": "x"}),
    ],
)
def test_an_old_picture_is_no_ground_to_act_on(
    application: Application, admin: Browser, route: str, body: dict[str, Any]
) -> None:
    application.set_link(LinkState.RECONNECTING)
    answer = admin.post(f"{API}/{route}", body)
    assert (answer.status_code, answer.json["code"]) == (503, "link_down")
    assert application.manager.sent == []


@pytest.mark.parametrize(
    ("failure", "status", "state"),
    [
        (OutcomeUnknown("gone"), 504, "link_lost"),
        (ActionTimeout("late", changes_pbx=True), 504, "pending"),
        (ActionRefused("no", ami="Extension does not exist."), 502, "failed"),
        (LinkDown("none"), 503, "failed"),
        (ActionUnsupported("not there"), 501, "failed"),
        (RuntimeError("a defect"), 500, "link_lost"),
    ],
)
def test_an_order_that_goes_wrong_is_remembered_as_what_is_known_of_it(
    application: Application, admin: Browser, failure: Exception, status: int, state: str
) -> None:
    answer_with(application, Originate=failure)
    assert admin.post(f"{API}/originate/", ORIGINATE).status_code == status
    (order,) = application.picture.read("actions").snapshot.values()
    assert order["state"] == state
    assert order["channel_id"] == dict(application.manager.sent[0].headers)["ChannelId"]
    assert order["action_id"] == application.manager.sent[0].action_id


def test_an_order_is_known_before_it_is_sent(application: Application, admin: Browser) -> None:
    seen: list[str] = []

    def answer(action: Action) -> Reply:
        seen.extend(each["state"] for each in application.picture.read("actions").snapshot.values())
        event = ami_event("OriginateResponse", ActionID=action.action_id, Response="Failure", Reason=5)
        application.picture.apply_event(event)
        return make_reply(Message="Originate successfully queued")

    application.manager.answer = answer
    outcome = admin.post(f"{API}/originate/?wait=1", ORIGINATE)
    assert seen == ["pending"]
    assert outcome.status_code == 200
    assert (outcome.json["data"]["state"], outcome.json["data"]["requested_by"]) == ("busy", "admin")


@pytest.mark.parametrize("name", ["MONITOR_EXEC", "__monitor_exec_args", "_TOUCH_MIXMONITOR"])
def test_variables_that_reach_a_shell_are_for_those_who_may_run_any_command(
    application: Application, admin: Browser, name: str
) -> None:
    application.make_user("sam", "Supervisor")
    order = {**ORIGINATE, "variables": {"HARMLESS": "1", name: "; reboot"}}
    answer = application.log_in("sam").post(f"{API}/originate/", order)
    assert (answer.status_code, name in answer.json["detail"]) == (403, True)
    assert application.manager.sent == []
    assert admin.post(f"{API}/originate/", order).status_code == 202


def test_an_outcome_is_for_those_who_may_read(application: Application, admin: Browser) -> None:
    ordered = admin.post(f"{API}/originate/", ORIGINATE).json["data"]
    path = f"{API}/originate/{ordered['action_id']}/"
    application.make_role("Dialler", "calls.originate")
    application.make_user("dora", "Dialler")
    assert admin.get(path).json["data"]["state"] == "pending"
    assert application.log_in("dora").get(path).status_code == 403
    assert admin.get(f"{API}/originate/amictl-unknown/").status_code == 404


def test_several_hangups_go_on_after_one_that_fails(application: Application, admin: Browser) -> None:
    add_channel(application, "101.1", "PJSIP/101-1")

    def answer(action: Action) -> Reply:
        if dict(action.headers)["Channel"] == "PJSIP/100-1":
            raise ActionRefused("no", ami="No such channel")
        return make_reply(Message="Channel Hungup")

    application.manager.answer = answer
    done = admin.post(f"{API}/hangup/", {"channels": ["100.1", "PJSIP/101-1"], "cause": 17})
    results = done.json["data"]["results"]
    assert (done.status_code, done.json["data"]["hung_up"]) == (200, 1)
    assert results[0]["error"] == {"code": "action_refused", "detail": "no", "ami": "No such channel"}
    assert results[1] == {
        "channel": "PJSIP/101-1", "unique_id": "101.1", "success": True, "message": "Channel Hungup",
    }  # fmt: skip


def refuse_extension(*_: object) -> ActionRefused:
    return ActionRefused("no", ami="Did not find extension 200@default")


def show_contexts(**contexts: list[dict[str, str]]) -> Callable[[Action], Reply]:
    """Return what a dialplan without extension 200 answers."""

    def answer(action: Action) -> Reply:
        headers = dict(action.headers)
        if action.name != "ShowDialPlan":
            return make_reply(Message="Redirect successful")
        if "Extension" in headers:
            raise refuse_extension()
        return make_reply(
            *[make_message(Event="ListDialplan", **each) for each in contexts[headers["Context"]]]
        )

    return answer


@pytest.mark.parametrize(
    ("contexts", "status"),
    [
        ({"default": [{"Extension": "100"}]}, 404),
        ({"default": [{"Extension": "i"}]}, 200),
        ({"default": [{"Switch": "Realtime/x"}]}, 200),
        ({"default": [{"IncludeContext": "more"}], "more": [{"IncludeContext": "default"}]}, 404),
        ({"default": [{"IncludeContext": "more"}], "more": [{"Switch": "Lua/"}]}, 200),
    ],
)
def test_a_place_is_judged_only_where_the_dialplan_tells_all(
    application: Application, admin: Browser, contexts: dict[str, list[dict[str, str]]], status: int
) -> None:
    application.manager.answer = show_contexts(**contexts)
    assert admin.post(f"{API}/redirect/", {**ONE, **PLACE}).status_code == status
    assert ("Redirect" in sent_names(application)) is (status == 200)


def test_a_pbx_that_does_not_show_its_dialplan_judges_the_place_itself(
    application: Application, admin: Browser
) -> None:
    answer_with(application, ShowDialPlan=ActionUnsupported("no right"))
    assert admin.post(f"{API}/redirect/", {**ONE, **PLACE}).status_code == 200
    assert sent_names(application) == ["ShowDialPlan", "Redirect"]


def test_who_hears_the_space_is_asked_for_at_the_pbx_first(application: Application, admin: Browser) -> None:
    add_channel(application, "101.1", "PJSIP/101-1")
    body = {**ONE, "announce_channel": "PJSIP/101-1"}
    answer_with(application, Status=ActionRefused("no", ami="No such channel"), ParkedCalls=make_reply())
    answer = admin.post(f"{API}/park/", body)
    assert answer.status_code == 404
    assert answer.json["detail"].startswith("announce_channel:")
    assert "Park" not in sent_names(application)


def test_digits_are_in_no_answer_and_the_error_tells_how_many_were_sent(
    application: Application, admin: Browser
) -> None:
    left = [make_reply(Message="DTMF successfully queued"), LinkDown("The link died.")]

    def answer(_: Action) -> Reply:
        given = left.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    application.manager.answer = answer
    problem = admin.post(f"{API}/dtmf/", {**ONE, "digits": "9731"})
    assert problem.status_code == 503
    assert "1 of 4 digits" in problem.json["detail"]
    assert "9731" not in problem.text


class TestQueueScope:
    """A supervisor of one queue touches the calls of that queue only."""

    @pytest.fixture
    def limited(self, application: Application) -> Browser:
        application.make_role(
            "Support", "live.read", "calls.control", "calls.spy", queue_scope=frozenset({"support"})
        )
        application.make_user("sue", "Support")
        return application.log_in("sue")

    @pytest.mark.parametrize(
        ("route", "body"),
        [
            ("hangup/", {}),
            ("redirect/", PLACE),
            ("transfer/blind/", PLACE),
            ("transfer/attended/", PLACE),
            ("transfer/cancel/", {}),
            ("park/", {}),
            ("spy/", {"spyer": "PJSIP/9"}),
            ("dtmf/", {"digits": "1"}),
            ("mute/", {"state": "on"}),
            ("timeout/", {"timeout": 5}),
            ("text/", {"message": "x"}),
        ],
    )
    def test_another_call_is_out_of_reach(
        self, application: Application, limited: Browser, route: str, body: dict[str, Any]
    ) -> None:
        answer = limited.post(f"{API}/{route}", {**ONE, **body})
        assert (answer.status_code, answer.json["code"]) == (403, "permission_denied")
        assert application.manager.sent == []

    def test_whoever_waits_in_the_queue_is_in_reach(self, application: Application, limited: Browser) -> None:
        add_channel(application, "7.1", "PJSIP/7-1")
        assert limited.post(f"{API}/hangup/", {"channel": "PJSIP/7-1"}).status_code == 200

    @pytest.mark.parametrize(("queue", "status"), [("support", 200), ("sales", 403)])
    def test_all_channels_of_a_call_that_came_through_the_queue_are_in_reach(
        self, application: Application, limited: Browser, queue: str, status: int
    ) -> None:
        add_channel(application, "8.1", "PJSIP/8-1", Application="Queue", AppData=f"{queue},,,,60")
        add_channel(application, "9.1", "PJSIP/9-1", Linkedid="8.1")
        assert limited.post(f"{API}/hangup/", {"channel": "PJSIP/9-1"}).status_code == status
        assert limited.post(f"{API}/mute/", {"channel": "8.1", "state": "on"}).status_code == status

    def test_both_channels_must_be_in_reach(self, application: Application, limited: Browser) -> None:
        add_channel(application, "7.1", "PJSIP/7-1")
        answer = limited.post(f"{API}/bridge/", {"channel1": "7.1", "channel2": "PJSIP/100-1"})
        assert answer.status_code == 403
        answer = limited.post(f"{API}/redirect/", {"channel": "7.1", **PLACE, "extra_channel": "100.1"})
        assert answer.status_code == 403
        assert application.manager.sent == []
