"""The database handle and the declarative base, shared by one process."""

from __future__ import annotations

from pathlib import Path

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, scoped_session

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


DatabaseSession = scoped_session[Session]

db = SQLAlchemy(model_class=Base, disable_autonaming=True)
