"""The one place that tells what keeps the database from being used, whichever library met it first."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NoReturn

from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from amictl.errors import StorageUnavailable

PATIENCE: Final = 5.0
"""Seconds to wait for a database that another process has locked."""
PATIENCE_OPTION: Final = "amictl_patience"
"""The execution option that gives a connection another patience."""
_LOOK_AGAIN: Final = 0.02  # seconds
_FULL: Final = "The disk with amictl's database is full."
_READ_ONLY: Final = "The disk with amictl's database is read-only, or its files may not be written."
_LOCKED: Final = "amictl's database is locked, by another program or by too many writes."

_OF_SQLITE: Final[Mapping[int, str]] = MappingProxyType(
    {
        sqlite3.SQLITE_FULL: _FULL,
        sqlite3.SQLITE_READONLY: _READ_ONLY,
        sqlite3.SQLITE_PERM: _READ_ONLY,
        sqlite3.SQLITE_BUSY: _LOCKED,
        sqlite3.SQLITE_LOCKED: _LOCKED,
        sqlite3.SQLITE_PROTOCOL: _LOCKED,
        sqlite3.SQLITE_IOERR: "The disk with amictl's database cannot be read or written.",
        sqlite3.SQLITE_CANTOPEN: "amictl's database cannot be opened.",
        sqlite3.SQLITE_CORRUPT: "The file of amictl's database is damaged: restore it from a backup.",
        sqlite3.SQLITE_NOTADB: "The file of amictl's database is damaged: restore it from a backup.",
    }
)
"""By primary result code ("SQLite Result and Error Codes"); any other is a defect."""

_OF_OTHERS: Final = (OperationalError, InterfaceError)
"""The errors of databases that run as servers: all are explained alike, as drivers share no codes."""

_OF_SYSTEM: Final[Mapping[int, str]] = MappingProxyType(
    {
        errno.ENOSPC: _FULL,
        errno.EDQUOT: _FULL,
        errno.EFBIG: _FULL,
        errno.EROFS: _READ_ONLY,
        errno.EACCES: _READ_ONLY,
        errno.EPERM: _READ_ONLY,
    }
)


def explain_fault(error: BaseException, place: str = "") -> StorageUnavailable | None:
    """Return what is wrong with the database or its disk, or None when the error is of another kind.

    Args:
        error: What SQLAlchemy, a database's driver or the system raised.
        place: The file or folder that it is about.
    """
    if isinstance(error, StorageUnavailable):
        return error
    if isinstance(error, DBAPIError) and error.orig is not None:
        return explain_fault(error.orig, place)
    if isinstance(error, sqlite3.Error):
        detail = _OF_SQLITE.get(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF)
    elif isinstance(error, PoolTimeoutError):
        detail = _LOCKED
    else:
        detail = _OF_SYSTEM.get(error.errno or 0) if isinstance(error, OSError) else None
    return None if detail is None else StorageUnavailable(detail, place)


@contextlib.contextmanager
def explain_system_faults(place: Path) -> Iterator[None]:
    """Raise ``StorageUnavailable`` with an explanation for the system's errors about a file or a folder.

    Args:
        place: The file or folder.

    Raises:
        StorageUnavailable: In place of an ``OSError``.
    """
    try:
        yield
    except OSError as error:
        other = StorageUnavailable(
            f"What amictl stores cannot be used: {error.strerror or error}.", str(place)
        )
        raise explain_fault(error, str(place)) or other from error


def watch_engine(engine: Engine) -> None:
    """Make an engine raise ``StorageUnavailable`` for faults, and wait for locks without holding up others.

    SQLite's own wait would hold up every green thread; here the statement is tried again, while others run.
    It has changed nothing yet, since it is the first of its transaction that wants the lock.
    """
    place = str(engine.url.database or "") if engine.dialect.name == "sqlite" else engine.url.host or ""

    def tell(context: ExceptionContext) -> None:
        fault = explain_fault(context.original_exception, place)
        if engine.dialect.name != "sqlite" and isinstance(context.sqlalchemy_exception, _OF_OTHERS):
            fault = StorageUnavailable("amictl's database does not answer, or cannot be written.", place)
        if fault is not None:
            raise fault from context.original_exception

    event.listen(engine, "handle_error", tell)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_execute", _execute_for_engine)


def execute_patiently(
    cursor: DBAPICursor,
    statement: str,
    parameters: Any = (),  # noqa: ANN401 - the driver's own
    patience: float = PATIENCE,
) -> None:
    """Execute a statement as SQLite's driver does, again and again while the database is locked.

    Args:
        cursor: The driver's cursor.
        statement: The statement; the first of its transaction that wants the lock.
        parameters: Its parameters.
        patience: Seconds to try.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            cursor.execute(statement, parameters)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
        else:
            return
        time.sleep(_LOOK_AGAIN)


def _execute_for_engine(
    cursor: DBAPICursor,
    statement: str,
    parameters: Any,  # noqa: ANN401 - the driver's own
    context: ExecutionContext | None,
) -> bool:
    """Execute a statement in place of SQLAlchemy; return True, which tells it not to."""
    patience = PATIENCE if context is None else context.execution_options.get(PATIENCE_OPTION, PATIENCE)
    execute_patiently(cursor, statement, parameters, patience)
    return True


def refuse_locked() -> NoReturn:
    """Raise the error for a turn to write that did not come in time.

    Raises:
        StorageUnavailable: Always.
    """
    raise StorageUnavailable(_LOCKED)
