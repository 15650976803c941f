"""The database as it is opened."""

from __future__ import annotations

import stat

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from amictl.config import Settings
from amictl.store import Store, db


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("foreign_keys", 1), ("journal_mode", "wal"), ("busy_timeout", 5000), ("synchronous", 1)],
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
