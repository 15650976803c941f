"""Preparing requests for the audit log: secrets are masked, and every text has a bound."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

MASK: Final = "***"
_LONGEST_JSON: Final = 4000  # characters
_LONGEST_START: Final = 1000
_LONGEST_TEXT: Final = 1000
_MAX_DEPTH: Final = 16
_MAX_ITEMS: Final = 200
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

_SECRET_NAME: Final = re.compile(
    r"secret|passw|passphrase|passcode|token(?!_id)|credential|authkey|api_?key|private_?key|md5|\bpin\b|(^|_)pin(_|$)|"
    r"(^|_)digits?(_|$)|_key$|csrf",
    re.IGNORECASE,
)
"""Names whose values are kept out: secrets, PINs, and digits, which are card numbers and PINs too."""


# Fields and headers whose value is the secret of a name that stands in another one: Setvar, DBPut, and the
# numbered steps of UpdateConfig.
_NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "value": ("variable", "family", "key"),
    "val": ("family", "key"),
}
_STEP: Final = re.compile(r"(?:value|match)(?P<number>[-_]\d+)")
_MAILBOX: Final = re.compile(r"\d+")
_LOGINS: Final = frozenset({"register", "auth", "outboundproxyauth"})


def is_secret_name(name: str) -> bool:
    """Return whether the value under a name may be a secret."""
    return _SECRET_NAME.search(name) is not None


def is_secret_setting(name: str) -> bool:
    """Return whether what a configuration file gives a name may hold a password.

    Besides passwords these are logins at other servers (``register = user:secret@host``) and mailboxes
    (``100 = 1234,Alice`` begins with the PIN).
    """
    plain = name.strip().lower()
    return (
        is_secret_name(plain)
        or plain.endswith("pass")
        or plain in _LOGINS
        or _MAILBOX.fullmatch(plain) is not None
    )


def mask_fields(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - JSON
    """Return a JSON value with the values of secret names replaced, at any depth.

    Args:
        value: The body of a request.
        depth: How deep this value lies in it.
    """
    if depth > _MAX_DEPTH:
        return "…"
    if isinstance(value, Mapping):
        names = _lower_names(value.items())
        return {
            str(key): MASK
            if item is not None and (is_secret_name(str(key)) or _is_named_secret(str(key), names))
            else mask_fields(item, depth + 1)
            for key, item in list(value.items())[:_MAX_ITEMS]
        }
    if isinstance(value, list):
        return [mask_fields(item, depth + 1) for item in value[:_MAX_ITEMS]]
    return value


def mask_headers(headers: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return an action's headers as pairs, with secrets replaced; a variable's name decides for its value."""
    pairs = list(headers)
    names = _lower_names(pairs)
    return [
        [name, MASK if value and _is_named_secret(name, names) else _mask_header(name, value)]
        for name, value in pairs
    ]


def encode_json(value: Any) -> str:  # noqa: ANN401 - JSON
    """Return a value as JSON; of one that is too long, its beginning and its length."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    text = clean_text(text, len(text))
    if len(text) <= _LONGEST_JSON:
        return text
    return json.dumps({"cut": text[:_LONGEST_START], "length": len(text)}, ensure_ascii=False)


def clean_text(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Return text that any database can keep: valid UTF-8, no control characters, not too long."""
    valid = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(
        each if each.isprintable() or each == "\n" else "\N{REPLACEMENT CHARACTER}" for each in valid
    )[:longest]


def _lower_names(pairs: Iterable[tuple[object, object]]) -> dict[str, object]:
    """Return values by their names in lower case."""
    return {str(name).lower(): value for name, value in pairs}


def _is_named_secret(name: str, values: Mapping[str, object]) -> bool:
    """Return whether the value under a name belongs to a secret name that another value is.

    Args:
        name: The field or header.
        values: All fields or headers beside it, by their names in lower case.
    """
    step = _STEP.fullmatch(name.lower())
    if step is not None:
        setting = values.get(f"var{step['number']}")
        return isinstance(setting, str) and is_secret_setting(setting)
    namers = (values.get(each) for each in _NAMED_BY.get(name.lower(), ()))
    return any(isinstance(namer, str) and is_secret_name(namer) for namer in namers)


def _mask_header(name: str, value: str) -> str:
    """Return a header's value, or what may be shown of it."""
    if name.lower() in {"variable", "chanvariable"}:
        variable, sign, _ = value.partition("=")
        return f"{variable}{sign}{MASK}" if is_secret_name(variable) else value
    return MASK if value and is_secret_name(name) else value
