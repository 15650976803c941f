"""The filters of an AMI session: ``eventfilter`` lines of a user, and the action ``Filter``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

FORMAT_ERROR: Final = "Filter was formatted incorrectly.  Check the syntax of the filter given."
COMPILE_ERROR: Final = "Filter did not compile.  Check the syntax of the filter given."

_OPTIONS: Final = re.compile(r"[ ,)]+")
_Match = Callable[[str], bool]

_METHODS: Final[dict[str, Callable[[str, str], bool]]] = {
    "exact": lambda text, pattern: text == pattern,
    "starts_with": lambda text, pattern: text.startswith(pattern),
    "ends_with": lambda text, pattern: text.endswith(pattern),
    "contains": lambda text, pattern: pattern in text,
}


class FilterRefused(ValueError):
    """A filter that Asterisk does not take; the text is Asterisk's."""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """One filter.

    Args:
        excludes: Whether what it matches is kept away, instead of let through.
        event_name: The only event that it looks at; empty is every event.
        header: The only header that it looks at, with its colon; empty is the event's whole text.
        match: What the text must fulfil.
    """

    excludes: bool
    event_name: str
    header: str
    match: _Match

    def matches(self, name: str, text: str) -> bool:
        """Return whether an event is meant.

        Args:
            name: The event's name.
            text: The whole event.
        """
        if self.event_name and self.event_name != name:
            return False
        if not self.header:
            return self.match(text)
        lines = (line for line in text.split("\r\n") if line.startswith(self.header))
        values = (line.removeprefix(self.header).lstrip(" ") for line in lines)
        return any(value and self.match(value) for value in values)


@dataclass(slots=True)
class EventFilters:
    """All filters of one session: includes first, excludes after them (manager.c, ``should_send_event``)."""

    includes: list[EventFilter] = field(default_factory=list)
    excludes: list[EventFilter] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.includes or self.excludes)

    def add(self, criteria: str, pattern: str) -> None:
        """Add a filter.

        Args:
            criteria: ``eventfilter``, or with its options in brackets.
            pattern: The pattern, with a leading ``!`` to exclude.

        Raises:
            FilterRefused: Asterisk would not take it.
        """
        made = read_filter(criteria, pattern)
        (self.excludes if made.excludes else self.includes).append(made)

    def let_through(self, name: str, raw: bytes) -> bool:
        """Return whether the session gets an event."""
        text = raw.decode("utf-8", "replace")
        if self.includes and not any(each.matches(name, text) for each in self.includes):
            return False
        return not any(each.matches(name, text) for each in self.excludes)


def read_filter(criteria: str, pattern: str) -> EventFilter:
    """Return the filter of a line of ``manager.conf`` (Asterisk main/manager.c, ``manager_add_filter``).

    Args:
        criteria: What stands before the ``=``.
        pattern: What stands behind it.

    Raises:
        FilterRefused: Asterisk would not take it.
    """
    excludes = pattern.startswith("!")
    pattern = pattern.removeprefix("!")
    _, bracket, options = criteria.partition("(")
    if not bracket:
        if not pattern:
            raise FilterRefused(FORMAT_ERROR)
        return EventFilter(excludes, "", "", _compile(pattern))
    if not options.strip().endswith(")"):
        raise FilterRefused(FORMAT_ERROR)
    told = _read_options(options.strip())
    method = told.get("method", "none")
    if (method == "none") == bool(pattern) or (method == "none" and not {"name", "header"} & told.keys()):
        raise FilterRefused(FORMAT_ERROR)
    if "action" in told:
        excludes = told["action"] == "exclude"
    header = told.get("header", "")
    return EventFilter(
        excludes,
        told.get("name", ""),
        f"{header.removesuffix(':')}:" if header else "",
        _make_match(method, pattern),
    )


def _read_options(options: str) -> dict[str, str]:
    told = {}
    for option in filter(None, _OPTIONS.split(options)):
        key, _, value = option.partition("(")
        if key not in {"action", "name", "header", "method"} or not value:
            raise FilterRefused(FORMAT_ERROR)
        told[key] = value
    if not told or told.get("action", "include") not in {"include", "exclude"}:
        raise FilterRefused(FORMAT_ERROR)
    if told.get("method", "none") not in {*_METHODS, "regex", "none"}:
        raise FilterRefused(FORMAT_ERROR)
    return told


def _make_match(method: str, pattern: str) -> _Match:
    if method == "none":
        return lambda _text: True
    if method == "regex":
        return _compile(pattern)
    compare = _METHODS[method]
    return lambda text: compare(text, pattern)


def _compile(pattern: str) -> _Match:
    """Return the search for a regular expression; Python's are near enough to POSIX's extended ones."""
    try:
        compiled = re.compile(pattern)
    except re.error:
        raise FilterRefused(COMPILE_ERROR) from None
    return lambda text: compiled.search(text) is not None
