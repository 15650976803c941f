"""Password hashing with Argon2id, off the caller's thread where the caller wants that."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from typing import Protocol, TypeVar

import argon2

from amictl.errors import InvalidInput

MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 256  # hashing cost must not grow with what anybody sends

T = TypeVar("T")


class Runner(Protocol):
    """Runs a function to its end and returns its result; a server may use a native thread for it.

    One hash takes about 100 ms of processor time, which would stall every green thread.
    """

    def __call__(self, work: Callable[[], T], /) -> T:
        """Return the result of ``work``."""


def run_here(work: Callable[[], T], /) -> T:
    """Run the function on the caller's own thread."""
    return work()


class Passwords:
    """Hashes and checks passwords.

    Args:
        hasher: The Argon2 parameters; the library's defaults follow RFC 9106.
        run: Where the hashing runs.
    """

    def __init__(self, hasher: argon2.PasswordHasher | None = None, run: Runner = run_here) -> None:
        self._hasher = hasher or argon2.PasswordHasher()
        self._run = run
        self._decoy = _make_decoy(self._hasher)

    def hash(self, password: str) -> str:
        """Return the encoded Argon2id hash of a password."""
        return self._run(lambda: self._hasher.hash(password))

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Return whether the password matches the hash.

        Args:
            password_hash: The stored hash; None (no such user) takes as long as a real check and fails.
            password: What was typed.
        """
        if len(password) > MAX_PASSWORD_LENGTH:
            return False
        return self._run(lambda: self._matches(password_hash or self._decoy, password))

    def needs_rehash(self, password_hash: str) -> bool:
        """Return whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _matches(self, password_hash: str, password: str) -> bool:
        """Return whether Argon2 accepts the password; a broken hash accepts none."""
        try:
            return self._hasher.verify(password_hash, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False


def check_password(password: str, username: str) -> None:
    """Check a new password against the policy.

    Raises:
        InvalidInput: The password is too short, too long or the username itself.
    """
    if len(password) < MIN_PASSWORD_LENGTH:
        detail = f"Use at least {MIN_PASSWORD_LENGTH} characters; a few unrelated words are easy to remember."
    elif len(password) > MAX_PASSWORD_LENGTH:
        detail = f"Use at most {MAX_PASSWORD_LENGTH} characters."
    elif password.casefold() == username.casefold():
        detail = "Choose something other than the username."
    elif not password.strip():
        detail = "Use more than spaces."
    else:
        return
    raise InvalidInput.of("password", detail)


def _make_decoy(hasher: argon2.PasswordHasher) -> str:
    """Return a well-formed hash that no password matches, as costly to check as a real one.

    Checking a password against it takes the time of a real check, so that the time does not tell
    which usernames exist. It is put together from random bytes: making it costs nothing.
    """
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode("ascii").rstrip("=")
        for size in (hasher.salt_len, hasher.hash_len)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2{hasher.type.name.lower()}$v={argon2.low_level.ARGON2_VERSION}${cost}${salt}${digest}"
