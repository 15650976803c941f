"""What keeps the database from being used is told in one way, whoever met it."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from amictl.errors import StorageUnavailable
from amictl.store.serial_writer import SerialWriter
from amictl.store.storage_faults import PATIENCE_OPTION, explain_fault, watch_engine


def fill(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA max_page_count = 3")
        for number in range(100):
            connection.execute("CREATE TABLE t%d (content)" % number)  # noqa: UP031 - no value can be bound here


def write_read_only(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("CREATE TABLE t (content)")


def write_locked(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            connection.execute("CREATE TABLE t (content)")


def open_nowhere(path: Path) -> None:
    sqlite3.connect(path / "nowhere" / "at-all")


def read_rubbish(path: Path) -> None:
    path.write_bytes(b"rubbish" * 1000)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT * FROM t")


def fail_with(number: int) -> Callable[[Path], None]:
    def fail(path: Path) -> None:
        raise OSError(number, os.strerror(number), str(path))

    return fail


@pytest.mark.parametrize(
    ("fail", "words"),
    [
        (fill, "is full"),
        (write_read_only, "is read-only"),
        (write_locked, "is locked"),
        (open_nowhere, "cannot be opened"),
        (read_rubbish, "is damaged"),
        (fail_with(errno.ENOSPC), "is full"),
        (fail_with(errno.EDQUOT), "is full"),
        (fail_with(errno.EROFS), "is read-only"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_each_fault_is_told_in_words(tmp_path: Path, fail: Callable[[Path], None], words: str) -> None:
    with pytest.raises((sqlite3.Error, OSError)) as failed:
        fail(tmp_path / "database.sqlite3")
    fault = explain_fault(failed.value, "/srv/amictl")
    assert fault is not None
    assert words in fault.detail
    assert (fault.place, "/srv" in fault.detail) == ("/srv/amictl", False)


def test_a_defect_is_no_fault_of_the_storage(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "database.sqlite3")
    with closing(connection), pytest.raises(sqlite3.OperationalError) as failed:
        connection.execute("SELECT * FROM nothing")
    assert explain_fault(failed.value) is None
    assert explain_fault(ConnectionResetError(errno.ECONNRESET, "gone")) is None
    engine = create_engine("sqlite://")
    watch_engine(engine)
    with engine.connect() as opened, pytest.raises(OperationalError):
        opened.execute(text("SELECT * FROM nothing"))
    engine.dispose()


def test_a_writer_waits_for_another_process_and_then_writes(tmp_path: Path) -> None:
    path = tmp_path / "database.sqlite3"
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 0})
    watch_engine(engine)
    writer = SerialWriter(engine)
    with writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (content)")
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable, match="is locked"), writer.begin(0.0):
        pass
    release = threading.Timer(0.1, lambda: holder.execute("COMMIT"))
    release.start()
    with writer.begin(30.0) as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    release.join()
    holder.close()
    with engine.connect() as connection:
        quick = connection.execution_options(**{PATIENCE_OPTION: 0.0})
        assert quick.exec_driver_sql("SELECT content FROM t").scalars().all() == [1]
    writer.close()


def test_whoever_waits_for_a_turn_waits_no_longer_than_for_the_lock(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'database.sqlite3'}")
    watch_engine(engine)
    writer = SerialWriter(engine)
    with writer.begin(), pytest.raises(StorageUnavailable, match="too many writes"), writer.begin(0.01):
        pass
    writer.prove()
    writer.close()
