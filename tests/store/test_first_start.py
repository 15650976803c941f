"""A first start: what it makes, and what later starts leave alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from amictl.config import LinkSettings, Settings
from amictl.errors import InvalidInput, NotFound
from amictl.store import FirstStart, ServerFields, Store, db, run_first_start, upgrade_database
from tests.store.store_app import ADMIN_PASSWORD, AMI_SECRET, close_app, make_app

LINK = LinkSettings("main", "127.0.0.1", 5038, "amictl", AMI_SECRET)
PBX = {"ami_host": LINK.host, "ami_username": LINK.username, "ami_secret": LINK.secret}


def start(settings: Settings) -> tuple[Flask, FirstStart]:
    """Start as a server does: open, migrate, make what is missing."""
    app = make_app(settings)
    with app.app_context():
        upgrade_database()
        report = run_first_start(app.extensions["amictl_store"])
    return app, report


def test_makes_roles_the_given_administrator_and_the_given_link(settings: Settings) -> None:
    app, report = start(settings.model_copy(update={"admin_username": "Chief", **PBX}))
    with app.app_context():
        store: Store = app.extensions["amictl_store"]
        assert report == FirstStart("chief", None, "main")
        user = store.accounts.verify_password("chief", ADMIN_PASSWORD)
        assert user is not None
        assert user.role.name == "Admin"
        assert not user.must_change_password
        assert store.servers.load_link_settings() == [LINK]
        assert len(store.roles.all()) == 3
    close_app(app)


def test_makes_a_password_to_print_once_when_none_is_given(settings: Settings) -> None:
    app, report = start(settings.model_copy(update={"admin_password": None}))
    assert report.generated_password is not None
    assert len(report.generated_password) >= 16
    assert report.generated_password not in repr(report)
    with app.app_context():
        accounts = app.extensions["amictl_store"].accounts
        assert accounts.verify_password("admin", report.generated_password)
        assert accounts.find("admin").must_change_password
        assert accounts.awaits_first_login()
        accounts.note_login(accounts.find("admin"))
        assert not accounts.awaits_first_login()
    close_app(app)


def test_later_starts_change_nothing(settings: Settings) -> None:
    first_app, _ = start(settings.model_copy(update=PBX))
    with first_app.app_context():
        store: Store = first_app.extensions["amictl_store"]
        store.roles.delete(store.roles.find("Agent"))
        store.servers.delete(store.servers.find("main"))
        store.servers.create(ServerFields.from_link(replace(LINK, name="other")))
    close_app(first_app)
    later_app, report = start(settings.model_copy(update={**PBX, "admin_password": "another password"}))
    assert report == FirstStart()
    with later_app.app_context():
        store = later_app.extensions["amictl_store"]
        assert store.accounts.verify_password("admin", ADMIN_PASSWORD) is not None
        assert [server.name for server in store.servers.all()] == ["other"]
        with pytest.raises(NotFound):
            store.roles.find("Agent")
    close_app(later_app)


def test_refuses_an_administrator_password_that_is_too_weak(settings: Settings) -> None:
    app = make_app(settings.model_copy(update={"admin_password": "short"}))
    with app.app_context():
        db.create_all()
        with pytest.raises(InvalidInput, match="10 characters"):
            run_first_start(app.extensions["amictl_store"])
    close_app(app)
