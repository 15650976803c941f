"""``docs/configuration.md`` says what the code reads, offers and recommends."""

from __future__ import annotations

import re

import click
from flask import Flask

from amictl.cli import register_commands
from amictl.cli.doctor import MANAGER_STANZA
from amictl.config import Settings
from amictl.store import PERMISSIONS
from tests.store.store_app import ROOT

DOCUMENT = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")


def test_names_each_environment_variable_and_no_other() -> None:
    documented = re.findall(r"^\| `(AMICTL_\w+)`", DOCUMENT, re.MULTILINE)
    assert set(documented) == {f"AMICTL_{name.upper()}" for name in Settings.model_fields}


def test_names_each_command(app: Flask) -> None:
    register_commands(app)
    for name in ("ami", "user", "token", "pbx", "keys", "audit", "doctor"):
        command = app.cli.commands[name]
        if not isinstance(command, click.Group):
            assert f"`flask {name}`" in DOCUMENT
            continue
        for subcommand, made in command.commands.items():
            (line,) = re.findall(rf"^\| `(flask {name} {subcommand}.*?)` \|", DOCUMENT, re.MULTILINE)
            for parameter in made.params:
                shown = (
                    parameter.opts[0] if isinstance(parameter, click.Option) else parameter.make_metavar(None)
                )  # type: ignore[arg-type]
                assert shown in line, (line, shown)


def test_describes_each_permission_in_the_same_words() -> None:
    for name, text in PERMISSIONS.items():
        assert f"| `{name}` | {text[0].lower()}{text[1:]} |" in DOCUMENT


def test_recommends_the_stanza_that_doctor_prints() -> None:
    assert f"```ini\n{MANAGER_STANZA}```" in DOCUMENT
