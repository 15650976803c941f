"""CR, LF and NUL are refused in every field of every endpoint, and nothing is sent to the PBX."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from amictl.errors import AmictlError
from amictl.web.errors import answer_amictl_error
from amictl.web.guards import refuse_forbidden_arguments
from amictl.web.schemas.calls import HangupBody, OriginateBody
from amictl.web.schemas.channels import StatusQuery
from amictl.web.schemas.common import PbxQuery
from amictl.web.schemas.queues import QueuePauseBody, QueueStatusQuery
from tests.application import Application, Browser

BODIES: dict[str, tuple[type[BaseModel], dict[str, Any]]] = {
    "/api/ami/originate/": (
        OriginateBody,
        {
            "channel": "PJSIP/100",
            "exten": "200",
            "context": "default",
            "priority": 1,
            "variables": {"A": "b"},
        },
    ),
    "/api/ami/hangup/": (HangupBody, {"channel": "PJSIP/100-1"}),
    "/api/ami/queue/pause/": (
        QueuePauseBody,
        {"queue": "support", "interface": "PJSIP/100", "paused": True},
    ),
}
QUERIES: dict[str, type[BaseModel]] = {
    "/api/ami/channels/": PbxQuery,
    "/api/ami/status/": StatusQuery,
    "/api/ami/queue/status/": QueueStatusQuery,
    "/api/ami/ping/": PbxQuery,
}
BODY_FIELDS = [(path, name) for path, (model, _) in BODIES.items() for name in model.model_fields]
QUERY_FIELDS = [(path, name) for path, model in QUERIES.items() for name in model.model_fields]
DIRTY = ("a\r\nAction: Command", "a\nb", "a\rb", "a\0b", "\r\n", "\n", "PJSIP/100\r\n\r\nAction: Originate")

dirty_text = st.tuples(st.text(max_size=20), st.sampled_from("\r\n\0"), st.text(max_size=20)).map("".join)


@pytest.fixture(scope="module")
def admin(shared_application: Application) -> Browser:
    return shared_application.log_in()


def fields_named(answer: Any) -> set[str]:  # noqa: ANN401 - werkzeug's test response
    assert answer.status_code == 422, answer.text
    assert answer.mimetype == "application/problem+json"
    return {each["field"] for each in answer.json["errors"]}


def test_every_route_of_the_api_is_in_these_tables(shared_application: Application) -> None:
    rules = shared_application.app.url_map.iter_rules()
    assert {rule.rule for rule in rules if rule.rule.startswith("/api/")} == BODIES.keys() | QUERIES.keys()


def test_the_untouched_bodies_are_accepted(application: Application) -> None:
    admin = application.log_in()
    for path, (_, body) in BODIES.items():
        assert admin.post(path, body).status_code in {200, 202}
    assert len(application.manager.sent) == len(BODIES)


@pytest.mark.parametrize(("path", "field"), BODY_FIELDS)
@pytest.mark.parametrize("value", DIRTY, ids=repr)
def test_a_field_of_a_body_is_named_and_nothing_is_sent(
    admin: Browser, shared_application: Application, path: str, field: str, value: str
) -> None:
    body = BODIES[path][1] | {field: value}
    answer = admin.post(path, body)
    assert field in fields_named(answer)
    assert shared_application.manager.sent == []
    assert json.dumps(value)[1:-1] not in answer.text  # the value is not echoed


@pytest.mark.parametrize(("path", "field"), QUERY_FIELDS)
@pytest.mark.parametrize("value", DIRTY, ids=repr)
def test_a_query_argument_is_named_and_nothing_is_sent(
    admin: Browser, shared_application: Application, path: str, field: str, value: str
) -> None:
    answer = admin.get(f"{path}?{urlencode({field: value})}")
    assert field in fields_named(answer)
    assert shared_application.manager.sent == []


@pytest.mark.parametrize("path", [*BODIES, *QUERIES])
def test_an_unknown_query_argument_is_refused_even_on_a_write(
    admin: Browser, shared_application: Application, path: str
) -> None:
    request = admin.post if path in BODIES else admin.get
    answer = request(f"{path}?extra=a%0D%0Ab")
    assert "extra" in fields_named(answer)
    assert shared_application.manager.sent == []


@given(value=dirty_text, deep=st.sampled_from(["value", "key", "list", "object"]))
def test_variables_are_named_however_deep_the_character_hides(
    admin: Browser, shared_application: Application, value: str, deep: str
) -> None:
    variables: Any = {
        "value": {"GOOD": "x", "PIN": value},
        "key": {"GOOD": "x", value: "y"},
        "list": {"PIN": ["x", [value]]},
        "object": {"PIN": {"x": value}},
    }[deep]
    answer = admin.post("/api/ami/originate/", BODIES["/api/ami/originate/"][1] | {"variables": variables})
    named = fields_named(answer)
    assert any(field.startswith("variables.") for field in named)
    if deep == "value":
        assert "variables.PIN" in named
    assert shared_application.manager.sent == []


@given(key=dirty_text)
def test_a_dirty_name_of_a_field_is_refused(
    admin: Browser, shared_application: Application, key: str
) -> None:
    answer = admin.post("/api/ami/hangup/", {"channel": "PJSIP/100-1", key: "x"})
    assert fields_named(answer)
    assert shared_application.manager.sent == []


@given(value=dirty_text, field=st.sampled_from(BODY_FIELDS))
def test_any_text_with_such_a_character_is_refused(
    admin: Browser, shared_application: Application, value: str, field: tuple[str, str]
) -> None:
    path, name = field
    answer = admin.post(path, BODIES[path][1] | {name: value})
    assert name in fields_named(answer)
    assert shared_application.manager.sent == []


def test_all_dirty_fields_are_named_at_once(admin: Browser) -> None:
    body = {
        "channel": "PJSIP/1\n",
        "exten": "2\r",
        "context": "d\0",
        "caller_id": "x\r\ny",
        "timeout": "soon",
    }
    answer = admin.post("/api/ami/originate/", body)
    assert fields_named(answer) == body.keys()


@pytest.mark.parametrize("field", ["username", "password", "next"])
def test_the_login_form_refuses_them_too(shared_application: Application, field: str) -> None:
    stranger = shared_application.browse()
    answer = stranger.submit_form("/login", **{"username": "admin", "password": "x", field: "a\nb"})
    assert answer.status_code == 422
    assert field in answer.text


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b"])
def test_a_path_argument_is_named(value: str) -> None:
    app = Flask("paths")
    app.register_error_handler(AmictlError, answer_amictl_error)
    app.before_request(refuse_forbidden_arguments)

    @app.get("/api/things/<name>/")
    def show_thing(name: str) -> str:
        raise AssertionError(name)

    answer = app.test_client().get(f"/api/things/{quote(value)}/")
    assert fields_named(answer) == {"name"}
