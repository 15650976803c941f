"""Who may open the settings pages, and what every write must carry."""

from __future__ import annotations

import pytest
from flask import Flask

from amictl.store import DEFAULT_ROLES, Permission, ServerFields, Store
from tests.admin.conftest import Links, Pages, Visitor, make_actor
from tests.store.store_app import AMI_SECRET

ADMIN, SUPERVISOR, AGENT = DEFAULT_ROLES


def admin_routes(app: Flask) -> list[tuple[str, str]]:
    """Return each method and path under /admin/, arguments filled in."""
    routes = [
        (method, str(rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/admin")
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
    ]
    assert all("<" not in path for _, path in routes)
    return routes


def test_the_routes_are_the_few_that_are_needed(app: Flask, pages: Pages) -> None:
    assert pages is not None
    paths = {path for _, path in admin_routes(app)}
    tables = ("servers", "commands", "users", "roles", "tokens")
    handlers = ("", "new/", "edit/", "delete/")
    assert paths == {
        "/admin/",
        "/admin/servers/test/",
        "/admin/connect/",
        "/admin/connect/stanza/",
        *(f"/admin/{table}/{handler}" for table in tables for handler in handlers),
    }


@pytest.mark.parametrize("role", [SUPERVISOR, AGENT], ids=lambda role: role.name)
def test_supervisors_and_agents_are_refused_everywhere(
    app: Flask, pages: Pages, visitor: Visitor, role: object
) -> None:
    visitor.actor = make_actor(*role.permissions)  # type: ignore[attr-defined]
    for method, path in admin_routes(app):
        response = app.test_client().open(f"{path}?id=1", method=method)
        assert response.status_code == 403, (method, path)
    assert pages.get("/admin/").status_code == 403


def test_without_a_login_every_page_tells_to_log_in(app: Flask, pages: Pages, visitor: Visitor) -> None:
    assert pages is not None
    visitor.actor = None
    for method, path in admin_routes(app):
        response = app.test_client().open(f"{path}?id=1", method=method)
        assert response.status_code == 401, (method, path)


def test_a_token_is_no_way_in_whatever_it_allows(app: Flask, pages: Pages, visitor: Visitor) -> None:
    assert pages is not None
    visitor.actor = make_actor(*ADMIN.permissions, via="token")
    for method, path in admin_routes(app):
        assert app.test_client().open(path, method=method).status_code == 403, (method, path)


def test_every_write_needs_a_csrf_token_and_does_nothing_without(
    app: Flask, pages: Pages, store: Store, links: Links
) -> None:
    with app.app_context():
        store.servers.create(ServerFields("main", "127.0.0.1", 5038, "amictl", AMI_SECRET))
    writes = [path for method, path in admin_routes(app) if method == "POST"]
    assert len(writes) == 18
    for path in writes:
        for token in (None, "made-up"):
            fields = {"id": "1"} if token is None else {"id": "1", "csrf_token": token}
            response = pages.post(f"{path}?id=1", fields, csrf=False)
            assert response.status_code == 400, path
    with app.app_context():
        assert len(store.servers.all()) == len(store.accounts.all()) == 1
        assert len(store.roles.all()) == 3
    assert links.reloads == links.tried == []


@pytest.mark.parametrize(
    ("permission", "open_tables", "closed_tables"),
    [
        (Permission.PBX_ADMIN, ["servers"], ["users", "roles", "tokens"]),
        (Permission.USERS_ADMIN, ["users", "roles", "tokens"], ["servers"]),
    ],
)
def test_each_permission_opens_its_own_tables_alone(
    pages: Pages,
    visitor: Visitor,
    permission: Permission,
    open_tables: list[str],
    closed_tables: list[str],
) -> None:
    visitor.actor = make_actor(permission)
    home = pages.get("/admin/").get_data(as_text=True)
    for table in open_tables:
        assert pages.get(f"/admin/{table}/").status_code == 200
        assert f'href="/admin/{table}/"' in home
    for table in closed_tables:
        assert pages.get(f"/admin/{table}/").status_code == 403
        assert f'href="/admin/{table}/"' not in home


def test_a_role_limited_to_some_pbxes_manages_only_those(
    app: Flask, pages: Pages, visitor: Visitor, store: Store
) -> None:
    fields = ServerFields("main", "127.0.0.1", 5038, "amictl", AMI_SECRET)
    with app.app_context():
        store.servers.create(fields)
    visitor.actor = make_actor(Permission.PBX_ADMIN, pbx_scope=frozenset({"lab"}))
    assert "127.0.0.1" not in pages.get("/admin/servers/").get_data(as_text=True)
    assert pages.get("/admin/servers/edit/?id=1").status_code == 302
    assert pages.post("/admin/servers/delete/", {"id": "1"}).status_code == 302
    new = {"host": "127.0.0.1", "username": "u", "secret": AMI_SECRET}
    refused = pages.fill("/admin/servers/new/", name="other", **new)
    assert "limited to: lab" in refused.get_data(as_text=True)
    assert pages.fill("/admin/servers/new/", name="lab", **new).status_code == 302
    with app.app_context():
        assert [server.name for server in store.servers.all()] == ["lab", "main"]


def test_pages_have_no_inline_code_a_language_and_a_way_back(app: Flask, pages: Pages, store: Store) -> None:
    with app.app_context():
        store.servers.create(ServerFields("main", "127.0.0.1", 5038, "amictl", AMI_SECRET))
        store.tokens.create(store.accounts.find("admin"))
    tables = ("servers", "users", "roles", "tokens")
    paths = ["/admin/", *(f"/admin/{table}/" for table in tables)]
    paths += [f"/admin/{table}/{page}" for table in tables[:3] for page in ("new/", "edit/?id=1")]
    paths += [f"/admin/{table}/delete/?id=1" for table in tables]
    for path in paths:
        response = pages.get(path)
        page = response.get_data(as_text=True)
        assert response.status_code == 200, path
        assert '<html lang="en"' in page, path
        assert 'href="/"' in page, path
        for trap in (" onclick=", " onchange=", " style=", "javascript:", "<style", "bootstrap4"):
            assert trap not in page, (path, trap)
