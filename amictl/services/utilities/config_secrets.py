"""What the PBX said, without the passwords in it: those of its configuration files too."""

from __future__ import annotations

import re
from typing import Final

from amictl.pbx.readings.raw import MASK, show_message
from amictl.protocol import Action, Message
from amictl.services.execution.masking import is_secret_setting

_LINE: Final = re.compile(r"Line-\d+-\d+", re.IGNORECASE)
# GetConfigJSON writes names and values side by side, in objects and in arrays: it is no proper JSON
# ("Asterisk main/manager.c, action_getconfigjson").
_JSON_PAIR: Final = re.compile(r'"(?P<name>(?:[^"\\]|\\.)*)":\s*"(?:[^"\\]|\\.)*"')


def show_without_secrets(action: Action, message: Message) -> dict[str, str | list[str]]:
    """Return a message as people and JSON see it, with passwords hidden.

    In configuration files, what has a password's name is hidden, logins at other servers, and the whole line
    of what may be a mailbox (``100 = 1234,Alice`` begins with its PIN).

    Args:
        action: What the message answers.
        message: What the PBX sent.
    """
    shown = show_message(message)
    if action.name == "GetConfig":
        return {name: _mask_line(value) if _LINE.fullmatch(name) else value for name, value in shown.items()}
    if action.name == "GetConfigJSON":
        return {name: _mask_json(value) for name, value in shown.items()}
    return shown


def _mask_line(line: str | list[str]) -> str | list[str]:
    """Return a line of a configuration file."""
    if isinstance(line, list):
        return MASK
    name, sign, _ = line.partition("=")
    return f"{name}{sign}{MASK}" if is_secret_setting(name) else line


def _mask_json(value: str | list[str]) -> str | list[str]:
    """Return a configuration file as the PBX writes it in JSON."""
    if isinstance(value, list):
        return MASK

    def mask_pair(pair: re.Match[str]) -> str:
        return f'"{pair["name"]}":"{MASK}"' if is_secret_setting(pair["name"]) else pair[0]

    return _JSON_PAIR.sub(mask_pair, value)
