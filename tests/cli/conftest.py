"""The store's fixtures and a runner of ``flask`` commands, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from amictl.cli import register_commands
from amictl.store import Store
from tests.store.store_app import app, empty_app, settings, store

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, store: Store) -> Run:  # noqa: ARG001 - the context lets a test look at the store after
    """Run a command; ``run("user", "list")``."""
    register_commands(app)

    def invoke(*words: str, stdin: str | None = None) -> Result:
        return app.test_cli_runner().invoke(args=list(words), input=stdin)

    return invoke


__all__ = ["Run", "app", "empty_app", "run", "settings", "store"]
