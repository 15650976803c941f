"""Snapshots and changes as ready JSON: bytes that ``orjson.dumps(…, default=orjson.Fragment)`` copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from amictl.realtime.schemas import Gone

Json = bytes
PORTION: Final = 500  # values that are encoded before others get their turn: a few milliseconds


@dataclass(frozen=True, slots=True)
class EncodedSnapshot:
    """A topic at one moment, as an audience sees it.

    Args:
        epoch: The numbering of ``seq``.
        seq: The cursor from which changes go on.
        snapshot: Key to value.
    """

    epoch: str
    seq: int
    snapshot: Json


@dataclass(frozen=True, slots=True)
class EncodedChanges:
    """Changes of a topic that an audience is sent in one batch.

    Args:
        epoch: The numbering of ``seq``.
        prev_seq: The cursor before it.
        seq: The cursor after it.
        changes: The changes; at least one.
    """

    epoch: str
    prev_seq: int
    seq: int
    changes: list[Json]


def write_change(key: str, json: Json | None) -> Json:
    """Return the JSON of one change in a batch; without a value's JSON the key is gone."""
    if json is None:
        gone: Gone = {"op": "del", "key": key}
        return orjson.dumps(gone)
    return b'{"op":"put","key":%b,"value":%b}' % (orjson.dumps(key), json)


def write_values(values: Mapping[str, Json]) -> Json:
    """Return values with their keys as one object."""
    return orjson.dumps(values, default=orjson.Fragment)
