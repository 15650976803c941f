"""A small application with nothing but the store, for the tests of what stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import argon2
import pytest
from flask import Flask

from amictl.config import Settings
from amictl.store import Passwords, Store, db, open_store, run_first_start

ADMIN_PASSWORD = "correct horse battery"
AMI_SECRET = "mysterious-ami-secret"
CHEAP_HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ROOT = Path(__file__).resolve().parents[2]


def make_app(settings: Settings) -> Flask:
    """Return an application with an opened store and no tables yet."""
    app = Flask("amictl", root_path=str(ROOT), template_folder="templates", static_folder="static")
    store = open_store(app, settings, Passwords(CHEAP_HASHER))
    app.secret_key = store.keys.secret_key
    return app


def close_app(app: Flask) -> None:
    """Close the application's database connections."""
    app.extensions["amictl_store"].writer.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(instance=tmp_path / "instance", admin_password=ADMIN_PASSWORD)


@pytest.fixture
def empty_app(settings: Settings) -> Iterator[Flask]:
    """An application whose database has no tables."""
    app = make_app(settings)
    yield app
    close_app(app)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """An application after its first start: three roles and the user ``admin``."""
    app = make_app(settings)
    with app.app_context():
        db.create_all()
        run_first_start(app.extensions["amictl_store"])
    yield app
    close_app(app)


@pytest.fixture
def store(app: Flask) -> Iterator[Store]:
    """That application's store, inside an application context."""
    with app.app_context():
        yield app.extensions["amictl_store"]


__all__ = ["app", "empty_app", "settings", "store"]
