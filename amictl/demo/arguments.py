"""The arguments and options of dialplan applications, taken apart as Asterisk does (main/app.c)."""

from __future__ import annotations


def split_arguments(text: str, limit: int) -> list[str]:
    """Return the arguments of an application (``AST_STANDARD_APP_ARGS``), without quotes and backslashes.

    Args:
        text: What stands between the parentheses, after variables were put in.
        limit: How many arguments the application has; the last one takes all that is left, as it stands.

    Returns:
        Exactly ``limit`` texts; those that were not given are empty.
    """
    reading = _Arguments(text)
    arguments = [reading.next() for _ in range(limit - 1)]
    return [*arguments, reading.rest]


class _Arguments:
    """Takes one argument after another off a text."""

    _OPENING = "(["
    _CLOSING = ")]"

    def __init__(self, text: str) -> None:
        self.rest = text
        self._depth = {")": 0, "]": 0}
        self._is_quoted = False

    def next(self) -> str:
        """Take the next argument off; parentheses, brackets and quotes keep commas inside."""
        kept: list[str] = []
        letters = iter(enumerate(self.rest))
        for place, letter in letters:
            if letter == '"':
                self._is_quoted = not self._is_quoted
            elif letter == "\\":
                kept.append(next(letters, (0, ""))[1])
            elif letter == "," and not self._is_quoted and not any(self._depth.values()):
                self.rest = self.rest[place + 1 :]
                return "".join(kept)
            else:
                self._count(letter)
                kept.append(letter)
        self.rest = ""
        return "".join(kept)

    def _count(self, letter: str) -> None:
        if letter in self._OPENING:
            self._depth[self._CLOSING[self._OPENING.index(letter)]] += 1
        elif letter in self._CLOSING:
            self._depth[letter] = max(0, self._depth[letter] - 1)


def parse_options(text: str) -> dict[str, str]:
    """Return the options of an application by their letter, each with what it has in parentheses.

    ``tTb(handler^s^1)`` is ``{"t": "", "T": "", "b": "handler^s^1"}``; whether a letter means anything is
    the application's affair. What comes after an option that is never closed is lost, as in Asterisk.
    """
    options: dict[str, str] = {}
    place = 0
    while place < len(text):
        letter = text[place]
        place += 1
        if text[place : place + 1] != "(":
            options[letter] = ""
            continue
        value, place = _read_parentheses(text, place + 1)
        if value is None:
            break
        options[letter] = value
    return options


def _read_parentheses(text: str, place: int) -> tuple[str | None, int]:
    """Return what stands up to the closing parenthesis, and the place after it; None where none closes."""
    kept: list[str] = []
    depth = 1
    while place < len(text):
        letter = text[place]
        depth += (letter == "(") - (letter == ")")
        place += 1
        if not depth:
            return "".join(kept).strip('"'), place
        if letter == "\\":
            letter = text[place : place + 1]
            place += 1
        kept.append(letter)
    return None, place
