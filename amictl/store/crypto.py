"""Encryption of the AMI secrets at rest."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from amictl.errors import ConfigurationError


class SecretBox:
    """Encrypts with the newest key and decrypts with any of them.

    Args:
        keys: Fernet keys, newest first, at least one.

    Raises:
        ConfigurationError: There is no key, or one is not a Fernet key.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ConfigurationError("No encryption key was given.")
        self._fernet = MultiFernet([_read_key(key, place) for place, key in enumerate(keys, start=1)])

    def __repr__(self) -> str:
        return "<SecretBox>"

    def encrypt(self, secret: str) -> str:
        """Return the secret encrypted with the newest key."""
        return self._fernet.encrypt(secret.encode()).decode("ascii")

    def decrypt(self, encrypted: str) -> str:
        """Return the secret.

        Raises:
            ConfigurationError: None of the keys fits.
        """
        try:
            return self._fernet.decrypt(encrypted.encode()).decode()
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


def _read_key(key: str, place: int) -> Fernet:
    """Return the cipher of one key; an error names its place, never its text."""
    try:
        return Fernet(key.encode("ascii"))
    except ValueError:
        # Not chained: the cause could quote the key.
        raise ConfigurationError(
            f"Encryption key {place} is not a Fernet key. Make one with: flask keys generate"
        ) from None
