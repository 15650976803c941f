"""Encryption of the AMI secrets at rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from amictl.errors import ConfigurationError

_log = structlog.get_logger(__name__)


class SecretBox:
    """Encrypts with the newest key and decrypts with any of them.

    Args:
        keys: Fernet keys, newest first, at least one.
        read_changed: Returns the keys again when they have changed, else None; asked before each use, since
            a command may make new keys while a server runs. Keys that were known once stay good for
            decrypting: what a file has lost must not take a running link's secret with it.

    Raises:
        ConfigurationError: There is no key, or one is not a Fernet key.
    """

    def __init__(
        self, keys: Sequence[str], read_changed: Callable[[], Sequence[str] | None] = lambda: None
    ) -> None:
        self._read_changed = read_changed
        self._known: tuple[str, ...] = ()
        self._fernet = self._take(keys)

    def __repr__(self) -> str:
        return "<SecretBox>"

    def encrypt(self, secret: str) -> str:
        """Return the secret encrypted with the newest key."""
        return self._refresh().encrypt(secret.encode()).decode("ascii")

    def decrypt(self, encrypted: str) -> str:
        """Return the secret.

        Raises:
            ConfigurationError: None of the keys fits.
        """
        try:
            return self._refresh().decrypt(encrypted.encode()).decode()
        except InvalidToken as error:
            raise ConfigurationError(
                "The stored secret fits none of the encryption keys. "
                "Put the key it was made with at the end of AMICTL_ENCRYPTION_KEYS, "
                "or enter the secret again."
            ) from error

    def rotate(self, encrypted: str) -> str:
        """Return the same secret encrypted with the newest key.

        Raises:
            ConfigurationError: None of the keys fits.
        """
        return self.encrypt(self.decrypt(encrypted))

    def _refresh(self) -> MultiFernet:
        """Return the cipher of the present keys."""
        try:
            keys = self._read_changed()
            if keys is not None:
                self._fernet = self._take(keys)
        except (ConfigurationError, OSError) as error:
            _log.warning("encryption_keys_not_read", detail=str(error))
        return self._fernet

    def _take(self, keys: Sequence[str]) -> MultiFernet:
        """Return the cipher that encrypts with the first of these keys."""
        if not keys:
            raise ConfigurationError("No encryption key was given.")
        known = (*keys, *(key for key in self._known if key not in keys))
        cipher = MultiFernet([_read_key(key, place) for place, key in enumerate(known, start=1)])
        self._known = known
        return cipher


def _read_key(key: str, place: int) -> Fernet:
    """Return the cipher of one key; an error names its place, never its text."""
    try:
        return Fernet(key.encode("ascii"))
    except ValueError:
        # Not chained: the cause could quote the key.
        raise ConfigurationError(
            f"Encryption key {place} is not a Fernet key. Make one with: flask keys generate"
        ) from None
