"""CR, LF and NUL are refused in every field of every endpoint, and nothing is sent to the PBX."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from amictl.errors import AmictlError
from amictl.web.contract import Description, description_of
from amictl.web.errors import answer_amictl_error
from amictl.web.guards import refuse_forbidden_arguments
from tests.application import Application, Browser

pytestmark = pytest.mark.long

ORIGINATE = {
    "channel": "PJSIP/100",
    "exten": "200",
    "context": "default",
    "priority": 1,
    "variables": {"A": "b"},
}
WRITES_AND_READS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
TAKE_NOTHING = frozenset(
    {
        "/api/asyncapi.json",
        "/api/docs",
        "/api/openapi.json",
        "/api/tokens/",
        "/api/tokens/1/",
        "/api/tokens/1/revoke/",
    }
)
DIRTY = ("a\r\nAction: Command", "a\nb", "a\rb", "a\0b", "\r\n", "\n", "PJSIP/100\r\n\r\nAction: Originate")

dirty_text = st.tuples(st.text(max_size=20), st.sampled_from("\r\n\0"), st.text(max_size=20)).map("".join)


@pytest.fixture(scope="session")
def admin(shared_application: Application) -> Browser:
    return shared_application.log_in()


def fields_named(answer: Any) -> set[str]:  # noqa: ANN401 - werkzeug's test response
    assert answer.status_code == 422, answer.text
    assert answer.mimetype == "application/problem+json"
    return {each["field"] for each in answer.json["errors"]}


@dataclass(frozen=True)
class Route:
    """One route with one method, and what it says about itself."""

    method: str
    path: str
    description: Description

    def send(self, browser: Browser, query: str = "", body: object = None) -> Any:  # noqa: ANN401 - werkzeug's
        """Send a request to it."""
        return browser.client.open(
            f"{self.path}{query}", method=self.method, json=body, headers=browser.headers
        )


def list_routes(application: Application) -> list[Route]:
    """Return every route of the API; a name in a path is any name."""
    routes = []
    for rule in application.app.url_map.iter_rules():
        if not rule.rule.startswith("/api/"):
            continue
        description = description_of(application.app.view_functions[rule.endpoint])
        assert description is not None, f"{rule.rule} says nothing about itself"
        path = re.sub(r"<(\w+:)?\w+>", "1", rule.rule)
        routes += [Route(method, path, description) for method in rule.methods & WRITES_AND_READS]
    return routes


def test_every_route_says_what_it_takes(shared_application: Application) -> None:
    routes = list_routes(shared_application)
    assert len(routes) > 60
    takes_nothing = {
        route.path for route in routes if route.description.body is None and route.description.query is None
    }
    assert takes_nothing <= TAKE_NOTHING
    without_example = {
        route.path for route in routes if route.description.body is not None and not route.description.example
    }
    assert without_example == set()


def test_the_untouched_examples_are_accepted(application: Application) -> None:
    admin = application.log_in()
    for route in list_routes(application):
        if route.description.body is not None:
            answer = route.send(admin, body=dict(route.description.example or {}))
            assert answer.status_code not in {400, 415, 422}, f"{route.path}: {answer.text}"


@pytest.mark.parametrize("value", DIRTY, ids=repr)
def test_a_field_of_a_body_is_named_and_nothing_is_sent(
    admin: Browser, shared_application: Application, value: str
) -> None:
    for route in list_routes(shared_application):
        for field in route.description.body.model_fields if route.description.body else ():
            answer = route.send(admin, body={**(route.description.example or {}), field: value})
            assert field in fields_named(answer), route
            assert shared_application.manager.sent == []
            assert json.dumps(value)[1:-1] not in answer.text  # the value is not echoed


@pytest.mark.parametrize("value", DIRTY, ids=repr)
def test_a_query_argument_is_named_and_nothing_is_sent(
    admin: Browser, shared_application: Application, value: str
) -> None:
    for route in list_routes(shared_application):
        for field in route.description.query.model_fields if route.description.query else ():
            answer = route.send(admin, f"?{urlencode({field: value})}")
            assert field in fields_named(answer), route
            assert shared_application.manager.sent == []


def test_an_unknown_query_argument_is_refused_even_on_a_write(
    admin: Browser, shared_application: Application
) -> None:
    for route in list_routes(shared_application):
        assert "extra" in fields_named(route.send(admin, "?extra=a%0D%0Ab")), route
        assert shared_application.manager.sent == []


@settings(deadline=None)
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
    answer = admin.post("/api/ami/originate/", ORIGINATE | {"variables": variables})
    named = fields_named(answer)
    assert any(field.startswith("variables.") for field in named)
    if deep == "value":
        assert "variables.PIN" in named
    assert shared_application.manager.sent == []


@settings(deadline=None)
@given(key=dirty_text)
def test_a_dirty_name_of_a_field_is_refused(
    admin: Browser, shared_application: Application, key: str
) -> None:
    answer = admin.post("/api/ami/hangup/", {"channel": "PJSIP/100-1", key: "x"})
    assert fields_named(answer)
    assert shared_application.manager.sent == []


@settings(deadline=None)
@given(value=dirty_text, data=st.data())
def test_any_text_with_such_a_character_is_refused(
    admin: Browser, shared_application: Application, value: str, data: st.DataObject
) -> None:
    routes = [route for route in list_routes(shared_application) if route.description.body is not None]
    route = data.draw(st.sampled_from(sorted(routes, key=lambda each: each.path)))
    field = data.draw(st.sampled_from(sorted(route.description.body.model_fields)))
    assert field in fields_named(route.send(admin, body={**(route.description.example or {}), field: value}))
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
    anonymous = shared_application.browse()
    answer = anonymous.submit_form("/login", **{"username": "admin", "password": "x", field: "a\nb"})
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
