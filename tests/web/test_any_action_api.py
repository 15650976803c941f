"""``GET actions/`` and ``POST action/``: what is offered, what is sent, what is refused, what is recorded."""

from __future__ import annotations

from typing import Any

import pytest

from amictl.pbx.catalogue import make_offers
from amictl.protocol import Action, Reply
from amictl.services.utilities.any_action import _MAX_ANSWER
from tests.application import Application, Browser, make_message, make_reply

ROUTE = "/api/ami/action/"


@pytest.fixture
def admin(application: Application) -> Browser:
    return application.log_in()


def ask(browser: Browser, action: str, parameters: dict[str, Any] | None = None, **fields: object) -> Any:  # noqa: ANN401 - JSON
    answer = browser.post(ROUTE, {"action": action, "parameters": parameters or {}, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def refused(browser: Browser, action: str, status: int, parameters: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
    answer = browser.post(ROUTE, {"action": action, "parameters": parameters or {}})
    assert answer.status_code == status, answer.text
    return answer.json


def audited(browser: Browser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get("/api/audit/").json["data"]["entries"]
    return found


def test_the_list_tells_what_is_known_where_the_pbx_does_not_tell(admin: Browser) -> None:
    listed = admin.get("/api/ami/actions/").json["data"]["actions"]
    assert len(listed) > 150
    assert {each["available"] for each in listed} == {False}
    assert all("not known" in each["reason"] for each in listed)


def test_the_list_can_be_narrowed_to_a_family_and_to_what_the_pbx_does(
    application: Application, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = {"QueueStatus": "Queue Status.  (Priv: <none>)", "Brew": "Brew coffee.  (Priv: system,all)"}
    offers = make_offers(listing, frozenset({"system"}), "22.0.0")
    monkeypatch.setattr(type(application.manager), "make_offers", lambda _: offers)

    def names(query: str) -> set[str]:
        return {each["action"] for each in admin.get(f"/api/ami/actions/{query}").json["data"]["actions"]}

    assert names("?available=1") == {"QueueStatus", "Brew"}
    assert names("?available=1&family=queues") == {"QueueStatus"}
    assert names("?family=other") == {"Brew"}
    assert "QueueAdd" in names("?available=0&family=queues")
    assert names("?available=0") | names("?available=1") == names("")


def test_an_unknown_family_is_refused_with_those_that_there_are(admin: Browser) -> None:
    answer = admin.get("/api/ami/actions/?family=kitchen")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "family"
    assert "queues" in answer.json["errors"][0]["detail"]


def test_a_list_is_shown_with_its_items_and_its_end(application: Application, admin: Browser) -> None:
    item = make_message(Event="AuthDetail", Username="100", Password="secret-100")
    end = make_message(Event="EndpointDetailComplete", EventList="Complete", ListItems="1")
    response = make_message(Response="Success", Message="Following", EventList="start")
    application.manager.answer = lambda _: Reply("test-1", response, (item,), end)

    done = ask(admin, "PJSIPShowEndpoint", {"endpoint": "100"})

    assert application.manager.sent == [
        Action("PJSIPShowEndpoint", (("Endpoint", "100"),), changes_pbx=False)
    ]
    assert done["action"] == "PJSIPShowEndpoint"
    assert done["message"] == "Following"
    assert done["response"] == {"Response": "Success", "Message": "Following", "EventList": "start"}
    assert done["items"] == [{"Event": "AuthDetail", "Username": "100", "Password": "***"}]
    assert done["complete"]["ListItems"] == "1"
    assert done["truncated"] is False


def test_a_change_is_recorded_with_the_action_that_was_sent(application: Application, admin: Browser) -> None:
    ask(admin, "dbput", {"family": "a", "Key": "b", "val": "c"})
    assert [action.name for action in application.manager.sent] == ["DBPut"]
    kinds = {row["kind"]: row for row in audited(admin) if row["action"] == "DBPut"}
    assert set(kinds) == {"asked", "outcome"}
    assert kinds["outcome"]["outcome"] == "done"
    assert kinds["asked"]["permission"] == "command.any"


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("Getvar", {"variable": "SHELL(rm -rf /)"}),
        ("Getvar", {"channel": "PJSIP/100-1", "variable": "DB_DELETE(a/b)"}),
        ("Status", {"variables": ["CHANNEL(state)"]}),
    ],
)
def test_a_read_that_runs_a_function_is_recorded_before_it_is_sent(
    application: Application, admin: Browser, action: str, parameters: dict[str, Any]
) -> None:
    ask(admin, action, parameters)
    assert application.manager.sent[0].changes_pbx
    assert {row["kind"] for row in audited(admin) if row["action"] == action} == {"asked", "outcome"}


def test_a_read_is_no_change(application: Application, admin: Browser) -> None:
    ask(admin, "Getvar", {"variable": "EPOCH"})
    assert not application.manager.sent[0].changes_pbx
    assert not [row for row in audited(admin) if row["action"]]


@pytest.mark.parametrize(
    "action", ["Login", "logoff", "Challenge", "Events", "Filter", "WaitEvent", "IAXnetstats"]
)
def test_actions_of_the_session_are_refused_with_the_reason(
    application: Application, admin: Browser, action: str
) -> None:
    problem = refused(admin, action, 422)
    assert [each["field"] for each in problem["errors"]] == ["action"]
    assert "cannot be sent: " in problem["errors"][0]["detail"]
    assert application.manager.sent == []
    assert audited(admin)[0]["outcome"] == "invalid_input"


def test_refused_parameters_are_named_where_they_lie_in_the_request(
    application: Application, admin: Browser
) -> None:
    problem = refused(admin, "QueuePause", 422, {"Paused": "perhaps", "colour": "red"})
    named = {each["field"] for each in problem["errors"]}
    assert named == {"parameters.interface", "parameters.Paused", "parameters.colour"}
    assert application.manager.sent == []


def test_an_action_that_nobody_knows_is_not_sent(application: Application, admin: Browser) -> None:
    assert refused(admin, "Brew", 501)["code"] == "action_unsupported"
    assert refused(admin, "Brew coffee", 422)["errors"][0]["field"] == "action"
    assert application.manager.sent == []


def test_an_originate_is_always_asynchronous(application: Application, admin: Browser) -> None:
    call = {"channel": "Local/200@default", "application": "Wait"}
    ask(admin, "Originate", call)
    assert ("Async", "true") in application.manager.sent[0].headers
    assert (
        refused(admin, "Originate", 422, call | {"async": False})["errors"][0]["field"] == "parameters.async"
    )


def test_a_command_is_checked_as_its_own_route_does(application: Application, admin: Browser) -> None:
    response = make_message(Response="Success", Message="Command output follows", Output="System uptime: 1 s")
    application.manager.answer = lambda _: Reply("test-1", response)
    done = ask(admin, "Command", {"command": "core show uptime"})
    assert done["output"] == ["System uptime: 1 s"]
    assert "Output" not in done["response"]
    named = refused(admin, "Command", 422, {"command": "core show\x1b[2J"})["errors"]
    assert [each["field"] for each in named] == ["parameters.command"]
    assert len(application.manager.sent) == 1


def test_a_long_answer_is_cut_and_says_so(application: Application, admin: Browser) -> None:
    items = [make_message(Event="Entry", Text="x" * 1000) for _ in range(_MAX_ANSWER // 1000)]
    application.manager.answer = lambda _: make_reply(*items)
    done = ask(admin, "QueueStatus")
    assert done["truncated"] is True
    assert 0 < len(done["items"]) < len(items)


def test_the_time_to_wait_is_the_callers(
    application: Application, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    def execute(_: object, action: Action, timeout: float) -> Reply:
        waited.append(timeout)
        return make_reply(Message=action.name)

    monkeypatch.setattr(type(application.manager), "execute", execute)
    ask(admin, "QueueStatus", timeout=60)
    ask(admin, "Reload", timeout=1)
    ask(admin, "Ping")
    assert waited == [60, 1, 10]
    for timeout in (0, 61, "5", 1.5):
        answer = admin.post(ROUTE, {"action": "Ping", "timeout": timeout})
        assert answer.status_code == 422, timeout


@pytest.mark.parametrize("role", ["Supervisor", "Agent"])
def test_only_who_may_run_any_command_gets_here(application: Application, role: str) -> None:
    application.make_user("sue", role)
    sue = application.log_in("sue")
    assert refused(sue, "Ping", 403)["code"] == "permission_denied"
    assert refused(sue, "Brew", 403)["code"] == "permission_denied"
    assert application.manager.sent == []


def test_a_role_that_is_limited_to_queues_does_not_reach_the_others_this_way(
    application: Application,
) -> None:
    application.make_role("Queues", "command.any", queue_scope=frozenset({"support"}))
    application.make_user("quinn", "Queues")
    refused(application.log_in("quinn"), "QueueStatus", 403, {"queue": "sales"})
    assert application.manager.sent == []


def test_a_pbx_out_of_scope_is_refused_and_an_unknown_one_is_not_there(
    application: Application, admin: Browser
) -> None:
    application.make_role("Branch", "command.any", "utilities.read", pbx_scope=frozenset({"branch"}))
    application.make_user("bob", "Branch")
    bob = application.log_in("bob")
    assert bob.post(ROUTE, {"action": "Ping", "pbx": "main"}).status_code == 403
    assert bob.get("/api/ami/actions/?pbx=main").status_code == 403
    assert admin.post(ROUTE, {"action": "Ping", "pbx": "moon"}).status_code == 404
    assert application.manager.sent == []


def preview(browser: Browser, action: str, parameters: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
    answer = browser.post(f"{ROUTE}preview/", {"action": action, "parameters": parameters or {}})
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("queuepause", {"interface": "PJSIP/100", "paused": True, "reason": "Döner"}),
        (
            "Originate",
            {"channel": "PJSIP/100", "application": "Echo", "variables": {"A": "1"}},
        ),
        ("QueueStatus", {}),
    ],
)
def test_a_preview_is_what_is_sent_byte_by_byte_and_sends_nothing(
    application: Application, admin: Browser, action: str, parameters: dict[str, Any]
) -> None:
    shown = preview(admin, action, parameters)
    assert application.manager.sent == []
    ask(admin, action, parameters)
    (sent,) = application.manager.sent
    name, made_later, *rest = shown["ami"]
    assert made_later == "ActionID: <made-when-sent>"
    lines = "\r\n".join([name, "ActionID: x-1", *rest, "", ""])
    assert lines.encode() == sent.encode("x-1")
    assert (shown["action"], shown["changes_pbx"]) == (sent.name, sent.changes_pbx)


def test_a_preview_hides_secrets_and_leaves_no_trace_in_the_audit_log(admin: Browser) -> None:
    before = len(audited(admin))
    shown = preview(admin, "Setvar", {"variable": "SIP_PASSWORD", "value": "open sesame"})
    assert "Value: ***" in shown["ami"]
    assert "sesame" not in str(shown)
    answer = admin.post(f"{ROUTE}preview/", {"action": "QueuePause", "parameters": {"colour": "red"}})
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json["errors"]} >= {"parameters.colour"}
    assert len(audited(admin)) == before


def test_parameters_tell_what_of_the_pbx_they_name(admin: Browser) -> None:
    listed = {each["action"]: each for each in admin.get("/api/ami/actions/").json["data"]["actions"]}
    means = {each["name"]: each["means"] for each in listed["QueuePause"]["parameters"]}
    assert (means["queue"], means["interface"], means["paused"]) == ("queue", "member", None)
    places = {each["name"]: each["means"] for each in listed["Originate"]["parameters"]}
    assert (places["channel"], places["context"], places["exten"]) == ("dial_string", "context", "extension")
    mailbox = {each["name"]: each["means"] for each in listed["VoicemailUserStatus"]["parameters"]}
    assert mailbox["context"] is None
