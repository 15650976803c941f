"""Migrations: one line of them, up and down, and no difference to the models."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, text

from amictl.store import attach_migrations, db, is_up_to_date, run_first_start, upgrade_database
from amictl.store.extensions import MIGRATIONS_FOLDER


def table_names() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def test_history_is_one_line_of_numbered_revisions() -> None:
    revisions = list(ScriptDirectory(str(MIGRATIONS_FOLDER)).walk_revisions())
    numbers = [revision.revision for revision in reversed(revisions)]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    assert [revision.down_revision for revision in reversed(revisions)] == [None, *numbers[:-1]]


def test_an_upgraded_empty_database_is_what_the_models_say(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade_database()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, db.metadata) == []
            assert (
                context.get_current_revision() == ScriptDirectory(str(MIGRATIONS_FOLDER)).get_current_head()
            )


def test_an_upgraded_database_never_uses_an_id_again(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade_database()
        rows = db.session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        made = {row.name: row.sql for row in rows}
        for table in db.metadata.tables:
            assert "AUTOINCREMENT" in made[table], table


def test_a_downgrade_to_base_leaves_nothing_and_can_be_undone(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade_database()
        run_first_start(empty_app.extensions["amictl_store"])
        db.session.remove()
        flask_migrate.downgrade(revision="base")
        assert table_names() == {"alembic_version"}
        upgrade_database()
        assert table_names() == {"alembic_version", *db.metadata.tables}


def test_the_command_line_upgrades_from_any_folder(
    empty_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach_migrations(empty_app)
    monkeypatch.chdir(tmp_path)
    result = empty_app.test_cli_runner().invoke(args=["db", "upgrade"])
    assert result.exit_code == 0, result.output
    with empty_app.app_context():
        assert "user" in table_names()


def test_foreign_keys_are_enforced_again_after_a_migration(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade_database()
        with db.engine.connect() as connection:
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_database_is_up_to_date_after_its_upgrade_and_not_before(empty_app: Flask) -> None:
    with empty_app.app_context():
        assert not is_up_to_date()
        upgrade_database()
        assert is_up_to_date()
        db.session.remove()
        flask_migrate.downgrade(revision="0001")
        assert not is_up_to_date()
