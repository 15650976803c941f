"""Who may manage which queues, and what the PBX's words become: with a PBX that records what it is asked."""

from __future__ import annotations

from typing import Any

import pytest

from amictl.errors import ActionRefused, ActionUnsupported
from amictl.protocol import Action, Message, Reply
from amictl.services.queues.places import find_queue_place
from tests.application import Application, Browser, make_message, make_reply

NEW_MEMBER = "Local/505@agents/n"
CALLER = "PJSIP/7-1"  # waits in support


@pytest.fixture
def limited(application: Application) -> Browser:
    """Somebody whose role is limited to the queue sales."""
    application.make_role("Sales", "live.read", "queues.manage", queue_scope=frozenset({"sales"}))
    application.make_user("lena", "Sales")
    return application.call_api(application.make_token("lena"))


@pytest.fixture
def admin(application: Application) -> Browser:
    return application.log_in()


def refuse_with(application: Application, words: str) -> None:
    """Let the PBX say no to everything that changes it."""

    def answer(action: Action) -> Reply:
        if action.changes_pbx:
            raise ActionRefused(f"refused: {words}", ami=words)
        return make_reply()

    application.manager.answer = answer


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("add", {"queue": "support", "interface": NEW_MEMBER}),
        ("remove", {"queue": "support", "interface": "PJSIP/100"}),
        ("pause", {"interface": "PJSIP/100", "paused": True}),
        ("penalty", {"interface": "PJSIP/100", "penalty": 9}),
        ("penalty", {"queue": "support", "interface": "PJSIP/100", "penalty": 9}),
        ("ringinuse", {"interface": "PJSIP/100", "ring_in_use": True}),
        ("reset", {}),
        ("reset", {"queue": "support"}),
        ("reload", {}),
        ("reload", {"queue": "sales", "rules": True}),
        ("log", {"queue": "support", "event": "NOTE"}),
        ("caller/priority", {"channel": CALLER, "priority": 1}),
        ("caller/withdraw", {"channel": CALLER}),
        ("caller/move", {"channel": CALLER, "to_queue": "sales"}),
    ],
)
def test_one_limited_to_some_queues_touches_no_others(
    limited: Browser, application: Application, path: str, body: dict[str, Any]
) -> None:
    answer = limited.post(f"/api/ami/queue/{path}/", body)
    assert answer.status_code == 403, answer.text
    assert application.manager.sent == []


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("add", {"queue": "sales", "interface": NEW_MEMBER}, "QueueAdd"),
        ("penalty", {"interface": "PJSIP/101", "penalty": 9}, "QueuePenalty"),
        ("reset", {"queue": "sales"}, "QueueReset"),
        ("reload", {"queue": "sales"}, "QueueReload"),
        ("log", {"queue": "sales", "event": "NOTE"}, "QueueLog"),
    ],
)
def test_one_limited_to_some_queues_manages_those(
    limited: Browser, application: Application, path: str, body: dict[str, Any], name: str
) -> None:
    answer = limited.post(f"/api/ami/queue/{path}/", body)
    assert answer.status_code == 200, answer.text
    assert [action.name for action in application.manager.sent] == [name]


def test_a_reload_of_one_queue_by_one_limited_leaves_the_shared_rules_alone(
    limited: Browser, application: Application
) -> None:
    limited.post("/api/ami/queue/reload/", {"queue": "sales"})
    (action,) = application.manager.sent
    assert dict(action.headers) == {"Queue": "sales", "Members": "yes", "Parameters": "yes"}


def test_lists_hold_only_the_queues_in_scope(limited: Browser, application: Application) -> None:
    summaries = [make_message(Event="QueueSummary", Queue=name) for name in ("support", "sales")]
    application.manager.answer = lambda _action: make_reply(*summaries)
    listed = limited.get("/api/ami/queue/summary/").json["data"]["queues"]
    assert [each["queue"] for each in listed] == ["sales"]
    assert limited.get("/api/ami/queue/summary/?queue=support").status_code == 403


def test_what_changes_without_an_event_is_waited_for(admin: Browser, application: Application) -> None:
    admin.post("/api/ami/queue/reset/", {})
    admin.post("/api/ami/queue/reload/", {})
    admin.post("/api/ami/queue/caller/priority/", {"channel": CALLER, "priority": 2})
    assert application.manager.refreshed == ["QueueStatus"] * 3


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        (
            "queue/add",
            {"queue": "support", "interface": NEW_MEMBER},
            ("Unable to add interface: Already there", 409),
        ),
        ("queue/add", {"queue": "support", "interface": NEW_MEMBER}, ("Unable to add: No such queue", 404)),
        ("queue/add", {"queue": "support", "interface": NEW_MEMBER}, ("Out of memory", 502)),
        ("queue/remove", {"queue": "support", "interface": "PJSIP/100"}, ("Member not dynamic", 409)),
        (
            "queue/remove",
            {"queue": "support", "interface": "PJSIP/100"},
            ("Unable to remove: Not there", 404),
        ),
        (
            "queue/caller/priority",
            {"channel": CALLER, "priority": 1},
            ("Unable to change: No such caller", 404),
        ),
        ("queue/caller/withdraw", {"channel": CALLER}, ("Unable to request: Already requested", 409)),
        ("queue/caller/withdraw", {"channel": CALLER}, ("Unable to request: No such caller", 404)),
        ("reload", {"module": "x"}, ("No such module", 404)),
        ("reload", {}, ("A module reload request is already in progress", 409)),
        ("reload", {}, ("An unknown error occurred", 502)),
    ],
)
def test_the_words_of_the_pbx_become_what_they_mean(
    admin: Browser, application: Application, path: str, body: dict[str, Any], refusal: tuple[str, int]
) -> None:
    words, status = refusal
    refuse_with(application, words)
    answer = admin.post(f"/api/ami/{path}/", body)
    assert answer.status_code == status, answer.text


def test_an_old_pbx_learns_why_a_new_member_is_paused_by_a_pause(
    admin: Browser, application: Application
) -> None:
    body = {"queue": "support", "interface": NEW_MEMBER, "paused": True, "reason": "Training"}
    application.set_link(asterisk_version="16.28.0")
    assert admin.post("/api/ami/queue/add/", body).status_code == 200
    assert [action.name for action in application.manager.sent] == ["QueueAdd", "QueuePause"]
    application.manager.sent.clear()
    application.set_link(asterisk_version="22.10.1")
    assert admin.post("/api/ami/queue/add/", body).status_code == 200
    (action,) = application.manager.sent
    assert dict(action.headers)["Reason"] == "Training"


def test_a_move_says_what_is_missing_where_the_dialplan_cannot_be_seen(
    admin: Browser, application: Application
) -> None:
    def answer(action: Action) -> Reply:
        if action.name == "ShowDialPlan":
            raise ActionUnsupported("PBX main does not have ShowDialPlan.")
        return make_reply()

    application.manager.answer = answer
    refused = admin.post("/api/ami/queue/caller/move/", {"channel": CALLER, "to_queue": "sales"})
    assert refused.status_code == 501
    assert "give exten and context" in refused.json["detail"]


def make_place(context: str, exten: str, data: str, application: str = "Queue") -> Message:
    """Return a place of a dialplan."""
    return make_message(
        Event="ListDialplan",
        Context=context,
        Extension=exten,
        Priority="2",
        Application=application,
        AppData=data,
    )


def test_a_place_is_chosen_near_the_caller_and_never_a_pattern(
    admin: Browser, application: Application
) -> None:
    places = [
        make_place("anywhere", "_3XX", "sales"),
        make_place("later", "31", "sales,t"),
        make_place("earlier", "32", "salesroom"),
        make_place("earlier", "33", "sales", "NoOp"),
        make_place("middle", "34", "sales,,,,60"),
    ]
    application.manager.answer = lambda action: make_reply(*(places if action.name == "ShowDialPlan" else []))
    body = {"channel": CALLER, "to_queue": "sales"}
    moved = admin.post("/api/ami/queue/caller/move/", body).json["data"]
    assert (moved["context"], moved["exten"], moved["priority"]) == ("later", "31", 2)
    assert (moved["joined"], moved["position"]) == (False, None)
    services = application.services
    near = find_queue_place(services.execution, services.registry.get("main"), "sales", "middle")
    assert (near.context, near.exten) == ("middle", "34")


def test_counts_of_other_systems_are_sent_where_the_pbx_keeps_them(
    admin: Browser, application: Application
) -> None:
    body = {"mailbox": "100@hotel", "new_messages": 2}
    assert admin.post("/api/ami/mwi/", body).status_code == 200
    (action,) = application.manager.sent
    assert action.name == "MWIUpdate"
    assert dict(action.headers) == {"Mailbox": "100@hotel", "OldMessages": "0", "NewMessages": "2"}


def test_a_command_that_prints_without_end_is_cut(admin: Browser, application: Application) -> None:
    lines = [("Output", "x" * 999)] * 700
    text = "\r\n".join(["Response: Success", *(f"{name}: {value}" for name, value in lines)])
    message = Message(text.encode())
    application.manager.answer = lambda _action: Reply("test-1", message)
    data = admin.post("/api/ami/command/", {"command": "core show channels"}).json["data"]
    assert data["truncated"] is True
    assert len(data["output"]) == 500


def list_dialplan(application: Application) -> None:
    """Let the PBX have one extension."""
    step = make_message(
        Event="ListDialplan",
        Context="desk",
        Extension="100",
        Priority="1",
        Application="Dial",
        AppData="PJSIP/100",
    )
    application.manager.answer = lambda _: make_reply(step)


def test_the_dialplan_is_asked_once_for_somebody_who_types(application: Application, admin: Browser) -> None:
    list_dialplan(application)
    for text in ("1", "10", "100"):
        answer = admin.get(f"/api/ami/dialplan/extensions/?context=desk&text={text}")
        assert [each["exten"] for each in answer.json["data"]["extensions"]] == ["100"]
    assert admin.get("/api/ami/dialplan/contexts/").json["data"]["contexts"] == [
        {"context": "desk", "extensions": 1, "includes": []}
    ]
    assert [action.name for action in application.manager.sent] == ["ShowDialPlan"]
    application.set_link(epoch="another")
    admin.get("/api/ami/dialplan/contexts/")
    assert len(application.manager.sent) == 2


def test_arguments_of_the_dialplan_are_for_those_who_may_see_sensitive_values(
    application: Application, admin: Browser
) -> None:
    list_dialplan(application)
    application.make_role("Floor", "live.read", "utilities.read")
    application.make_user("flo", "Floor")
    path = "/api/ami/dialplan/extensions/?context=desk"
    shown = [
        browser.get(path).json["data"]["extensions"][0]["application_data"]
        for browser in (admin, application.call_api(application.make_token("flo")))
    ]
    assert shown == ["PJSIP/100", None]


def test_the_dialplan_is_about_the_whole_pbx(application: Application) -> None:
    application.make_role("Sales", "live.read", "utilities.read", queue_scope=frozenset({"sales"}))
    application.make_user("lena", "Sales")
    limited = application.call_api(application.make_token("lena"))
    for path in ("contexts/", "extensions/?context=desk"):
        assert limited.get(f"/api/ami/dialplan/{path}").status_code == 403
    assert application.manager.sent == []


@pytest.mark.parametrize(
    ("permission", "scope", "runs_any"),
    [("command.any", None, True), ("command.run", None, False), ("command.any", {"sales"}, False)],
)
def test_everybody_is_told_which_commands_they_may_run(
    application: Application, permission: str, scope: set[str] | None, runs_any: bool
) -> None:
    application.make_role("Some", permission, queue_scope=None if scope is None else frozenset(scope))
    application.make_user("sam", "Some")
    with application.app.app_context():
        application.services.store.allowed_commands.create("core show uptime")
    told = application.call_api(application.make_token("sam")).get("/api/ami/command/").json["data"]
    assert (told["any"], told["beginnings"]) == (runs_any, ["core show uptime"])
