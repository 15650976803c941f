"""Which schema the database has, and how it is brought up to date.

Alembic is loaded only by what changes the schema: it takes 10 MB, of which serving needs nothing.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from flask import Flask, current_app
from sqlalchemy import Connection, inspect, text

from amictl.store.extensions import MIGRATIONS_FOLDER, db


def find_newest_revision() -> str:
    """Return the revision that the models belong to; the names of the migrations begin with theirs."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS_FOLDER / "versions").glob("[0-9]*.py"))


def read_present_revision(connection: Connection) -> str | None:
    """Return the database's revision, or None for an empty database.

    Raises:
        SQLAlchemyError: The database cannot be read.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def is_up_to_date() -> bool:
    """Return whether the database has the newest revision; needs an application context."""
    with db.engine.connect() as connection:
        present = read_present_revision(connection)
    db.engine.dispose()  # a child process must not share the connection
    return present == find_newest_revision()


def upgrade_database() -> None:
    """Bring the database's tables up to date; needs an application context."""
    import flask_migrate

    if "migrate" not in current_app.extensions:
        attach_migrations(current_app)
    flask_migrate.upgrade(directory=str(MIGRATIONS_FOLDER))


def attach_migrations(app: Flask) -> None:
    """Let ``flask db`` work on the application's database."""
    import flask_migrate

    migrations = flask_migrate.Migrate(
        directory=str(MIGRATIONS_FOLDER), render_as_batch=True, compare_type=True
    )
    migrations.init_app(app, db)
