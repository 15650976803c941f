"""From a known action and a caller's values to an `Action`: the one place where both meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from amictl.pbx.catalogue.entries import KnownAction, Parameter
from amictl.pbx.catalogue.headers import Headers
from amictl.protocol import Action

# Headers that make an event or a reply out of a message, or that amictl sets itself.
_RESERVED = frozenset({"action", "actionid", "event", "eventlist", "privilege", "response", "userevent"})


def compose(known: KnownAction, values: Mapping[str, object], headers: Headers | None = None) -> Action:
    """Return the action with these values.

    Args:
        known: What the catalogue says of the action.
        values: By our names of the parameters, or by AMI's; None and an empty object mean "not given".
        headers: What was gathered already (problems that only the caller can see); new when left out.

    Raises:
        InvalidInput: Names every field that is unknown, missing or refused, as the caller wrote it.
    """
    headers = headers or Headers()
    given: dict[str, object] = {}
    meant = {key: known.find(key) for key, value in values.items() if value is not None and value != {}}
    for parameter, key in _in_order(known, meant):
        if parameter.name in given and not parameter.numbered:
            headers.refuse(key, f"is given twice: {parameter.name} is {parameter.header}")
            continue
        given[parameter.name] = values[key]
        headers.add(parameter, key, values[key])
    for parameter in known.parameters:
        if parameter.required and parameter.name not in given:
            headers.refuse(parameter.name, "is required")
    for key in (key for key, parameter in meant.items() if parameter is None):
        _add_unknown(headers, known, key, values[key])
    for rule in known.rules:
        for problem in rule.problems(given):
            headers.refuse(problem.field, problem.detail)
    return headers.build(known.name, changes_pbx=known.changes_pbx)


def _in_order(known: KnownAction, meant: Mapping[str, Parameter | None]) -> Iterator[tuple[Parameter, str]]:
    """Yield what is given in the catalogue's order, so that equal requests make equal actions."""
    for parameter in known.parameters:
        for key, found in meant.items():
            if found is parameter:
                yield parameter, key


def _add_unknown(headers: Headers, known: KnownAction, key: str, value: object) -> None:
    if not known.open_headers:
        allowed = ", ".join(parameter.name for parameter in known.parameters) or "none"
        headers.refuse(key, f"is no parameter of {known.name}; it takes {allowed}")
    else:
        add_open_header(headers, key, value)


def add_open_header(headers: Headers, key: str, value: object) -> None:
    """Add a header of which nothing is known but that it may not forge a message of AMI."""
    if (
        not key
        or key.lower() in _RESERVED
        or not key.isascii()
        or not key.isprintable()
        or set(key) & set(": ")
    ):
        headers.refuse(key, "cannot be the name of a header")
    elif isinstance(value, bool) or not isinstance(value, str | int | float):
        headers.refuse(key, "must be a text or a number")
    else:
        headers.add_line(key, key, str(value))
