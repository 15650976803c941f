"""Only one server runs on an instance folder: a start marks as lost what the server before left open."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from amictl.config import Settings
from amictl.errors import ConfigurationError
from amictl.store.keys import make_instance_folder
from amictl.store.storage_faults import explain_system_faults

LOCK_FILE = "amictl.lock"


@contextlib.contextmanager
def hold_instance(settings: Settings) -> Iterator[None]:
    """Keep other servers away from the instance folder, and from its SQLite file where that lies elsewhere.

    A start marks as lost what seems to be under way in the database, which would be what another server is
    doing. The kernel releases the locks when the process ends, however that happens ("flock(2)"); commands
    take no lock. Of a database on a server of its own nothing is known here.

    Args:
        settings: Where folder and database are.

    Raises:
        ConfigurationError: Another server runs there.
        StorageUnavailable: The lock cannot be written.
    """
    with contextlib.ExitStack() as locks:
        with explain_system_faults(settings.instance):
            make_instance_folder(settings.instance)
            locks.enter_context(_lock(settings.instance / LOCK_FILE, settings.instance))
        database = _find_database_file(settings)
        if database is not None:
            with explain_system_faults(database):
                locks.enter_context(_lock(Path(f"{database}.lock"), database))
        yield


def _find_database_file(settings: Settings) -> Path | None:
    """Return the SQLite file that ``AMICTL_DATABASE_URL`` names; None for the folder's own and for others."""
    if settings.database_url is None:
        return None
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database)).resolve()


@contextlib.contextmanager
def _lock(path: Path, what: Path) -> Iterator[None]:
    """Hold the lock of a file, which tells the process that has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            raise ConfigurationError(
                f"Another amictl{holder and f' (process {holder})'} runs on {what}. "
                "Stop it first, or give this one an AMICTL_INSTANCE, and a database, of its own."
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        yield
    finally:
        os.close(descriptor)
