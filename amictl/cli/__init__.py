"""The commands that ``flask`` offers: ami, user, token, pbx, keys, audit, demo and doctor."""

from __future__ import annotations

from flask import Flask

from amictl.cli.ami import ami
from amictl.cli.audit import audit
from amictl.cli.demo import demo
from amictl.cli.doctor import doctor
from amictl.cli.groups import read_command_origin
from amictl.cli.keys import keys
from amictl.cli.pbxes import pbx
from amictl.cli.tokens import token
from amictl.cli.users import user


def register_commands(app: Flask) -> None:
    """Add amictl's commands to the application's command line."""
    for command in (ami, user, token, pbx, keys, audit, demo, doctor):
        app.cli.add_command(command)


__all__ = ["read_command_origin", "register_commands"]
