"""Runs the migrations on the application's database, within one transaction.

Start it through Flask (``flask db upgrade``): the engine and the models come from the application.
"""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from amictl.store import db


def migrate_online() -> None:
    """Migrate over a connection of the application's own engine."""
    with db.engine.connect() as connection:
        # A batch migration on SQLite copies a table and drops the old one; with foreign keys enforced,
        # the drop would delete the rows that point to it. The pragma has no effect inside a transaction.
        set_foreign_keys(connection, on=False)
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        set_foreign_keys(connection, on=True)


def migrate_offline() -> None:
    """Print the SQL instead of running it (``flask db upgrade --sql``)."""
    context.configure(
        url=db.engine.url,
        target_metadata=db.metadata,
        literal_binds=True,
        **current_app.extensions["migrate"].configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()


def set_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Switch SQLite's enforcement of foreign keys, outside of any transaction."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")
        connection.commit()


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
