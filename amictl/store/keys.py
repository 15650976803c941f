"""The process's keys: from the environment, else from files that only the owner can read."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet

from amictl.config import Settings
from amictl.errors import ConfigurationError

_PRIVATE_FOLDER = 0o700
_SECRET_KEY_FILE = "secret_key"  # noqa: S105 - a file's name
_ENCRYPTION_KEYS_FILE = "encryption_keys"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that sign the sessions and encrypt the AMI secrets.

    Args:
        secret_key: Flask's signing key.
        encryption_keys: Fernet keys, newest first.
    """

    secret_key: str = field(repr=False)
    encryption_keys: tuple[str, ...] = field(repr=False)


def make_encryption_key() -> str:
    """Return a new Fernet key."""
    return Fernet.generate_key().decode("ascii")


def make_instance_folder(folder: Path) -> None:
    """Make the instance folder, closed to others; one that is there already keeps its mode."""
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)


def load_keys(settings: Settings) -> Keys:
    """Return the keys; what the environment does not give is read from the instance folder, or made there.

    Raises:
        ConfigurationError: A key file is readable by others, or empty.
    """
    secret_key = settings.secret_key or _load_or_make(
        settings.instance / _SECRET_KEY_FILE, lambda: secrets.token_urlsafe(48)
    )
    encryption_keys = settings.encryption_keys or tuple(
        _load_or_make(settings.instance / _ENCRYPTION_KEYS_FILE, make_encryption_key).split()
    )
    return Keys(secret_key, encryption_keys)


class ChangedKeys:
    """Tells when the file of encryption keys in the instance folder has changed.

    Args:
        settings: The process's settings; keys of the environment never change while it runs.
    """

    def __init__(self, settings: Settings) -> None:
        self._path = None if settings.encryption_keys else settings.instance / _ENCRYPTION_KEYS_FILE
        self._seen = self._look()

    def read(self) -> tuple[str, ...] | None:
        """Return the file's keys when it changed since the last time, else None.

        Raises:
            ConfigurationError: It can be read by others, or is empty.
            OSError: It cannot be read.
        """
        seen = self._look()
        if self._path is None or seen is None or seen == self._seen:
            return None
        self._seen = seen
        return tuple(_read_private(self._path).split())

    def _look(self) -> tuple[int, int, int] | None:
        """Return facts of the file that change with each replacement; None while there is no file."""
        if self._path is None or not self._path.exists():
            return None
        state = self._path.stat()
        return state.st_ino, state.st_mtime_ns, state.st_size


def add_encryption_key(settings: Settings) -> tuple[str, ...]:
    """Put a new key before the newest one in the instance folder's file.

    The previous newest key stays as the second, so that a server that still runs with it can be restarted
    at leisure; older ones go.

    Returns:
        The keys that must decrypt until everything was encrypted anew: the new one, then all that were there.
    """
    path = settings.instance / _ENCRYPTION_KEYS_FILE
    keys = (make_encryption_key(), *_read_private(path).split())
    _replace_private(path, "\n".join(keys))
    return keys


def drop_old_encryption_keys(settings: Settings) -> None:
    """Keep only the two newest keys in the instance folder's file."""
    path = settings.instance / _ENCRYPTION_KEYS_FILE
    _replace_private(path, "\n".join(_read_private(path).split()[:2]))


def _load_or_make(path: Path, make: Callable[[], str]) -> str:
    """Return the file's text, written first when it is not there; two processes that start at once agree."""
    if not path.exists():
        make_instance_folder(path.parent)
        draft = _write_private_draft(path, make())
        try:
            os.link(draft, path)  # unlike a rename, fails when another process was first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return _read_private(path)


def _read_private(path: Path) -> str:
    """Return the text of a file that nobody else may read."""
    if path.stat().st_mode & 0o077:
        raise ConfigurationError(f"{path} can be read by others. Run: chmod 600 {path}")
    text = path.read_text("ascii").strip()
    if not text:
        raise ConfigurationError(
            f"{path} is empty. Restore it from a backup, or remove it to have a new one made."
        )
    return text


def _replace_private(path: Path, text: str) -> None:
    """Replace the file at one stroke."""
    _write_private_draft(path, text).replace(path)


def _write_private_draft(path: Path, text: str) -> Path:
    """Write the text to a new private file beside the path, and return it."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # made with mode 0600
    with os.fdopen(descriptor, "w", encoding="ascii") as draft:
        draft.write(text + "\n")
        draft.flush()
        os.fsync(draft.fileno())
    return Path(name)
