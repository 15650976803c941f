"""The settings pages of users, roles and API tokens."""

from __future__ import annotations

from html import unescape

import pytest
from flask import Flask

from amictl.errors import NotAuthenticated
from amictl.store import PERMISSIONS, RoleFields, Store
from tests.admin.conftest import Pages
from tests.store.store_app import ADMIN_PASSWORD

PASSWORD = "a good long password"
NEW_USER = {"username": "bob", "password": PASSWORD, "role": "Agent"}


def test_a_new_user_can_log_in_with_the_chosen_role(app: Flask, pages: Pages, store: Store) -> None:
    assert pages.fill("/admin/users/new/", **{**NEW_USER, "role": "Supervisor"}).status_code == 302
    with app.app_context():
        user = store.accounts.verify_password("bob", PASSWORD)
        assert user is not None
        assert user.role.name == "Supervisor"


def test_a_password_that_somebody_else_set_must_be_changed_unless_that_is_switched_off(
    app: Flask, pages: Pages, store: Store
) -> None:
    pages.fill("/admin/users/new/", **NEW_USER)
    pages.fill("/admin/users/new/", **{**NEW_USER, "username": "robot", "must_change_password": None})
    with app.app_context():
        told = {user.username: user.must_change_password for user in store.accounts.all()}
        number = store.accounts.find("robot").id
    assert told == {"admin": False, "bob": True, "robot": False}
    pages.fill(f"/admin/users/edit/?id={number}", password="another long one", must_change_password="y")
    with app.app_context():
        assert store.accounts.find("robot").must_change_password
    pages.fill(f"/admin/users/edit/?id={number}", role="Supervisor")
    with app.app_context():
        assert store.accounts.find("robot").must_change_password


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "b b"}, "username"),
        ({"username": ""}, "username"),
        ({"password": "short"}, "password"),
        ({"password": ""}, "password"),
        ({"password": "longusername", "username": "longusername"}, "password"),
        ({"role": "Boss"}, "role"),
    ],
)
def test_a_refused_user_field_is_marked_and_nothing_is_stored(
    app: Flask, pages: Pages, store: Store, change: dict[str, str], field: str
) -> None:
    page = pages.fill("/admin/users/new/", **{**NEW_USER, **change}).get_data(as_text=True)
    assert f'id="{field}-error"' in page
    with app.app_context():
        assert [user.username for user in store.accounts.all()] == ["admin"]


def test_a_blank_password_keeps_the_present_one(app: Flask, pages: Pages, store: Store) -> None:
    assert pages.fill("/admin/users/edit/?id=1").status_code == 302
    with app.app_context():
        user = store.accounts.verify_password("admin", ADMIN_PASSWORD)
        assert user is not None
        assert user.session_version == 1  # nothing changed, so nobody is logged out


def test_a_new_password_counts_and_ends_the_sessions(app: Flask, pages: Pages, store: Store) -> None:
    assert pages.fill("/admin/users/edit/?id=1", password=PASSWORD).status_code == 302
    with app.app_context():
        user = store.accounts.verify_password("admin", PASSWORD)
        assert user is not None
        assert user.session_version == 2


def test_a_stored_user_keeps_the_name(app: Flask, pages: Pages, store: Store) -> None:
    assert "username" not in pages.read_form("/admin/users/edit/?id=1")
    assert pages.fill("/admin/users/edit/?id=1", username="chief").status_code == 302
    with app.app_context():
        assert store.accounts.find("admin").id == 1


@pytest.mark.parametrize("change", [{"role": "Agent"}, {"active": None}])
def test_the_last_administrator_can_be_neither_demoted_nor_shut_out(
    app: Flask, pages: Pages, store: Store, change: dict[str, str | None]
) -> None:
    response = pages.fill("/admin/users/edit/?id=1", **change)
    assert response.status_code == 200
    assert "nobody who can manage users" in response.get_data(as_text=True)
    with app.app_context():
        assert store.accounts.verify_password("admin", ADMIN_PASSWORD) is not None
        assert store.accounts.find("admin").role.name == "Admin"


def test_the_last_administrator_can_not_be_removed(app: Flask, pages: Pages, store: Store) -> None:
    pages.fill("/admin/users/delete/?id=1")
    assert "nobody who can manage users" in pages.get("/admin/users/").get_data(as_text=True)
    with app.app_context():
        assert store.accounts.find("admin").active


def test_the_last_administrators_role_keeps_the_permission(app: Flask, pages: Pages, store: Store) -> None:
    fields = pages.read_form("/admin/roles/edit/?id=1")
    kept = [name for name in fields["permissions"] if name != "users.admin"]  # type: ignore[attr-defined]
    response = pages.fill("/admin/roles/edit/?id=1", permissions=kept)
    assert "nobody who can manage users" in response.get_data(as_text=True)
    with app.app_context():
        assert "users.admin" in store.roles.find("Admin").permissions


def test_a_removed_user_is_gone_after_the_confirmation(app: Flask, pages: Pages, store: Store) -> None:
    with app.app_context():
        user_id = store.accounts.create("bob", PASSWORD, "Agent").id
    assert "Remove the user bob?" in pages.get(f"/admin/users/delete/?id={user_id}").get_data(as_text=True)
    assert pages.fill(f"/admin/users/delete/?id={user_id}").status_code == 302
    assert "The user bob is gone." in pages.get("/admin/users/").get_data(as_text=True)
    with app.app_context():
        assert [user.username for user in store.accounts.all()] == ["admin"]


def test_no_password_and_no_hash_is_in_any_response(app: Flask, pages: Pages, store: Store) -> None:
    with app.app_context():
        password_hash = store.accounts.find("admin").password_hash
    pages.fill("/admin/users/new/", **{**NEW_USER, "username": "b b"})
    pages.fill("/admin/users/new/", **NEW_USER)
    pages.fill("/admin/users/new/", **NEW_USER)
    for path in ("/admin/users/", "/admin/users/edit/?id=1", "/admin/users/delete/?id=1", "/admin/tokens/"):
        pages.get(path)
    for body in pages.bodies:
        assert PASSWORD not in body
        assert password_hash not in body
        assert "$argon2" not in body


def test_each_permission_is_a_described_checkbox(pages: Pages) -> None:
    page = pages.get("/admin/roles/new/").get_data(as_text=True)
    for name, text in PERMISSIONS.items():
        assert f'type="checkbox" name="permissions" value="{name}"' in page
        assert text in unescape(page)


def test_a_role_is_made_from_permissions_and_scopes(app: Flask, pages: Pages, store: Store) -> None:
    sent = {
        "name": "Sales desk",
        "permissions": ["live.read", "queues.manage"],
        "queue_scope": "sales\r\n  support desk \r\n\r\n",
    }
    assert pages.fill("/admin/roles/new/", **sent).status_code == 302
    with app.app_context():
        role = store.roles.find("Sales desk")
        assert role.permissions == {"live.read", "queues.manage"}
        assert (role.pbx_scope, role.queue_scope) == (None, {"sales", "support desk"})


def test_a_role_saved_unchanged_stays_as_it_was(app: Flask, pages: Pages, store: Store) -> None:
    fields = RoleFields(
        "Desk",
        "The <b>desk</b>",
        frozenset({"live.read"}),
        frozenset({"main"}),
        frozenset({"sales", "support"}),
    )
    with app.app_context():
        role_id = store.roles.create(fields).id
    assert pages.fill(f"/admin/roles/edit/?id={role_id}").status_code == 302
    with app.app_context():
        role = store.roles.find("Desk")
        stored = RoleFields(role.name, role.description, role.permissions, role.pbx_scope, role.queue_scope)
        assert stored == fields
    assert "<b>desk" not in pages.get("/admin/roles/").get_data(as_text=True)


def test_an_unknown_permission_is_refused(app: Flask, pages: Pages, store: Store) -> None:
    page = pages.fill("/admin/roles/new/", name="Pilot", permissions=["fly"]).get_data(as_text=True)
    assert 'id="permissions-error"' in page
    with app.app_context():
        assert len(store.roles.all()) == 3


def test_a_role_that_somebody_has_stays(app: Flask, pages: Pages, store: Store) -> None:
    pages.fill("/admin/roles/delete/?id=1")
    assert "have the role" in pages.get("/admin/roles/").get_data(as_text=True)
    with app.app_context():
        assert len(store.roles.all()) == 3


def test_tokens_are_listed_without_their_text_and_revoked_after_the_confirmation(
    app: Flask, pages: Pages, store: Store
) -> None:
    with app.app_context():
        made = store.tokens.create(store.accounts.find("admin"), name="dialler")
        text, token_hash = made.text, made.record.token_hash
    page = pages.get("/admin/tokens/").get_data(as_text=True)
    assert "dialler" in page
    assert "Revoke the token 1 (dialler)?" in pages.get("/admin/tokens/delete/?id=1").get_data(as_text=True)
    assert pages.fill("/admin/tokens/delete/?id=1").status_code == 302
    assert "The token 1 (dialler) is revoked." in pages.get("/admin/tokens/").get_data(as_text=True)
    assert not any(text in body or token_hash in body for body in pages.bodies)
    with app.app_context(), pytest.raises(NotAuthenticated, match="revoked"):
        store.tokens.authenticate(text)


@pytest.mark.parametrize("path", ["/admin/tokens/new/", "/admin/tokens/edit/?id=1"])
def test_tokens_are_neither_made_nor_changed_here(app: Flask, pages: Pages, store: Store, path: str) -> None:
    with app.app_context():
        store.tokens.create(store.accounts.find("admin"))
    assert pages.get(path).status_code == 302
    assert pages.post(path, {"name": "x"}).status_code == 302
    with app.app_context():
        assert [(token.id, token.name) for token in store.tokens.all()] == [(1, "")]
