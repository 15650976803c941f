"""One connection for short writes that come one after the other, apart from the pool of the requests."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from sqlalchemy import Connection, Engine


class SerialWriter:
    """Lets one thread write at a time, over a connection that no waiting request can hold.

    A request keeps its pooled connection while it waits for a PBX: a write that had to come from the same
    pool could wait for a connection that only its own end sets free. Nothing may be logged, awaited or sent
    while the transaction is open: a green thread that lets others run there would hold up every writer.

    Args:
        engine: An engine of the writer's own.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def begin(self) -> Iterator[Connection]:
        """Yield a connection inside a write transaction; it is committed at the end, or rolled back.

        On SQLite the transaction takes the write lock at once, so that what it reads cannot change before it
        writes, not even by another process. On other databases the caller locks the rows that it reads.
        """
        with self._lock, self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    def close(self) -> None:
        """Close the connection; the next write opens another."""
        self._engine.dispose()
