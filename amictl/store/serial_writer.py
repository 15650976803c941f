"""One connection for short writes that come one after the other, apart from the pool of the requests."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

from sqlalchemy import Connection, Engine, text

from amictl.store.storage_faults import PATIENCE, PATIENCE_OPTION, refuse_locked

_PROOF_PATIENCE = 1.0  # seconds


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
        self._proofs = 0

    @contextlib.contextmanager
    def begin(self, patience: float = PATIENCE) -> Iterator[Connection]:
        """Yield a connection inside a write transaction; it is committed at the end, or rolled back.

        On SQLite the transaction takes the write lock at once, so that what it reads cannot change before it
        writes, not even by another process. On other databases the caller locks the rows that it reads.

        Args:
            patience: Seconds to wait at most, for one's turn and for a lock of another process together.

        Raises:
            StorageUnavailable: The turn did not come, or the database cannot be written; nothing was.
        """
        deadline = time.monotonic() + patience
        if not self._lock.acquire(timeout=patience):
            refuse_locked()
        try:
            with self._engine.connect() as connection:
                if connection.dialect.name == "sqlite":
                    left = max(deadline - time.monotonic(), 0.0)
                    connection = connection.execution_options(**{PATIENCE_OPTION: left})  # noqa: PLW2901
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                connection.commit()
        finally:
            self._lock.release()

    def prove(self) -> None:
        """Prove that a write would be kept now, by writing: only a write shows that a disk is full.

        Raises:
            StorageUnavailable: It would not be.
        """
        with self.begin(_PROOF_PATIENCE) as connection:
            if connection.dialect.name == "sqlite":
                self._proofs += 1  # SQLite writes no page that stays as it is
                connection.exec_driver_sql(f"PRAGMA user_version = {self._proofs % 1000}")
            else:
                connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close the connection; the next write opens another."""
        self._engine.dispose()
