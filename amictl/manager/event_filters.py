"""Which events the ``eventfilter`` lines of an AMI user keep away, as far as an event's name decides.

Source: Asterisk main/manager.c, match_eventdata and manager_add_filter, and manager.conf.sample of 22. A
filter that asks for more than the name (a channel, say) keeps no kind of event away altogether, and so is
taken to let it through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

_CRITERION: Final = re.compile(r"(\w+)\(([^)]*)\)")
_EXCLUDES: Final = "exclude"
# Where a pattern begins to ask for another header than the event's name.
_MORE: Final = re.compile(r"\.\*|\.\+|\\r|\\n|\[\^")


def find_filtered(filters: Iterable[tuple[str, str]], events: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the events of which none comes.

    Args:
        filters: Key and value of each line: ``eventfilter`` (a regular expression, ``!`` excludes), or
            ``eventfilter(action(exclude),name(Hangup))`` on Asterisk 20.9, 21.4, 22 and newer.
        events: The events to look at, by name, with the class of each.
    """
    including: list[frozenset[str]] = []
    excluded: frozenset[str] = frozenset()
    for key, value in filters:
        criteria, is_legacy = _read_criteria(key), _is_legacy(key)
        pattern = value.removeprefix("!") if is_legacy else value
        if _excludes(key, value):
            excluded |= _find_all(is_legacy, criteria, pattern, events)
        else:
            including.append(_find_some(is_legacy, criteria, pattern, events))
    let_in = frozenset(events) if not including else frozenset().union(*including)
    return frozenset(events) - (let_in - excluded)


def find_responsible(filters: Iterable[tuple[str, str]], events: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the lines that keep kinds of events away; arguments as for `find_filtered`.

    These are the lines that exclude some, and all lines that include, where together they let too little in.
    """
    lines = list(filters)
    including = [line for line in lines if not _excludes(*line)]
    let_in_too_little = bool(find_filtered(including, events))
    return [
        line for line in lines if (find_filtered([line], events) if _excludes(*line) else let_in_too_little)
    ]


def _is_legacy(key: str) -> bool:
    """Return whether a line is a plain regular expression."""
    return key == "eventfilter"


def _read_criteria(key: str) -> dict[str, str]:
    """Return what stands in the parentheses of a line's key."""
    return dict(_CRITERION.findall(key.partition("(")[2].removesuffix(")")))


def _excludes(key: str, value: str) -> bool:
    """Return whether a line keeps away what it matches."""
    return value.startswith("!") if _is_legacy(key) else _read_criteria(key).get("action") == _EXCLUDES


def _find_all(
    is_legacy: bool, criteria: Mapping[str, str], pattern: str, events: Mapping[str, str]
) -> frozenset[str]:
    """Return the events that a filter matches whatever is in them."""
    method = "regex" if is_legacy else criteria.get("method", "none")
    if "header" in criteria or method not in {"none", "regex"}:
        return frozenset()
    named = {name for name in events if criteria.get("name", name) == name}
    if method == "none":
        return frozenset(named)
    return frozenset(name for name in named if _matches(pattern, name, events[name], otherwise=False))


def _find_some(
    is_legacy: bool, criteria: Mapping[str, str], pattern: str, events: Mapping[str, str]
) -> frozenset[str]:
    """Return the events that a filter may match, depending on what is in them."""
    if not is_legacy:
        return frozenset(name for name in events if criteria.get("name", name) == name)
    if "Event:" not in pattern:
        return frozenset(events)
    beginning = _MORE.split(pattern, maxsplit=1)[0]
    return frozenset(name for name in events if _matches(beginning, name, events[name], otherwise=True))


def _matches(pattern: str, name: str, read_class: str, *, otherwise: bool) -> bool:
    """Return whether a pattern is found in the beginning that all events of a name have."""
    try:
        found = re.search(pattern, f"Event: {name}\r\nPrivilege: {read_class},all\r\n", re.DOTALL)
    except re.error:
        return otherwise
    return found is not None
