"""A variable of the environment, or of ``.env``, is used or refused by its name."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tzlocal import unix

from amictl.config import Settings, read_settings
from amictl.errors import ConfigurationError

Read = Callable[..., Settings]
PBX = {"AMI_HOST": "pbx", "AMI_USERNAME": "amictl", "AMI_SECRET": "secret"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in os.environ:
        if name.startswith("AMICTL_"):
            monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    def read_from(**variables: str) -> Settings:
        for name, text in variables.items():
            monkeypatch.setenv(f"AMICTL_{name}", text)
        return read_settings(folder)

    return read_from


def test_what_is_unset_or_empty_has_its_default(read: Read, folder: Path) -> None:
    names = {name.upper(): "" for name in Settings.model_fields}
    wanted = Settings(instance=folder / "instance").model_dump()
    assert read().model_dump() == read(**names).model_dump() == wanted


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("PORT", "0", "port", 0),
        ("PORT", "65535", "port", 65535),
        ("AMI_PORT", "1", "ami_port", 1),
        ("SECURE_COOKIES", "Yes", "secure_cookies", True),
        ("SECURE_COOKIES", "off", "secure_cookies", False),
        ("ENCRYPTION_KEYS", "new, old,", "encryption_keys", ("new", "old")),
        ("TIME_ZONE", "Europe/Berlin", "time_zone", ZoneInfo("Europe/Berlin")),
        ("DEMO", "Auto", "demo", None),
        ("DEMO", "yes", "demo", True),
        ("DEMO", "no", "demo", False),
        ("DEMO_CHANNELS", "1000", "demo_channels", 1000),
        ("DEMO_HOUR", "0", "demo_hour", 0),
    ],
)
def test_a_value_is_read(read: Read, name: str, text: str, field: str, value: object) -> None:
    assert getattr(read(**{name: text}), field) == value


@pytest.mark.parametrize(
    ("name", "texts", "wanted"),
    [
        ("PORT", ("http", "65536", "-1", "8_0", "80.0", "\u0663"), "a port from 0 to 65535"),
        ("AMI_PORT", ("0", "65536"), "a port from 1 to 65535"),
        ("SECURE_COOKIES", ("maybe", "2"), "yes or no"),
        ("AMI_TLS", ("maybe",), "yes or no"),
        ("DEMO", ("maybe", "none"), "yes, no or auto"),
        ("DEMO_CHANNELS", ("9", "1001", "many"), "a number from 10 to 1000"),
        ("DEMO_SPEED", ("0", "101", "1.5"), "a number from 1 to 100"),
        ("DEMO_HOUR", ("24", "-1", "now"), "an hour from 0 to 23"),
        (
            "TIME_ZONE",
            ("Europe/Atlantis", "../etc/passwd", "/etc/localtime", "UTC+1", "Europe"),
            "a time zone that this system knows, as Europe/Berlin",
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_in_a_line(
    read: Read, name: str, texts: tuple[str, ...], wanted: str
) -> None:
    for text in texts:
        with pytest.raises(ConfigurationError) as refused:
            read(**{name: text})
        assert refused.value.detail == f"AMICTL_{name} must be {wanted}, not {text!r}."


def test_a_pbx_has_the_port_of_its_transport_unless_one_is_named(read: Read) -> None:
    assert read(AMI_USERNAME="amictl").first_link is None
    link = read(**PBX).first_link
    assert (link.name, link.host, link.port, link.username, link.secret) == (
        *("main", "pbx", 5038, "amictl", "secret"),
    )
    assert read(AMI_TLS="1").first_link.port == 5039
    assert read(AMI_PORT="5555").first_link.port == 5555


@pytest.mark.parametrize("missing", ["AMI_USERNAME", "AMI_SECRET"])
def test_a_pbx_needs_a_user_and_no_secret_is_told(read: Read, missing: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(**{**PBX, missing: ""})
    assert refused.value.detail == (
        "AMICTL_AMI_HOST is set, so AMICTL_AMI_USERNAME and AMICTL_AMI_SECRET must be set too."
    )


def test_secrets_are_not_in_the_repr(read: Read) -> None:
    secrets = ("DATABASE_URL", "SECRET_KEY", "ENCRYPTION_KEYS", "ADMIN_PASSWORD", "AMI_SECRET")
    assert "hunter2" not in repr(read(**dict.fromkeys(secrets, "hunter2")))


def test_a_file_is_read_as_it_is_written_and_the_environment_wins(read: Read, folder: Path) -> None:
    (folder / ".env").write_text(
        "AMICTL_PORT=1\nAMICTL_SECRET_KEY=a${HOME}b\nAMICTL_HOST=\nPORT=3\nAMICTL_NO\n"
    )
    settings = read()
    assert (settings.port, settings.secret_key, settings.host) == (1, "a${HOME}b", "127.0.0.1")
    assert read(PORT="2").port == 2


def test_the_time_zone_has_a_name_that_browsers_know(read: Read) -> None:
    assert read(TIME_ZONE="Europe/Berlin").zone_name == "Europe/Berlin"


@pytest.mark.parametrize(
    ("system", "name"),
    [("Asia/Kolkata", "Asia/Kolkata"), ("IST-5:30", "+05:30"), ("UTC", "UTC")],
    ids=["name", "rule without a name", "UTC"],
)
def test_the_systems_time_zone_has_its_name_or_else_its_offset(
    read: Read, monkeypatch: pytest.MonkeyPatch, system: str, name: str
) -> None:
    with monkeypatch.context() as surroundings:
        surroundings.setenv("TZ", system)
        surroundings.setattr(unix, "_cache_tz_name", None)
        time.tzset()
        told = read().zone_name
    time.tzset()
    assert told == name
