"""Header layouts: the header names of a message in order, shared by all messages that have them.

Asterisk prints an event of one kind from one format string, so nearly all events called ``Newchannel``
have the same header names in the same order. A layout that was seen twice becomes one regular
expression that reads all values at once, and an index that is made once instead of for every message.
It matches only what the plain way of parsing would read alike; all else is parsed the plain way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from operator import itemgetter
from typing import Any, Final

_MAX_HEADERS: Final = 100
_MAX_EVENTS: Final = 512
_MAX_PER_EVENT: Final = 4
_MAX_SEEN_ONCE: Final = 1024

HeaderValues = tuple[str, ...]
_Matcher = Callable[[str], re.Match[str] | None]


class Layout:
    """The names of a message's headers, in order, and where each one is.

    Args:
        names: The header names as they were spelled, duplicates included.

    Attributes:
        positions: Where each header is, by its name; empty until `find` is first asked.
        json_form: The headers as a JSON object in pieces, with room for the values at the odd places; None
            where no message is expected to come again with these names, or where one of them comes twice.
    """

    __slots__ = ("_picks", "_repeated", "json_form", "names", "positions")

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.json_form: list[str] | None = None
        self.positions: dict[str, int] = {}
        self._repeated: list[list[int]] | None = None
        self._picks: dict[tuple[str, ...], Callable[[Any], tuple[str | None, ...]]] = {}

    def find(self, header: str) -> int | None:
        """Return the position of the first header of that name, in any case, or None."""
        if not self.positions:
            self.positions = self._index()
        position = self.positions.get(header)
        return self.positions.get(header.lower()) if position is None else position

    def pick(self, headers: tuple[str, ...], values: HeaderValues) -> tuple[str | None, ...]:
        """Return the first values of some headers, None for each that is not there.

        Args:
            headers: At least two names in any case; few tuples, since where each leads to is remembered.
            values: One value for each name.
        """
        read = self._picks.get(headers)
        if read is None:
            read = self._picks[headers] = self._make_pick(headers)
        return read(values)

    def find_all(self, header: str) -> list[int]:
        """Return the positions of all headers of that name, in any case."""
        wanted = header.lower()
        return [position for position, name in enumerate(self.names) if name.lower() == wanted]

    def prepare_json(self) -> None:
        """Make the form by which values become JSON at once."""
        if self._find_repeated():
            return
        self.json_form = pieces = [""]
        for name in self.names:
            pieces[-1] += f'{"," if len(pieces) > 1 else "{"}{json.dumps(name, ensure_ascii=False)}:"'
            pieces += ["", '"']
        pieces[-1] += "}"

    def to_dict(self, values: HeaderValues) -> dict[str, str | list[str]]:
        """Return the values by name; those of a repeated name as a list under its first spelling.

        Args:
            values: One value for each name.
        """
        if self._repeated is None:
            self._repeated = self._find_repeated()
        result: dict[str, str | list[str]] = dict(zip(self.names, values, strict=False))
        for positions in self._repeated:
            spellings = dict.fromkeys(self.names[position] for position in positions)
            first, *others = spellings
            result[first] = [values[position] for position in positions]
            for other in others:
                del result[other]
        return result

    def _make_pick(self, headers: tuple[str, ...]) -> Callable[[Any], tuple[str | None, ...]]:
        absent = len(self.names)
        found = [absent if (place := self.find(header)) is None else place for header in headers]
        read = itemgetter(*found)
        return read if absent not in found else lambda values: read((*values, None))

    def _index(self) -> dict[str, int]:
        positions: dict[str, int] = {}
        for position, name in enumerate(self.names):
            positions.setdefault(name.lower(), position)
        for name in self.names:
            positions[name] = positions[name.lower()]
        return positions

    def _find_repeated(self) -> list[list[int]]:
        positions: dict[str, list[int]] = {}
        for position, name in enumerate(self.names):
            positions.setdefault(name.lower(), []).append(position)
        return [places for places in positions.values() if len(places) > 1]


class Layouts:
    """Learns the layouts of events that come more than once.

    What it keeps is bounded by the number of events, of layouts an event, and of headers a layout.

    Attributes:
        known: By event, the layouts and what matches a decoded message that has them.
    """

    def __init__(self) -> None:
        self.known: dict[str, list[tuple[Layout, _Matcher]]] = {}
        self._seen_once: set[tuple[str, tuple[str, ...]]] = set()

    @property
    def learned(self) -> int:
        """How many layouts are known."""
        return sum(map(len, self.known.values()))

    def read_unknown(self, event: str, text: str) -> tuple[Layout, HeaderValues]:
        """Return the header names and values of an event of no known layout, and learn from it.

        Args:
            event: The event's name.
            text: The decoded message.
        """
        lines = text.split("\n")
        layout, values = read_lines(lines)
        if len(lines) == len(values) <= _MAX_HEADERS and text.endswith("\r"):
            self._learn(event, layout)
        return layout, values

    def _learn(self, event: str, layout: Layout) -> None:
        sighting = (event, layout.names)
        if sighting not in self._seen_once:
            if len(self._seen_once) >= _MAX_SEEN_ONCE:
                self._seen_once.clear()
            self._seen_once.add(sighting)
            return
        if event not in self.known and len(self.known) >= _MAX_EVENTS:
            return
        known = self.known.setdefault(event, [])
        if len(known) < _MAX_PER_EVENT and all(layout.names != other.names for other, _ in known):
            layout.prepare_json()
            known.append((layout, _matcher(layout.names)))


def read_lines(lines: list[str]) -> tuple[Layout, HeaderValues]:
    """Split lines into header names and values, and leave out the lines that are no headers.

    Args:
        lines: The message's lines without the line feed; a carriage return at the end is dropped.
    """
    names: list[str] = []
    values: list[str] = []
    for line in lines:
        name, separator, value = line.removesuffix("\r").partition(": ")
        if not separator:
            name, separator, value = name.partition(":")
        if separator and name:
            names.append(name)
            values.append(value)
    return Layout(tuple(names)), tuple(values)


def _matcher(names: tuple[str, ...]) -> _Matcher:
    lines = (re.escape(name) + ": (.*)\r" for name in names)
    return re.compile("\n".join(lines)).fullmatch
