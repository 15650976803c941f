"""The settings of one amictl process, read once from the environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from tzlocal import get_localzone_name

from amictl.errors import ConfigurationError

_PREFIX = "AMICTL_"

DEFAULT_AMI_PORT = 5038  # manager.conf's default
DEFAULT_AMI_TLS_PORT = 5039  # manager.conf's tlsbindaddr default; direct TLS, no STARTTLS


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """The settings of a link: how to reach one Asterisk server over AMI and log in to it.

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


def _require_digits(number: Any) -> Any:  # noqa: ANN401 - a validator takes what it is given
    """Refuse what pydantic reads as a number, too, such as ``8_0`` and ``80.0``."""
    if isinstance(number, str) and not (number.isascii() and number.isdigit()):
        raise ValueError(number)
    return number


def _split_keys(keys: Any) -> Any:  # noqa: ANN401 - a validator takes what it is given
    """Return the keys of a list with commas."""
    return tuple(filter(None, map(str.strip, keys.split(",")))) if isinstance(keys, str) else keys


def _find_zone(zone: Any) -> Any:  # noqa: ANN401 - a validator takes what it is given
    """Return the time zone of a name; pydantic's own search fails at the name of a folder."""
    try:
        return ZoneInfo(zone) if isinstance(zone, str) else zone
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(zone) from None


def _read_choice(choice: Any) -> Any:  # noqa: ANN401 - a validator takes what it is given
    """Return None for ``auto``, and else what is to be read as yes or no."""
    return None if isinstance(choice, str) and choice.lower() == "auto" else choice


_Flag = Annotated[bool, Field(description="yes or no")]
_Choice = Annotated[bool | None, BeforeValidator(_read_choice), Field(description="yes, no or auto")]
_Number = Annotated[int, BeforeValidator(_require_digits)]


class Settings(BaseModel):
    """Everything that the environment decides; see ``docs/configuration.md``.

    A field is the variable of its name behind ``AMICTL_``; its description says what the variable must be.

    Args:
        instance: Folder of the database and the generated keys.
        host: Address that the HTTP server binds.
        port: TCP port that the HTTP server binds; 0 takes a free one.
        database_url: SQLAlchemy URL; None means SQLite inside ``instance``.
        secret_key: Flask's signing key; None means a generated one inside ``instance``.
        encryption_keys: Fernet keys, newest first; empty means a generated one inside ``instance``.
        admin_username: Name of the first administrator.
        admin_password: That administrator's password; None means a generated one, printed once.
        secure_cookies: Whether cookies are sent over HTTPS only (set it behind a TLS proxy).
        time_zone: Where the day of the call centre begins at midnight; None for the system's time zone.
        translations: Folder of translations of the console beside amictl's own.
        ami_host: Host of the PBX ``main`` of a first start; None for no PBX.
        ami_port: Its AMI port; None for Asterisk's default.
        ami_username: The AMI user; needed with ``ami_host``.
        ami_secret: Its secret; needed with ``ami_host``.
        ami_tls: Whether to speak TLS, with verification of the certificate.
        demo: Whether to show the demo PBX; None shows it while no other PBX is configured.
        demo_queues: How many queues it has.
        demo_agents: How many agents it has.
        demo_channels: How many channels it has in its busiest hour.
        demo_rate: How many AMI events a second it sends then.
        demo_speed: How many times as fast as ours its day goes by; a call takes its time all the same.
        demo_seed: What its chance begins with: the same seed makes the same day.
        demo_hour: The hour of its day that it begins with; None for the present one.
    """

    model_config = ConfigDict(frozen=True)

    instance: Path = Path("instance")
    host: str = "127.0.0.1"
    port: Annotated[_Number, Field(ge=0, le=65535, description="a port from 0 to 65535")] = 8000
    database_url: Annotated[str | None, Field(repr=False)] = None
    secret_key: Annotated[str | None, Field(repr=False)] = None
    encryption_keys: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(_split_keys), Field(repr=False)
    ] = ()
    admin_username: str = "admin"
    admin_password: Annotated[str | None, Field(repr=False)] = None
    secure_cookies: _Flag = False
    time_zone: Annotated[
        ZoneInfo | None,
        BeforeValidator(_find_zone),
        Field(description="a time zone that this system knows, as Europe/Berlin"),
    ] = None
    translations: Path | None = None
    ami_host: str | None = None
    ami_port: Annotated[_Number | None, Field(ge=1, le=65535, description="a port from 1 to 65535")] = None
    ami_username: str | None = None
    ami_secret: Annotated[str | None, Field(repr=False)] = None
    ami_tls: _Flag = False
    demo: _Choice = None
    demo_queues: Annotated[_Number, Field(ge=1, le=50, description="a number from 1 to 50")] = 4
    demo_agents: Annotated[_Number, Field(ge=1, le=500, description="a number from 1 to 500")] = 20
    demo_channels: Annotated[_Number, Field(ge=10, le=1000, description="a number from 10 to 1000")] = 22
    demo_rate: Annotated[_Number, Field(ge=1, le=500, description="a number from 1 to 500")] = 10
    demo_speed: Annotated[_Number, Field(ge=1, le=100, description="a number from 1 to 100")] = 1
    demo_seed: Annotated[_Number, Field(ge=0, description="a number from 0 on")] = 1
    demo_hour: Annotated[_Number | None, Field(ge=0, le=23, description="an hour from 0 to 23")] = None

    @model_validator(mode="after")
    def _know_who_logs_in(self) -> Self:
        """Refuse a PBX without a user."""
        if self.ami_host and not (self.ami_username and self.ami_secret):
            raise ValueError(
                "AMICTL_AMI_HOST is set, so AMICTL_AMI_USERNAME and AMICTL_AMI_SECRET must be set too."
            )
        return self

    @property
    def zone_name(self) -> str:
        """The name of the time zone in which days begin, as browsers know it, such as Europe/Berlin."""
        return _name_system_zone() if self.time_zone is None else self.time_zone.key

    @property
    def first_link(self) -> LinkSettings | None:
        """The PBX ``main`` of a first start, where the environment names one."""
        if not (self.ami_host and self.ami_username and self.ami_secret):
            return None
        port = self.ami_port or (DEFAULT_AMI_TLS_PORT if self.ami_tls else DEFAULT_AMI_PORT)
        return LinkSettings("main", self.ami_host, port, self.ami_username, self.ami_secret, tls=self.ami_tls)


def _name_system_zone() -> str:
    """Return the name of the system's time zone; its present offset, such as +02:00, where it has none.

    tzlocal reads the name and libc the rules, from places that need not agree.
    """
    now = datetime.now(UTC).astimezone()
    try:
        name = get_localzone_name()
        if name and now.astimezone(ZoneInfo(name)).utcoffset() == now.utcoffset():
            return name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    return now.isoformat()[-len("+00:00") :]


def read_settings(root: Path) -> Settings:
    """Return the settings from the environment and a file ``.env``; the environment wins.

    Args:
        root: Folder of ``.env``, against which a relative ``AMICTL_INSTANCE`` is resolved.

    Raises:
        ConfigurationError: A variable has a value that cannot be used.
    """
    try:
        settings = _Environment(**_read_file(root / ".env"))
    except ValidationError as error:
        raise ConfigurationError(_explain(error)) from None
    return settings.model_copy(update={"instance": (root / settings.instance).resolve()})


class _Environment(BaseSettings, Settings):
    """Settings that read the environment when they are made; a variable without a value counts as unset."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_ignore_empty=True, extra="ignore")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, the first of which wins."""
        return env_settings, init_settings


def _read_file(path: Path) -> dict[str, Any]:
    """Return the fields that ``.env`` sets, as it is written: pydantic's own source expands ``$``."""
    return {
        name.removeprefix(_PREFIX).lower(): text
        for name, text in dotenv_values(path, interpolate=False).items()
        if name.startswith(_PREFIX) and text
    }


def _explain(error: ValidationError) -> str:
    """Return one line about the first value that cannot be used; no text of ours holds a secret."""
    first = error.errors()[0]
    if not first["loc"]:
        return str(first["ctx"]["error"])
    name = str(first["loc"][0])
    wanted = Settings.model_fields[name].description
    return f"{_PREFIX}{name.upper()} must be {wanted}, not {first['input']!r}."
