"""No route answers a request without a login unless it is listed here."""

from __future__ import annotations

import pytest
from werkzeug.routing import Rule

from amictl.web.guards import PUBLIC_ENDPOINTS
from tests.application import Application

PUBLIC = {
    "static": "/static/<path:filename>",
    "auth.show_login": "/login",
    "auth.log_in": "/login",
    "health.show_health": "/healthz",
    "health.show_readiness": "/readyz",
}


def protected_requests(application: Application) -> list[tuple[str, str]]:
    return [
        (method, fill_path(rule))
        for rule in application.app.url_map.iter_rules()
        if rule.endpoint not in PUBLIC
        for method in sorted(rule.methods or ())
    ]


def fill_path(rule: Rule) -> str:
    return str(rule.build(dict.fromkeys(rule.arguments, "1"))[1])  # type: ignore[index]


def test_the_public_routes_are_the_listed_ones_and_no_others(shared_application: Application) -> None:
    rules = {rule.endpoint: rule.rule for rule in shared_application.app.url_map.iter_rules()}
    assert {endpoint: rules[endpoint] for endpoint in PUBLIC_ENDPOINTS} == PUBLIC


def test_every_other_route_refuses_a_request_without_a_login(shared_application: Application) -> None:
    requests = protected_requests(shared_application)
    assert len(requests) > 20
    for method, path in requests:
        answer = shared_application.app.test_client().open(path, method=method)
        if path.startswith("/api/") or path == "/metrics":
            assert answer.status_code == 401, (method, path)
            assert answer.mimetype == "application/problem+json"
        else:
            assert answer.status_code == 302, (method, path, answer.status_code)
            assert answer.location.startswith("/login"), (method, path)


@pytest.mark.parametrize(
    "authorization", ["Bearer nonsense", "Bearer", "Basic YWRtaW46YWRtaW4=", "", "Bearer a b"]
)
def test_every_other_route_refuses_a_wrong_authorization_header(
    shared_application: Application, authorization: str
) -> None:
    for method, path in protected_requests(shared_application):
        answer = shared_application.app.test_client().open(
            path, method=method, headers={"Authorization": authorization}
        )
        assert answer.status_code in {401, 302}, (method, path, answer.status_code)


def test_a_wrong_authorization_header_is_not_saved_by_a_good_cookie(shared_application: Application) -> None:
    browser = shared_application.log_in()
    assert browser.get("/api/ami/channels/").status_code == 200
    browser.headers["Authorization"] = "Bearer nonsense"
    assert browser.get("/api/ami/channels/").status_code == 401
