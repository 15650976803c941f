"""From values to headers: each is checked against what Asterisk accepts, and every problem is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from amictl.errors import FieldProblem, InvalidInput
from amictl.pbx.catalogue.entries import Kind, Parameter
from amictl.protocol import Action

_MAX_LINE: Final = 1022  # bytes of a header line with its name (manager.c reads into 1024 with CR LF)
_MAX_HEADERS: Final = 126  # include/asterisk/manager.h: 128 with Action and ActionID
_MAX_VARIABLES: Final = 100  # leaves room below the headers' bound

_LINE_BREAKING: Final = re.compile(r"[\r\n\0]")
_WHOLE_NUMBER: Final = re.compile(r"[+-]?\d{1,10}")
_DECIMAL: Final = re.compile(r"\d{1,9}(\.\d{1,6})?")
# manager.c reads a number by sscanf, so a label that begins with a digit would be taken for one.
_PRIORITY: Final = re.compile(r"[1-9][0-9]{0,8}|[A-Za-z_][A-Za-z0-9_.-]*")
# Asterisk main/app.c, __ast_app_separate_args: these three are syntax in a ``Variable:`` header.
_VARIABLE_SYNTAX: Final = re.compile(r'[\\",]')
# Asterisk main/utils.c, ast_true and ast_false.
_TRUE_WORDS: Final = frozenset({"yes", "true", "y", "t", "1", "on"})
_FALSE_WORDS: Final = frozenset({"no", "false", "n", "f", "0", "off"})


class Headers:
    """Gathers the headers of one action and every problem with them.

    A problem names the field as the caller wrote it, and only a field's first problem is kept.
    """

    def __init__(self) -> None:
        self._headers: list[tuple[str, str]] = []
        self._problems: list[FieldProblem] = []

    def refuse(self, field: str, detail: str) -> None:
        """Note a problem."""
        if all(problem.field != field for problem in self._problems):
            self._problems.append(FieldProblem(field, detail))

    def add(self, parameter: Parameter, field: str, value: object) -> None:
        """Add a value of a known parameter.

        Args:
            parameter: What is known of it.
            field: Its name as the caller wrote it.
            value: What the caller gave; not None.
        """
        _ENCODERS[parameter.kind](self, parameter, field, value)

    def add_line(self, field: str, header: str, value: str, *, limit: int | None = None) -> None:
        """Add one header line, whatever it means.

        Args:
            field: Its name as the caller wrote it.
            header: The AMI header.
            value: Its value.
            limit: Most bytes that Asterisk keeps of the value.
        """
        if _LINE_BREAKING.search(value):
            self.refuse(field, "must not contain a line break or NUL")
            return
        try:
            size = len(value.encode())
        except UnicodeEncodeError:
            self.refuse(field, "is not valid Unicode text")
            return
        most = min(limit or _MAX_LINE, _MAX_LINE - len(header) - 2)
        if size > most:
            self.refuse(field, f"is too long: {size} bytes, {most} can be sent")
        self._headers.append((header, value))

    def build(self, name: str, *, changes_pbx: bool) -> Action:
        """Return the action.

        Raises:
            InvalidInput: Names every refused field.
        """
        if len(self._headers) > _MAX_HEADERS:
            self.refuse(name, f"has {len(self._headers)} headers; {_MAX_HEADERS} can be sent")
        if self._problems:
            raise InvalidInput(self._problems)
        return Action(name, tuple(self._headers), changes_pbx)


def _add_text(headers: Headers, parameter: Parameter, field: str, value: object) -> None:
    if not isinstance(value, str):
        headers.refuse(field, "must be a text")
        return
    if not value.strip() and not parameter.may_be_empty:
        headers.refuse(field, "must not be empty")
        return
    if parameter.exact and value[:1].isspace():
        headers.refuse(field, "must not begin with a blank: AMI drops it")
    headers.add_line(field, parameter.header_for(field), value, limit=parameter.limit)
    if parameter.pattern and not re.fullmatch(parameter.pattern, value):
        headers.refuse(field, f"must be {parameter.hint}")


def _add_integer(headers: Headers, parameter: Parameter, field: str, value: object) -> None:
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        headers.refuse(field, "must be a whole number")
        return
    least, most = parameter.minimum, parameter.maximum
    if (least is not None and value < least) or (most is not None and value > most):
        unit = {"ms": " milliseconds", "s": " seconds"}.get(parameter.unit, "")
        headers.refuse(field, f"must be from {least} to {most}{unit}")
        return
    headers.add_line(field, parameter.header_for(field), str(value))


def _add_decimal(headers: Headers, parameter: Parameter, field: str, value: object) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:.6f}".rstrip("0").rstrip(".")
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        headers.refuse(field, "must be a positive number")
        return
    least, most = parameter.minimum, parameter.maximum
    if (least is not None and float(value) <= least) or (most is not None and float(value) > most):
        headers.refuse(field, f"must be more than {least} and at most {most}")
        return
    headers.add_line(field, parameter.header, value)


def _add_boolean(headers: Headers, parameter: Parameter, field: str, value: object) -> None:
    word = str(value).lower() if isinstance(value, bool | str) else ""
    if word not in _TRUE_WORDS | _FALSE_WORDS:
        headers.refuse(field, "must be true or false")
        return
    headers.add_line(field, parameter.header, parameter.words[word in _FALSE_WORDS])


def _add_choice(headers: Headers, parameter: Parameter, field: str, value: object) -> None:
    by_word = {word.lower(): word for word in parameter.choices}
    word = by_word.get(value.lower()) if isinstance(value, str) else None
    if word is None:
        headers.refuse(field, f"must be one of {', '.join(parameter.choices)}")
        return
    headers.add_line(field, parameter.header_for(field), word)


def _add_priority(headers: Headers, parameter: Parameter, field: str, value: object) -> None:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    headers.add_line(field, parameter.header, text)
    if not _PRIORITY.fullmatch(text):
        headers.refuse(field, "must be a number from 1 or a label of the dialplan")


def _add_variables(headers: Headers, parameter: Parameter, field: str, value: object) -> None:
    if not isinstance(value, Mapping):
        headers.refuse(field, "must be an object of names and texts")
        return
    if len(value) > _MAX_VARIABLES:
        headers.refuse(field, f"must be at most {_MAX_VARIABLES}")
        return
    for name, text in value.items():
        if not isinstance(name, str) or not re.fullmatch(parameter.pattern, name):
            headers.refuse(field, f"must have names that match {parameter.pattern}")
        elif not isinstance(text, str):
            headers.refuse(f"{field}.{name}", "must be a text")
        else:
            escaped = _VARIABLE_SYNTAX.sub(lambda match: "\\" + match[0], text)
            headers.add_line(f"{field}.{name}", parameter.header, f"{name}={escaped}")


def _add_names(headers: Headers, parameter: Parameter, field: str, value: object) -> None:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, Sequence) or not items:
        headers.refuse(field, "must be a list of texts")
        return
    for item in items:
        if not isinstance(item, str) or not item.strip() or "," in item:
            headers.refuse(field, "must be a list of texts, none of them empty or with a comma")
            return
    headers.add_line(field, parameter.header, ",".join(items))


_ENCODERS: Final[Mapping[Kind, Callable[[Headers, Parameter, str, object], None]]] = {
    Kind.TEXT: _add_text,
    Kind.INTEGER: _add_integer,
    Kind.DECIMAL: _add_decimal,
    Kind.BOOLEAN: _add_boolean,
    Kind.CHOICE: _add_choice,
    Kind.PRIORITY: _add_priority,
    Kind.VARIABLES: _add_variables,
    Kind.NAMES: _add_names,
}
