"""The settings page of the CLI commands that ``command.run`` may use, and what is recorded of changes."""

from __future__ import annotations

import pytest
from flask import Flask

from amictl.store import Permission, Store
from tests.admin.conftest import Pages, Visitor, make_actor


def test_a_command_can_be_allowed_changed_and_taken_back(app: Flask, pages: Pages, store: Store) -> None:
    assert pages.fill("/admin/commands/new/", prefix="  Core  SHOW channels ").status_code == 302
    with app.app_context():
        assert store.allowed_commands.prefixes() == ("core show channels",)
    assert pages.fill("/admin/commands/edit/?id=1", prefix="queue show").status_code == 302
    with app.app_context():
        assert store.allowed_commands.prefixes() == ("queue show",)
    assert pages.post("/admin/commands/delete/", {"id": "1"}).status_code == 302
    with app.app_context():
        assert store.allowed_commands.prefixes() == ()


@pytest.mark.parametrize(
    "prefix",
    ["", "core", "core show; core stop now", 'core "show"', "core sh*", "a " * 80, "core show !ls"],
)
def test_what_cannot_be_the_beginning_of_a_reading_command_is_refused(
    app: Flask, pages: Pages, store: Store, prefix: str
) -> None:
    page = pages.fill("/admin/commands/new/", prefix=prefix)
    assert 'id="prefix-error"' in page.get_data(as_text=True)
    with app.app_context():
        assert store.allowed_commands.prefixes() == ()


def test_a_command_is_on_the_list_once(app: Flask, pages: Pages, store: Store) -> None:
    pages.fill("/admin/commands/new/", prefix="core show")
    assert "on the list already" in pages.fill("/admin/commands/new/", prefix="CORE show").get_data(
        as_text=True
    )
    with app.app_context():
        assert store.allowed_commands.prefixes() == ("core show",)


def test_only_who_may_run_any_command_edits_the_list(pages: Pages, visitor: Visitor) -> None:
    visitor.actor = make_actor(Permission.PBX_ADMIN, Permission.USERS_ADMIN, Permission.COMMAND_RUN)
    assert pages.get("/admin/commands/").status_code == 403
    assert pages.get("/admin/servers/").status_code == 200


def test_each_change_and_each_refusal_is_recorded_with_who_and_what(
    app: Flask, pages: Pages, store: Store
) -> None:
    pages.fill("/admin/commands/new/", prefix="core show")
    pages.fill("/admin/commands/new/", prefix="core")
    pages.fill("/admin/users/new/", username="bob", password="short", role="Agent")
    with app.app_context():
        rows = [
            (row["kind"], row["outcome"], row["username"], row["message"]) for row in store.audit_log.walk()
        ]
    assert rows[0] == ("event", "done", "tester", "The command core show was created.")
    assert rows[1][:3] == ("refused", "invalid_input", "tester")
    assert "two words" in rows[1][3]
    assert rows[2][:3] == ("refused", "invalid_input", "tester")
