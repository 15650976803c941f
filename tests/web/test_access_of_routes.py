"""Every route by every role: allowed exactly when the permission that the route declares is held."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from amictl.store import DEFAULT_ROLES, PERMISSIONS, Permission
from amictl.store.permissions import DefaultRole
from amictl.web.contract import Description, description_of
from tests.application import Application, Browser, start_application, stop_application

pytestmark = pytest.mark.long

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
IMPLIED_BY = {Permission.COMMAND_RUN: Permission.COMMAND_ANY}  # who may run any command may run the allowed
SAMPLES: dict[str, object] = {  # what a query must hold, where its model demands something
    "channel": "PJSIP/100-1",
    "context": "default",
    "exten": "200",
    "family": "shifts",
    "mailbox": "100@default",
    "name": "100",
    "presentity": "CustomPresence:100",
    "provider": "CustomPresence:100",
    "variable": "LANG",
}
FURTHER_ARGUMENTS = {
    "DELETE /api/ami/db/": {"key": "support"},
    "GET /api/ami/getvar/": {"channel": "PJSIP/100-1"},  # a global variable needs more: see below
}
OTHER_BODIES = {"POST /api/tokens/": {}}  # its example asks for a permission that not everybody has
NOT_JUDGED = frozenset({400, 401, 415, 422, 500})  # the request was wrong before anybody's rights were asked


@dataclass(frozen=True)
class Route:
    """One route with one method, and a request that its schema takes."""

    method: str
    path: str
    description: Description

    @property
    def name(self) -> str:
        """The route as a person writes it."""
        return f"{self.method} {self.path}"

    @property
    def permission(self) -> Permission | None:
        """What it says that it needs."""
        return self.description.permission

    def send(self, browser: Browser) -> Any:  # noqa: ANN401 - werkzeug's test response
        """Send a request that nothing but the missing permission speaks against."""
        query = self.description.query
        needed = () if query is None else [name for name, f in query.model_fields.items() if f.is_required()]
        body = None
        if self.description.body is not None:
            body = OTHER_BODIES.get(self.name, dict(self.description.example or {}))
        return browser.client.open(
            self.path,
            method=self.method,
            query_string={
                **{name: SAMPLES[name] for name in needed},
                **FURTHER_ARGUMENTS.get(self.name, {}),
            },
            json=body,
            headers=browser.headers,
        )


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder: Path = tmp_path_factory.mktemp("access")
    application = start_application(folder / "instance")
    with application.app.app_context():
        application.services.store.allowed_commands.create("core show uptime")
    yield application
    stop_application(application)


@pytest.fixture(scope="session")
def routes(application: Application) -> list[Route]:
    found = []
    for rule in application.app.url_map.iter_rules():
        if not rule.rule.startswith("/api/"):
            continue
        description = description_of(application.app.view_functions[rule.endpoint])
        assert description is not None, f"{rule.rule} declares no permission"
        path = re.sub(r"<int:\w+>", "999", rule.rule)
        path = re.sub(r"<(\w+:)?\w+>", "100", path)
        found += [Route(method, path, description) for method in sorted(rule.methods & METHODS)]
    assert len(found) > 60
    return [route for route in found if not route.description.public]


Enter = Callable[[frozenset[str]], Browser]


@pytest.fixture(scope="session")
def enter(application: Application) -> Enter:
    """Return the client of a program whose user has a role with these permissions and no others."""
    numbers = iter(range(10_000))

    @cache
    def make_client(permissions: frozenset[str]) -> Browser:
        name = f"role-{next(numbers)}"
        application.make_role(name, *permissions)
        application.make_user(name, name)
        return application.call_api(application.make_token(name))

    return make_client


def find_wrong(routes: list[Route], browser: Browser, held: frozenset[str]) -> list[str]:
    """Return the routes that were allowed or refused against what they declare."""
    wrong = []
    for route in routes:
        enough = {route.permission, IMPLIED_BY.get(route.permission)} - {None}
        expected = bool(enough) and held.isdisjoint(enough)
        answer = route.send(browser)
        if answer.status_code in NOT_JUDGED:
            wrong.append(f"{route.name}: {answer.text}")
        elif (answer.status_code == 403) != expected:
            wrong.append(f"{route.name} was {'allowed' if expected else 'refused'}: {answer.text}")
    return wrong


@pytest.mark.parametrize("role", DEFAULT_ROLES, ids=lambda role: role.name)
@pytest.mark.parametrize("by", ["session", "token"])
def test_each_default_role_may_do_exactly_what_its_permissions_say(
    application: Application, routes: list[Route], role: DefaultRole, by: str
) -> None:
    username = f"{role.name.lower()}-{by}"
    application.make_user(username, role.name)
    if by == "session":
        browser = application.log_in(username)
    else:
        browser = application.call_api(application.make_token(username))
    assert find_wrong(routes, browser, role.permissions) == []


def test_a_role_without_permissions_may_do_nothing_but_what_everybody_may(
    application: Application, routes: list[Route], enter: Enter
) -> None:
    before = len(application.manager.sent)
    assert find_wrong(routes, enter(frozenset()), frozenset()) == []
    assert application.manager.sent[before:] == []


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_a_single_permission_opens_exactly_the_routes_that_declare_it(
    routes: list[Route], enter: Enter, permission: str
) -> None:
    held = frozenset({permission})
    assert find_wrong(routes, enter(held), held) == []


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_all_permissions_but_one_open_all_routes_but_those_that_declare_it(
    application: Application, routes: list[Route], enter: Enter, permission: str
) -> None:
    held = frozenset(PERMISSIONS) - {permission}
    mine = [route for route in routes if route.permission == permission]
    before = len(application.manager.sent)
    assert find_wrong(mine, enter(held), held) == []
    assert all(permission in IMPLIED_BY for _ in application.manager.sent[before:])


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_a_token_with_one_permission_of_an_administrator_has_that_one_alone(
    application: Application, routes: list[Route], permission: str
) -> None:
    token = application.call_api(application.make_token("admin", permissions=[permission]))
    assert find_wrong(routes, token, frozenset({permission})) == []


@pytest.mark.parametrize(
    ("method", "path", "further"),
    [
        ("GET", "/api/ami/getvar/?variable=LANG", "utilities.read"),
        ("POST", "/api/ami/setvar/", "utilities.write"),
    ],
)
def test_a_global_variable_needs_a_second_permission(
    enter: Enter, method: str, path: str, further: str
) -> None:
    def send(*permissions: str) -> int:
        browser = enter(frozenset(permissions))
        body = None if method == "GET" else {"variable": "LANG", "value": "de"}
        return browser.client.open(path, method=method, json=body, headers=browser.headers).status_code

    assert send("channels.variables") == send(further) == 403
    assert send("channels.variables", further) == 200


def test_no_route_may_be_used_without_a_login(application: Application, routes: list[Route]) -> None:
    anonymous = application.browse()
    assert {route.send(anonymous).status_code for route in routes} == {401}


def test_every_write_declares_a_permission_except_for_ones_own_tokens(routes: list[Route]) -> None:
    writes = [route for route in routes if route.method != "GET"]
    assert all(route.description.write for route in writes)
    free = {route.path for route in writes if route.permission is None}
    assert free == {"/api/tokens/", "/api/tokens/999/", "/api/tokens/999/revoke/"}
    assert not any(route.description.write for route in routes if route.method == "GET")


def test_who_is_limited_to_another_pbx_may_use_no_route_of_this_one(
    application: Application, routes: list[Route]
) -> None:
    application.make_role("elsewhere", *PERMISSIONS, pbx_scope=frozenset({"branch"}))
    application.make_user("eve", "elsewhere")
    eve = application.call_api(application.make_token("eve"))
    before = len(application.manager.sent)
    for route in routes:
        if route.path.startswith("/api/ami/"):
            assert route.send(eve).status_code in {403, 404}, route.name
    assert application.manager.sent[before:] == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/ami/reload/", {"module": "app_queue"}),
        ("POST", "/api/ami/reload/", {}),
        ("POST", "/api/ami/db/", {"family": "Queue/PersistentMembers", "key": "sales", "value": "x"}),
        ("DELETE", "/api/ami/db/?family=Queue/PersistentMembers&key=sales", None),
        ("POST", "/api/ami/command/", {"command": "queue add member PJSIP/100 to sales"}),
        ("POST", "/api/ami/action/", {"action": "QueueReset", "parameters": {}}),
        ("POST", "/api/ami/queue/reload/", {}),
        ("POST", "/api/ami/queue/reset/", {}),
        ("POST", "/api/ami/queue/reset/", {"queue": "sales"}),
        ("POST", "/api/ami/queue/pause/", {"interface": "PJSIP/100", "paused": True}),
    ],
)
def test_who_is_limited_to_some_queues_reaches_no_other_by_a_detour(
    application: Application, method: str, path: str, body: object
) -> None:
    with application.app.app_context():
        known = {role.name for role in application.services.store.roles.all()}
    if "support only" not in known:
        application.make_role("support only", *PERMISSIONS, queue_scope=frozenset({"support"}))
        application.make_user("quentin", "support only")
    browser = application.call_api(application.make_token("quentin"))
    before = len(application.manager.sent)
    answer = browser.client.open(path, method=method, json=body, headers=browser.headers)
    assert answer.status_code == 403, answer.text
    assert application.manager.sent[before:] == []
