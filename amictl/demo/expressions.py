"""Variables and expressions of the dialplan: ``${…}`` and ``$[…]`` put into the data of applications."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Final

Lookup = Callable[[str], str]
"""Gives the value of a variable, or of a function with its arguments."""

_SUBSTRING: Final = re.compile(
    r"(?P<name>[^:(]*(?:\(.*\))?):(?P<offset>-?\d+)(?::(?P<length>-?\d+))?", re.DOTALL
)
_TOKEN: Final = re.compile(
    r'\s*(?:(?P<quoted>"[^"]*")|(?P<op><=|>=|!=|=~|==|&&|\|\||[|&=<>+\-*/%!()?:])|(?P<word>[^\s|&=<>+*/%!()?:"]+))'
)


def substitute(text: str, lookup: Lookup) -> str:
    """Return a text with its variables and expressions replaced.

    Args:
        text: What the dialplan says.
        lookup: Gives values.
    """
    if "$" not in text:
        return text
    made, position = [], 0
    while position < len(text):
        opening = text[position : position + 2]
        if opening not in {"${", "$["}:
            made.append(text[position])
            position += 1
            continue
        end = _closing(text, position + 1)
        inside = substitute(text[position + 2 : end], lookup)
        made.append(_value(inside, lookup) if opening == "${" else evaluate(inside))
        position = end + 1
    return "".join(made)


def evaluate(expression: str) -> str:
    """Return the value of an expression whose variables are already in it.

    Operators from the loosest: ``|``, ``&``, comparisons, sums, products; ``!`` and parentheses. What cannot
    be read is 0, as Asterisk says it with a warning ("Asterisk main/ast_expr2.y").
    """
    tokens = [match.group().strip() for match in _TOKEN.finditer(expression)]
    try:
        reader = _Reader(tokens)
        value = reader.read()
    except (ValueError, IndexError, ZeroDivisionError):
        return "0"
    return value if not reader.is_left else "0"


def _closing(text: str, opening: int) -> int:
    """Return where the bracket at ``opening`` is closed; the end of the text where it is not."""
    pairs = {"{": "}", "[": "]"}
    begin, end, depth = text[opening], pairs[text[opening]], 0
    for position in range(opening, len(text)):
        depth += (text[position] == begin) - (text[position] == end)
        if depth == 0:
            return position
    return len(text)


def _value(name: str, lookup: Lookup) -> str:
    part = _SUBSTRING.fullmatch(name)
    if part is None:
        return lookup(name)
    value, offset = lookup(part["name"]), int(part["offset"])
    value = value[offset:] if offset >= 0 or -offset < len(value) else value
    if part["length"] is None:
        return value
    length = int(part["length"])
    return value[:length]


def is_true(value: str) -> bool:
    """Tell whether a condition holds: empty and 0 do not ("Asterisk main/pbx.c", pbx_checkcondition)."""
    stripped = value.strip()
    if not stripped:
        return False
    number = re.match(r"-?\d+", stripped)
    return int(number.group()) != 0 if number else True


def _compare(one: str, two: str) -> int:
    one, two = _unquoted(one), _unquoted(two)
    try:
        first, second = float(one), float(two)
    except ValueError:
        return (one > two) - (one < two)
    return (first > second) - (first < second)


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


_COMPARISONS: Final[dict[str, Callable[[int], bool]]] = {
    "=": lambda order: order == 0, "==": lambda order: order == 0, "!=": lambda order: order != 0,
    "<": lambda order: order < 0, ">": lambda order: order > 0,
    "<=": lambda order: order <= 0, ">=": lambda order: order >= 0,
}  # fmt: skip
_ARITHMETIC: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": operator.mod,
}  # fmt: skip


class _Reader:
    """Reads an expression's tokens by precedence."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def is_left(self) -> bool:
        return self._at < len(self._tokens)

    def read(self) -> str:
        if not self._tokens:
            return ""
        return _unquoted(self._either())

    def _next(self, *operators: str) -> str:
        if self.is_left and self._tokens[self._at] in operators:
            self._at += 1
            return self._tokens[self._at - 1]
        return ""

    def _either(self) -> str:
        value = self._both()
        while self._next("|", "||"):
            other = self._both()
            value = value if is_true(_unquoted(value)) else other
        return value

    def _both(self) -> str:
        value = self._comparison()
        while self._next("&", "&&"):
            other = self._comparison()
            value = value if is_true(_unquoted(value)) and is_true(_unquoted(other)) else "0"
        return value

    def _comparison(self) -> str:
        value = self._sum()
        while sign := self._next(*_COMPARISONS, "=~"):
            other = self._sum()
            if sign == "=~":
                value = "1" if re.search(_unquoted(other), _unquoted(value)) else "0"
            else:
                value = "1" if _COMPARISONS[sign](_compare(value, other)) else "0"
        return value

    def _sum(self) -> str:
        value = self._product()
        while sign := self._next("+", "-"):
            value = _number(_ARITHMETIC[sign](float(_unquoted(value)), float(_unquoted(self._product()))))
        return value

    def _product(self) -> str:
        value = self._unary()
        while sign := self._next("*", "/", "%"):
            value = _number(_ARITHMETIC[sign](float(_unquoted(value)), float(_unquoted(self._unary()))))
        return value

    def _unary(self) -> str:
        if self._next("!"):
            return "0" if is_true(_unquoted(self._unary())) else "1"
        if self._next("-"):
            return _number(-float(self._unary()))
        if self._next("("):
            value = self._either()
            if not self._next(")"):
                raise ValueError("A parenthesis is not closed")
            return value
        if not self.is_left or self._tokens[self._at] in {")", "|", "&"}:
            raise ValueError("A value is missing")
        self._at += 1
        return self._tokens[self._at - 1]
