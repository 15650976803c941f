"""The database handle, the base of all models, and column types that mean the same on every database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import JSON, DateTime, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, scoped_session
from sqlalchemy.types import TypeDecorator

MIGRATIONS_FOLDER = Path(__file__).resolve().parents[2] / "migrations"

# Every constraint has a name, so that a migration can drop it on any database.
_NAMING_CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of all stored models.

    An ID is never used again: an old session or socket that names a deleted row must not reach the next one.
    SQLite does that only with AUTOINCREMENT, so a batch migration must ask for it too
    (``table_kwargs={"sqlite_autoincrement": True}``).
    """

    metadata = MetaData(naming_convention=_NAMING_CONVENTION)
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it from the class


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware datetimes in and out, UTC without a zone in the table (SQLite keeps none)."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the value as naive UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """Return the stored value as aware UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class NameSet(TypeDecorator[frozenset[str]]):
    """A set of names, kept as a sorted JSON array; None stays SQL NULL."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> list[str] | None:  # noqa: ARG002
        """Return the names sorted, so that equal sets are stored alike."""
        return None if value is None else sorted(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> frozenset[str] | None:  # noqa: ANN401, ARG002
        """Return the stored array as a frozen set."""
        return None if value is None else frozenset(value)


DatabaseSession = scoped_session[Session]

db = SQLAlchemy(model_class=Base, disable_autonaming=True)
