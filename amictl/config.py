"""The settings of one amictl process, read once from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from amictl.errors import ConfigurationError

DEFAULT_AMI_PORT = 5038  # manager.conf's default
DEFAULT_AMI_TLS_PORT = 5039  # manager.conf's tlsbindaddr default; direct TLS, no STARTTLS


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """How to reach and log in to one Asterisk server over AMI.

    Args:
        name: The PBX's short name, used in keys, topics and routes; ``main`` is the first one.
        host: Host name or address of the AMI listener.
        port: TCP port of the AMI listener.
        username: The user's section name in ``manager.conf``.
        secret: That user's secret; kept out of ``repr``.
        tls: Whether to speak TLS from the first byte.
        tls_verify: Whether the server's certificate must verify; only off for a lab.
        tls_ca: PEM text of a private CA that signed the server's certificate.
        problem: Why nobody can log in with these settings: the stored secret, empty then, cannot be read.
    """

    name: str
    host: str
    port: int
    username: str
    secret: str = field(repr=False)
    tls: bool = False
    tls_verify: bool = True
    tls_ca: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the environment decides; see ``docs/configuration.md``.

    Args:
        instance: Folder of the database and the generated keys.
        host: Address that the HTTP server binds.
        port: TCP port that the HTTP server binds; 0 takes a free one.
        database_url: SQLAlchemy URL; None means SQLite inside ``instance``.
        secret_key: Flask's signing key; None means a generated one inside ``instance``.
        encryption_keys: Fernet keys, newest first; empty means a generated one inside ``instance``.
        admin_username: Name of the first administrator.
        admin_password: That administrator's password; None means a generated one, printed once.
        first_link: The PBX ``main`` of a first start, where the environment names one.
        secure_cookies: Whether cookies are sent over HTTPS only (set it behind a TLS proxy).
        time_zone: Where the day of the call centre begins at midnight; None for the system's time zone.
    """

    instance: Path
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    encryption_keys: tuple[str, ...] = field(default=(), repr=False)
    admin_username: str = "admin"
    admin_password: str | None = field(default=None, repr=False)
    first_link: LinkSettings | None = None
    secure_cookies: bool = False
    time_zone: ZoneInfo | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], root: Path) -> Settings:
        """Read the settings from environment variables.

        Args:
            environ: The environment, ``.env`` already merged in.
            root: Folder against which a relative ``AMICTL_INSTANCE`` is resolved.

        Raises:
            ConfigurationError: A variable has a value that cannot be used.
        """
        keys = environ.get("AMICTL_ENCRYPTION_KEYS", "")
        return cls(
            instance=(root / environ.get("AMICTL_INSTANCE", "instance")).resolve(),
            host=environ.get("AMICTL_HOST", "127.0.0.1"),
            port=_read_port(environ, "AMICTL_PORT", 8000, lowest=0),
            database_url=environ.get("AMICTL_DATABASE_URL") or None,
            secret_key=environ.get("AMICTL_SECRET_KEY") or None,
            encryption_keys=tuple(key.strip() for key in keys.split(",") if key.strip()),
            admin_username=environ.get("AMICTL_ADMIN_USERNAME") or "admin",
            admin_password=environ.get("AMICTL_ADMIN_PASSWORD") or None,
            first_link=_read_first_link(environ),
            secure_cookies=_read_flag(environ, "AMICTL_SECURE_COOKIES"),
            time_zone=_read_time_zone(environ),
        )


def _read_first_link(environ: Mapping[str, str]) -> LinkSettings | None:
    """Return the PBX that ``AMICTL_AMI_*`` describe, or None when no host is named."""
    host = environ.get("AMICTL_AMI_HOST")
    if not host:
        return None
    username = environ.get("AMICTL_AMI_USERNAME")
    secret = environ.get("AMICTL_AMI_SECRET")
    if not username or not secret:
        raise ConfigurationError(
            "AMICTL_AMI_HOST is set, so AMICTL_AMI_USERNAME and AMICTL_AMI_SECRET must be set too."
        )
    tls = _read_flag(environ, "AMICTL_AMI_TLS")
    default_port = DEFAULT_AMI_TLS_PORT if tls else DEFAULT_AMI_PORT
    return LinkSettings(
        name="main",
        host=host,
        port=_read_port(environ, "AMICTL_AMI_PORT", default_port, lowest=1),
        username=username,
        secret=secret,
        tls=tls,
    )


def _read_port(environ: Mapping[str, str], name: str, default: int, lowest: int) -> int:
    """Return the TCP port that a variable names."""
    text = environ.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= 65535:
        raise ConfigurationError(f"{name} must be a port from {lowest} to 65535, not {text!r}.")
    return int(text)


def _read_time_zone(environ: Mapping[str, str]) -> ZoneInfo | None:
    """Return the time zone that ``AMICTL_TIME_ZONE`` names; None when it names none."""
    name = environ.get("AMICTL_TIME_ZONE")
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigurationError(
            f"AMICTL_TIME_ZONE must be a time zone that this system knows, as Europe/Berlin, not {name!r}."
        ) from None


def _read_flag(environ: Mapping[str, str], name: str) -> bool:
    """Return the yes or no that a variable says; unset is no."""
    text = environ.get(name, "").strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"", "0", "false", "no", "off"}:
        return False
    raise ConfigurationError(f"{name} must be yes or no, not {text!r}.")
