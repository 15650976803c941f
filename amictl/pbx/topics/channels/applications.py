"""Which application a channel runs when one application runs another.

``Newexten`` tells the application of the dialplan's line. ``ExecIf``, ``Exec`` and ``TryExec`` only run
another one in their place, for which there is no event, while ``CoreShowChannels`` tells that other one
(Asterisk apps/app_exec.c and main/pbx.c, pbx_exec). What they run stands in their data, variables replaced.
"""

from __future__ import annotations

import re
from typing import Final

_CONDITIONAL: Final = "ExecIf"
_PLAIN: Final = ("Exec", "TryExec")
STANDING_IN: Final = frozenset({_CONDITIONAL, *_PLAIN})
_NUMBER: Final = re.compile(r"\s*([+-]?\d{1,29})")  # sscanf's %30d, sign included


def read_application(name: str, data: str) -> tuple[str, str]:
    """Return the application that really runs, and its data.

    Args:
        name: As ``Newexten`` tells it.
        data: Likewise.

    Returns:
        The name and data that were given where they stand for themselves, or where nothing else is run.
    """
    if name == _CONDITIONAL:
        condition, question, calls = _split(data, "?")
        when_true, _, when_false = _split(calls, ":")
        call = when_true if _is_true(condition) else when_false
        if not question or not call:
            return name, data
    elif name in _PLAIN:
        call = data
    else:
        return name, data
    inner, _, arguments = call.partition("(")
    if not inner.strip():
        return name, data
    return inner.strip(), arguments.rpartition(")")[0] if ")" in arguments else arguments


def _is_true(condition: str) -> bool:
    """Tell what pbx_checkcondition of Asterisk main/pbx.c says."""
    number = _NUMBER.match(condition)
    return int(number[1]) != 0 if number else bool(condition)


def _split(text: str, separator: str) -> tuple[str, str, str]:
    """Split at the first separator outside of brackets and quotes (main/app.c, ast_app_separate_args)."""
    depth, quoted = 0, False
    for position, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == separator and depth <= 0:
            return text[:position], separator, text[position + 1 :]
    return text, "", ""
