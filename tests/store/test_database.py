"""The database as it is opened."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from amictl.config import Settings
from amictl.errors import ConfigurationError
from amictl.store import Store, db
from tests.store.store_app import close_app, make_app


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("foreign_keys", 1), ("journal_mode", "wal"), ("busy_timeout", 0), ("synchronous", 1)],
)
def test_each_connection_to_sqlite_is_set_up(pragma: str, value: object) -> None:
    db.engine.dispose()
    assert db.session.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_the_file_is_private_to_its_owner(settings: Settings, app: Flask) -> None:
    assert app is not None
    for path in settings.instance.glob("amictl.sqlite3*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


@pytest.mark.usefixtures("store")
def test_a_row_that_others_point_to_cannot_be_deleted_behind_the_store() -> None:
    with pytest.raises(IntegrityError):
        db.session.execute(text("DELETE FROM role WHERE name = 'Admin'"))


def test_instants_come_back_aware_in_utc(store: Store) -> None:
    admin = store.accounts.find("admin")
    db.session.expire_all()
    assert admin.created_at.utcoffset() is not None
    assert admin.created_at.utcoffset().total_seconds() == 0


def test_the_store_is_found_through_the_application(app: Flask, store: Store) -> None:
    assert app.extensions["amictl_store"] is store


@pytest.mark.parametrize("name", ["with space", "50%", "what?", "a#b", "ü"])
def test_the_instance_folder_may_have_any_name(settings: Settings, tmp_path: Path, name: str) -> None:
    app = make_app(settings.model_copy(update={"instance": tmp_path / name}))
    with app.app_context():
        db.create_all()
    assert (tmp_path / name / "amictl.sqlite3").stat().st_size > 0
    close_app(app)


def test_another_database_may_be_named_by_url(settings: Settings, tmp_path: Path) -> None:
    app = make_app(settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/elsewhere.sqlite3"}))
    with app.app_context():
        db.create_all()
    assert (tmp_path / "elsewhere.sqlite3").exists()
    assert not (settings.instance / "amictl.sqlite3").exists()
    close_app(app)


def test_a_bad_database_url_is_refused_without_being_quoted(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match="AMICTL_DATABASE_URL") as refused:
        make_app(settings.model_copy(update={"database_url": "not a URL with password hunter2"}))
    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is None
