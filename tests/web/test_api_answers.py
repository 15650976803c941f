"""What the endpoints answer, and the problem details when they cannot do it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from amictl.errors import (
    ActionRefused,
    ActionTimeout,
    ActionUnsupported,
    AmictlError,
    Conflict,
    LinkDown,
    LoginRefused,
    OutcomeUnknown,
    RateLimited,
)
from amictl.manager import Pbx
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState
from amictl.protocol import Action, Reply
from tests.application import Application, Browser, RecordingManager, paint_picture

ORIGINATE = {
    "channel": "PJSIP/100",
    "exten": "200",
    "context": "default",
    "priority": 1,
    "timeout": 30000,
}
PAUSE = {"queue": "support", "interface": "PJSIP/100", "paused": True, "reason": "Break"}


@pytest.fixture
def admin(application: Application) -> Browser:
    return application.log_in()


def raiser(error: Exception) -> Callable[[Action], Reply]:
    def raise_error(_action: Action) -> Reply:
        raise error

    return raise_error


def headers_sent(application: Application) -> dict[str, str]:
    (action,) = application.manager.sent
    return dict(action.headers)


def test_originate_as_the_customer_writes_it(application: Application, admin: Browser) -> None:
    answer = admin.post("/api/ami/originate/", ORIGINATE)
    assert answer.status_code == 202
    assert answer.json["success"] is True
    data = answer.json["data"]
    sent = headers_sent(application)
    assert sent["ChannelId"] == data["channel_id"]
    assert data == {
        "pbx": "main", "action_id": application.manager.sent[0].action_id, "channel_id": data["channel_id"],
        "message": "Originate done",
    }  # fmt: skip
    assert sent["Channel"] == "PJSIP/100"
    assert (sent["Context"], sent["Exten"], sent["Priority"]) == ("default", "200", "1")
    assert sent["Timeout"] == "30000"
    assert sent["Async"] == "true"


def test_originate_with_every_field(application: Application, admin: Browser) -> None:
    body = {
        "channel": "PJSIP/100", "application": "Playback", "data": "demo-congrats", "timeout": 5000,
        "caller_id": '"Ångström" <100>', "variables": {"A": "1", "__B": 'x,"y'}, "account": "sales",
        "early_media": True, "pbx": "main",
    }  # fmt: skip
    assert admin.post("/api/ami/originate/", body).status_code == 202
    sent = application.manager.sent[0].headers
    assert ("Application", "Playback") in sent
    assert ("CallerID", '"Ångström" <100>') in sent
    assert len([value for name, value in sent if name == "Variable"]) == 2


@pytest.mark.parametrize(
    "application_name", ["System", "system", "Exec", "AGI", "Queue", "TrySystem", "Record"]
)
def test_originate_to_an_application_that_is_not_allowed_is_refused(
    application: Application, admin: Browser, application_name: str
) -> None:
    answer = admin.post("/api/ami/originate/", {"channel": "PJSIP/100", "application": application_name})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "application"
    assert application.manager.sent == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"priority": 0}, "priority"),
        ({"priority": "1"}, "priority"),
        ({"priority": True}, "priority"),
        ({"timeout": 999}, "timeout"),
        ({"timeout": 1e9}, "timeout"),
        ({"channel": "100"}, "channel"),
        ({"channel": ""}, "channel"),
        ({"channel": None}, "channel"),
        ({"channel": ["PJSIP/100"]}, "channel"),
        ({"channel": "PJSIP/" + "1" * 255}, "channel"),
        ({"context": "x" * 80}, "context"),
        ({"exten": "å" * 40}, "exten"),
        ({"variables": {"SHELL(rm)": "x"}}, "variables.SHELL(rm)"),
        ({"variables": {"A": 1}}, "variables.A"),
        ({"variables": {"A": "x" * 1001}}, "variables.A"),
        ({"variables": {f"V{number}": "" for number in range(65)}}, "variables"),
        ({"variables": []}, "variables"),
        ({"early_media": "yes"}, "early_media"),
        ({"pbx": "Main!"}, "pbx"),
        ({"unknown": 1}, "unknown"),
        ({"application": "Echo"}, "body"),
        ({"exten": None}, "body"),
        ({"data": "x"}, "body"),
    ],
)
def test_originate_refuses_what_asterisk_would_cut_or_misread(
    application: Application, admin: Browser, change: dict[str, object], field: str
) -> None:
    answer = admin.post("/api/ami/originate/", ORIGINATE | change)
    assert answer.status_code == 422, answer.text
    assert [each["field"] for each in answer.json["errors"]] == [field]
    assert application.manager.sent == []


def test_all_wrong_fields_are_named_at_once_and_no_value_is_echoed(admin: Browser) -> None:
    answer = admin.post(
        "/api/ami/originate/",
        {"channel": "hunter2", "priority": "hunter2", "variables": {"hunter-2": "hunter2"}},
    )
    assert {each["field"] for each in answer.json["errors"]} == {"channel", "priority", "variables.hunter-2"}
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("name", ["PJSIP/100-1", "100.1"])
def test_hangup_takes_a_name_or_a_unique_id(application: Application, admin: Browser, name: str) -> None:
    answer = admin.post("/api/ami/hangup/", {"channel": name, "cause": 16})
    assert answer.json["data"] == {
        "pbx": "main",
        "channel": "PJSIP/100-1",
        "unique_id": "100.1",
        "message": "Hangup done",
    }
    assert headers_sent(application) == {"Channel": "PJSIP/100-1", "Cause": "16"}


def test_hangup_of_a_channel_that_is_gone_is_not_found(application: Application, admin: Browser) -> None:
    answer = admin.post("/api/ami/hangup/", {"channel": "PJSIP/100-2"})
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    assert application.manager.sent == []


@pytest.mark.parametrize("pattern", ["/PJSIP.*/", "/.*/", "/"])
def test_hangup_never_passes_a_regular_expression(
    application: Application, admin: Browser, pattern: str
) -> None:
    answer = admin.post("/api/ami/hangup/", {"channel": pattern})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "channel"
    assert application.manager.sent == []


def test_pause_answers_what_was_done(application: Application, admin: Browser) -> None:
    answer = admin.post("/api/ami/queue/pause/", PAUSE)
    assert answer.json["data"] == {"pbx": "main", "message": "QueuePause done", **PAUSE}
    assert headers_sent(application)["Reason"] == "Break"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"queue": "nowhere"}, "queue"),
        ({"interface": "PJSIP/999"}, "member"),
        ({"interface": "PJSIP/999", "queue": None}, "member"),
    ],
)
def test_pause_names_what_is_not_there(
    application: Application, admin: Browser, change: dict[str, object], word: str
) -> None:
    answer = admin.post("/api/ami/queue/pause/", PAUSE | change)
    assert answer.status_code == 404
    detail = answer.json["detail"]
    assert word in detail
    assert any(str(name) in detail for name in change.values())
    assert application.manager.sent == []


def test_pause_without_a_queue_means_all_of_the_members(application: Application, admin: Browser) -> None:
    answer = admin.post("/api/ami/queue/pause/", {"interface": "PJSIP/100", "paused": False})
    assert answer.json["data"]["queue"] is None
    assert "Queue" not in headers_sent(application)


def test_reads_tell_how_fresh_they_are(application: Application, admin: Browser) -> None:
    for path, key in (("channels/", "channels"), ("status/", "channels"), ("queue/status/", "queues")):
        data = admin.get(f"/api/ami/{path}").json["data"]
        assert (data["pbx"], data["epoch"], data["seq"], data["age"]) == ("main", "epoch-1", 0, 0)
        assert data["link"]["state"] == "connected"
        assert data[key]
    application.set_link(LinkState.RECONNECTING, stale=True, last_received=1.0)
    data = admin.get("/api/ami/channels/").json["data"]
    assert data["age"] > 0
    assert data["link"]["stale"] is True
    assert data["channels"]


def test_status_counts_and_finds_one_channel(admin: Browser) -> None:
    data = admin.get("/api/ami/status/").json["data"]
    assert data["counts"] == {"channels": 1, "bridges": 0, "queues": 2, "callers_waiting": 1}
    for name in ("PJSIP/100-1", "100.1"):
        (channel,) = admin.get(f"/api/ami/status/?channel={name}").json["data"]["channels"]
        assert channel["unique_id"] == "100.1"
    assert admin.get("/api/ami/status/?channel=gone").status_code == 404
    assert admin.get("/api/ami/status/?channel=").status_code == 200


def test_queue_status_finds_one_queue(admin: Browser) -> None:
    (queue,) = admin.get("/api/ami/queue/status/?queue=support").json["data"]["queues"]
    assert queue["queue"] == "support"
    assert [member["interface"] for member in queue["members"]] == ["PJSIP/100"]
    assert admin.get("/api/ami/queue/status/?queue=nowhere").status_code == 404


def test_ping_tells_milliseconds(admin: Browser) -> None:
    data = admin.get("/api/ami/ping/").json["data"]
    assert data == {"pbx": "main", "round_trip_ms": 2.0, "message": "Pong"}


def test_dialplan_data_is_hidden_from_those_who_may_not_see_it(application: Application) -> None:
    application.make_user("watcher", "Agent")
    hidden = application.log_in("watcher").get("/api/ami/channels/").json["data"]["channels"][0]
    shown = application.log_in().get("/api/ami/channels/").json["data"]["channels"][0]
    assert shown["application_data"] == "PJSIP/101,30"
    assert hidden["application_data"] == "[redacted]"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/ami/originate/", ORIGINATE),
        ("/api/ami/hangup/", {"channel": "100.1"}),
        ("/api/ami/queue/pause/", PAUSE),
    ],
)
def test_who_only_watches_changes_nothing(
    application: Application, path: str, body: dict[str, object]
) -> None:
    application.make_user("watcher", "Agent")
    answer = application.log_in("watcher").post(path, body)
    assert (answer.status_code, answer.json["code"]) == (403, "permission_denied")
    assert application.manager.sent == []


def test_a_queue_scope_limits_reads_and_writes(application: Application) -> None:
    application.make_role("Sales", "live.read", "queues.manage", queue_scope=frozenset({"sales"}))
    application.make_user("sally", "Sales")
    sally = application.log_in("sally")
    data = sally.get("/api/ami/queue/status/").json["data"]
    assert [queue["queue"] for queue in data["queues"]] == ["sales"]
    assert sally.get("/api/ami/status/").json["data"]["counts"]["queues"] == 1
    assert sally.get("/api/ami/queue/status/?queue=support").status_code == 403
    assert sally.post("/api/ami/queue/pause/", PAUSE).status_code == 403
    everywhere = {"interface": "PJSIP/100", "paused": True}
    assert sally.post("/api/ami/queue/pause/", everywhere).status_code == 403
    assert application.manager.sent == []
    assert sally.post("/api/ami/queue/pause/", everywhere | {"queue": "sales"}).status_code == 200
    assert sally.post("/api/ami/queue/pause/", everywhere | {"interface": "PJSIP/101"}).status_code == 200


def test_a_pbx_scope_chooses_the_default_and_hides_the_rest(application: Application) -> None:
    branch = LivePicture("branch")
    paint_picture(branch)
    application.install(
        application.services.registry.get("main"),
        Pbx("branch", RecordingManager(branch), branch),  # type: ignore[arg-type] - it sends nothing
    )
    application.make_role("Branch", "live.read", pbx_scope=frozenset({"branch"}))
    application.make_user("bert", "Branch")
    bert = application.log_in("bert")
    assert bert.get("/api/ami/channels/").json["data"]["pbx"] == "branch"
    assert bert.get("/api/ami/channels/?pbx=main").status_code == 403
    assert '"pbxes": ["branch"]' in bert.get("/console/").text.replace("&#34;", '"')
    admin = application.log_in()
    assert admin.get("/api/ami/channels/").json["data"]["pbx"] == "main"
    assert admin.get("/api/ami/channels/?pbx=branch").json["data"]["pbx"] == "branch"
    assert admin.get("/api/ami/channels/?pbx=other").status_code == 404


def test_without_any_pbx_it_says_how_to_add_one(application: Application, admin: Browser) -> None:
    application.install()
    for path in ("channels/", "status/", "queue/status/", "ping/"):
        answer = admin.get(f"/api/ami/{path}")
        assert answer.status_code == 404
        assert "flask pbx add" in answer.json["detail"]
    assert admin.post("/api/ami/originate/", ORIGINATE).status_code == 404
    assert admin.get("/console/").status_code == 200


def test_before_the_first_picture_it_says_where_the_link_stands(
    application: Application, admin: Browser
) -> None:
    picture = LivePicture("main")
    application.install(Pbx("main", RecordingManager(picture), picture))  # type: ignore[arg-type]
    Application(application.app, RecordingManager(picture)).set_link(
        LinkState.BAD_CREDENTIALS, detail="The AMI user or its secret is wrong."
    )
    answer = admin.get("/api/ami/channels/")
    assert (answer.status_code, answer.json["code"]) == (503, "link_down")
    assert "bad_credentials" in answer.json["detail"]
    assert "The AMI user or its secret is wrong." in answer.json["detail"]


@pytest.mark.parametrize(("path", "body"), [("hangup/", {"channel": "100.1"}), ("queue/pause/", PAUSE)])
def test_an_old_picture_is_not_acted_on(
    application: Application, admin: Browser, path: str, body: dict[str, object]
) -> None:
    application.set_link(LinkState.RECONNECTING, stale=True, detail="The PBX hung up.")
    answer = admin.post(f"/api/ami/{path}", body)
    assert (answer.status_code, answer.json["code"]) == (503, "link_down")
    assert application.manager.sent == []


@pytest.mark.parametrize(
    ("error", "status", "extra"),
    [
        (LinkDown("x"), 503, {}),
        (LoginRefused("x", ami="Authentication failed"), 502, {"ami": "Authentication failed"}),
        (ActionUnsupported("x"), 501, {}),
        (ActionRefused("x", ami="No such channel"), 502, {"ami": "No such channel"}),
        (ActionTimeout("x", changes_pbx=True), 504, {"outcome": "unknown"}),
        (ActionTimeout("x", changes_pbx=False), 504, {}),
        (OutcomeUnknown("x"), 504, {"outcome": "unknown"}),
        (Conflict("x"), 409, {}),
        (RateLimited("x", 3.0), 429, {}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_failure_has_its_status_and_says_what_is_known(
    application: Application, admin: Browser, error: AmictlError, status: int, extra: dict[str, str]
) -> None:
    application.manager.answer = raiser(error)
    answer = admin.post("/api/ami/hangup/", {"channel": "100.1"})
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json["type"] == f"urn:amictl:problem:{error.code}"
    assert (answer.json["status"], answer.json["code"], answer.json["detail"]) == (status, error.code, "x")
    assert answer.json["title"]
    assert {key: answer.json[key] for key in ("ami", "outcome") if key in answer.json} == extra


def test_a_defect_is_logged_with_a_number_and_shown_without_its_trace(
    application: Application, admin: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    application.manager.answer = raiser(ZeroDivisionError("secret detail"))
    answer = admin.post("/api/ami/hangup/", {"channel": "100.1"})
    assert answer.status_code == 500
    assert answer.json["code"] == "internal"
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]
    logged = capsys.readouterr().out
    assert answer.json["request_id"] in logged
    assert "ZeroDivisionError" in logged


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"x"', "application/json", 400),
        (b"null", "application/json", 400),
        (b'{"channel": NaN}', "application/json", 400),
        (b'{"channel": "\xff"}', "application/json", 400),
        (b'{"channel": "\\ud800"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"channel=x", "application/x-www-form-urlencoded", 415),
        (b"{}", "", 415),
        (b" " * (1024 * 1024 + 1), "application/json", 413),
    ],
)
def test_a_body_that_is_not_a_small_json_object_is_refused(
    application: Application, admin: Browser, body: bytes, content_type: str, status: int
) -> None:
    answer = admin.client.post(
        "/api/ami/hangup/", data=body, content_type=content_type, headers=admin.headers
    )
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == status
    assert application.manager.sent == []


@pytest.mark.parametrize("query", ["?pbx=main&pbx=main", "?unknown=1", "?channel=1"])
def test_query_arguments_are_as_strict_as_bodies(admin: Browser, query: str) -> None:
    assert admin.get(f"/api/ami/channels/{query}").status_code == 422


def test_unknown_paths_and_methods_are_problems_in_the_api_and_pages_elsewhere(admin: Browser) -> None:
    for path in ("/api/", "/api/ami/nothing/", "/api/v9/x"):
        answer = admin.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
        assert answer.json["code"] == "not_found"
    answer = admin.get("/api/ami/hangup/")
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]
    page = admin.get("/nothing")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "<html" in page.text


def test_alive_and_ready_are_told_apart(application: Application) -> None:
    anonymous = application.browse()
    assert anonymous.get("/healthz").status_code == 200
    assert anonymous.get("/readyz").status_code == 200
    application.set_link(stale=True)
    assert anonymous.get("/readyz").json["links"] == {"main": "stale"}
    application.set_link(LinkState.RECONNECTING)
    answer = anonymous.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["detail"] == "Not ready: PBX main."
    assert anonymous.get("/healthz").status_code == 200


def test_not_ready_without_the_database(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    with application.app.app_context():
        engine = application.services.store.writer._engine
        engine.dispose()
        monkeypatch.setattr(engine.pool, "_creator", fail_to_connect)
    answer = application.browse().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["detail"] == "Not ready: database. amictl's database cannot be opened."
    assert answer.json["problems"] == ["amictl's database cannot be opened."]


def fail_to_connect(*_arguments: object) -> None:
    sqlite3.connect("/nowhere/at/all")
