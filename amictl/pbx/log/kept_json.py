"""JSON of what comes from a PBX: what cannot be written costs itself; some of it is made once and kept."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import orjson
import structlog

log = structlog.get_logger(__name__)

_SMALLEST: Final = -(2**63)
_LARGEST: Final = 2**64 - 1
_MOST_WARNINGS: Final = 256


def make_json(value: object) -> bytes:
    """Return a value as JSON, with null for what JSON cannot hold.

    Args:
        value: JSON-ready, but for numbers and texts that the encoder refuses.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return orjson.dumps(_spare(value, ""))


def make_kept_json(value: object) -> bytes:
    """Return a value as JSON that takes no more memory than its length.

    orjson shrinks its buffer in place, so that what it returns keeps about 8 kB of the heap occupied however
    short it is; a copy does not.

    Args:
        value: As for `make_json`.
    """
    return bytes(memoryview(make_json(value)))


def _spare(value: Any, place: str) -> Any:  # noqa: ANN401 - any JSON
    """Return a value without what cannot be encoded."""
    if isinstance(value, dict):
        return {key: _spare(each, f"{place}.{key}") for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_spare(each, place) for each in value]
    if isinstance(value, int) and not _SMALLEST <= value <= _LARGEST:
        _warn(place)
        return None
    if isinstance(value, str) and not _is_text(value):
        _warn(place)
        return None
    return value


def _is_text(value: str) -> bool:
    """Return whether a text can be encoded at all."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(_MOST_WARNINGS)
def _warn(place: str) -> None:
    """Say once for each field that it held what JSON cannot hold: a reader let it pass."""
    log.warning("a value cannot be written as json and is null", field=place.removeprefix("."))
