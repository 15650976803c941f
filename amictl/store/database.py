"""Opening the database and everything that stands on it, for one Flask application."""

from __future__ import annotations

import os
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError

from amictl.config import Settings
from amictl.errors import ConfigurationError
from amictl.store.accounts import Accounts
from amictl.store.allowed_commands import AllowedCommands
from amictl.store.ami_servers import Servers
from amictl.store.audit_log import AuditLog
from amictl.store.crypto import SecretBox
from amictl.store.extensions import db
from amictl.store.idempotency_keys import IdempotencyKeys
from amictl.store.keys import ChangedKeys, Keys, load_keys, make_instance_folder
from amictl.store.passwords import Passwords
from amictl.store.queue_days import QueueDayTable
from amictl.store.roles import Roles
from amictl.store.serial_writer import SerialWriter
from amictl.store.storage_faults import execute_patiently, explain_system_faults, watch_engine
from amictl.store.tokens import Tokens

DATABASE_FILE = "amictl.sqlite3"
_SQLITE_PRAGMAS = (
    "PRAGMA busy_timeout = 0",  # see `watch_engine`
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_mode = WAL",  # readers do not wait for the writer
    "PRAGMA synchronous = NORMAL",  # safe with WAL against a crash of the process
)


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that reads and writes the database; use it inside an application context.

    ``box`` encrypts the stored secrets; ``writer`` is the connection that the audit log, the idempotency
    keys and the queues' days share, to be closed at the end.
    """

    settings: Settings
    keys: Keys
    box: SecretBox
    writer: SerialWriter
    accounts: Accounts
    roles: Roles
    tokens: Tokens
    servers: Servers
    allowed_commands: AllowedCommands
    audit_log: AuditLog
    idempotency_keys: IdempotencyKeys
    queue_days: QueueDayTable


def open_store(app: Flask, settings: Settings, passwords: Passwords | None = None) -> Store:
    """Attach the database to the application and return its store.

    Makes the instance folder, the keys and an empty database file where they are missing; the tables
    are made by ``upgrade_database`` or ``flask db upgrade``. The store is also kept as
    ``app.extensions["amictl_store"]``.

    Args:
        app: The application, not yet serving.
        settings: The process's settings.
        passwords: Hashes passwords; by default on the caller's own thread.

    Raises:
        ConfigurationError: A key or the database's URL cannot be used.
        StorageUnavailable: The disk is full or read-only, or something on it may not be used.
    """
    with explain_system_faults(settings.instance):
        keys = load_keys(settings)
        url = _read_database_url(settings)
    box = SecretBox(keys.encryption_keys, ChangedKeys(settings).read)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    with app.app_context():
        _prepare_connections(db.engine)
    writer = SerialWriter(_prepare_connections(create_engine(url, pool_size=1, max_overflow=0)))
    store = Store(
        settings=settings,
        keys=keys,
        box=box,
        writer=writer,
        accounts=Accounts(db.session, passwords or Passwords()),
        roles=Roles(db.session),
        tokens=Tokens(db.session),
        servers=Servers(db.session, box),
        allowed_commands=AllowedCommands(db.session),
        audit_log=AuditLog(writer, db.session),
        idempotency_keys=IdempotencyKeys(writer),
        queue_days=QueueDayTable(writer),
    )
    app.extensions["amictl_store"] = store
    return store


def _read_database_url(settings: Settings) -> URL:
    """Return the URL of the database."""
    if settings.database_url is None:
        return _make_sqlite_url(settings)
    try:
        return make_url(settings.database_url)
    except ArgumentError:
        # Not chained: the cause quotes the URL, which may hold a password.
        raise ConfigurationError(
            "AMICTL_DATABASE_URL is not a database URL such as postgresql+psycopg://user:password@host/name."
        ) from None


def _make_sqlite_url(settings: Settings) -> URL:
    """Return the URL of the instance folder's SQLite file, made private before it has content."""
    make_instance_folder(settings.instance)
    path = settings.instance / DATABASE_FILE
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    return URL.create("sqlite", database=str(path))


def _prepare_connections(engine: Engine) -> Engine:
    """Return the engine, made to set SQLite's pragmas on each connection and to explain faults."""
    watch_engine(engine)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: DBAPIConnection, _record: object) -> None:
    """Set the pragmas that SQLite does not keep from one connection to the next."""
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        execute_patiently(cursor, pragma)
    cursor.close()
