"""Asterisk's configuration files, read as Asterisk reads them (main/config.c)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from amictl.errors import ConfigurationError

# Asterisk main/utils.c, ast_true and ast_false.
_TRUE: Final = frozenset({"yes", "true", "y", "t", "1", "on"})
_FALSE: Final = frozenset({"no", "false", "n", "f", "0", "off"})
_INTEGER: Final = re.compile(r"\s*([+-]?\d+)")
_BLANKS: Final = "".join(map(chr, range(33)))  # Asterisk's ast_strip takes all up to the space


def is_true(text: str | None) -> bool:
    """Tell whether Asterisk takes a text for yes (``ast_true``)."""
    return text is not None and text.lower() in _TRUE


def is_false(text: str | None) -> bool:
    """Tell whether Asterisk takes a text for no (``ast_false``); what is neither yes nor no is not."""
    return text is not None and text.lower() in _FALSE


def to_integer(text: str | None) -> int:
    """Return the number that a text begins with, or 0, as C's ``atoi`` does."""
    found = _INTEGER.match(text or "")
    return int(found[1]) if found else 0


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of a section: ``name = value`` or ``name => value``."""

    name: str
    value: str
    line: int


@dataclass(slots=True)
class Section:
    """A category of a file, with the settings of its templates first.

    Attributes:
        name: As it stands between the brackets.
        settings: In the order of the file; a name may come more than once.
        is_template: It was marked with ``(!)`` and is there for others to inherit from.
        templates: The sections that it inherits from, in order.
    """

    name: str
    settings: list[Setting] = field(default_factory=list)
    is_template: bool = False
    templates: list[str] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        """Return the value of a setting, in any case; the last one of that name wins."""
        return next(reversed(self.all(name)), default)

    def all(self, name: str) -> list[str]:
        """Return every value of a setting, in the order of the file."""
        wanted = name.lower()
        return [setting.value for setting in self.settings if setting.name.lower() == wanted]

    def append_to_last(self, setting: Setting) -> None:
        """Lengthen the value that this name had last (``name += value``), or set it."""
        for index in range(len(self.settings) - 1, -1, -1):
            last = self.settings[index]
            if last.name == setting.name:
                value = (last.value + setting.value).strip(_BLANKS)
                self.settings[index] = Setting(last.name, value, last.line)
                return
        self.settings.append(Setting(setting.name, setting.value.strip(_BLANKS), setting.line))


class Configuration:
    """The sections of a file and of all that it includes, in order; templates are left out.

    Two sections of one name are two sections, as Asterisk has them (PJSIP's endpoint, auth and aor).
    """

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = tuple(section for section in sections if not section.is_template)

    def __iter__(self) -> Iterator[Section]:
        return iter(self._sections)

    def section(self, name: str) -> Section:
        """Return the first section of a name, in any case; an empty one where there is none."""
        wanted = name.lower()
        for section in self._sections:
            if section.name.lower() == wanted:
                return section
        return Section(name)


def read_configuration(path: Path) -> Configuration:
    """Read one of Asterisk's configuration files, with what it includes.

    Raises:
        ConfigurationError: The file is not there, or Asterisk would call it invalid; names file and line.
    """
    reading = _Reading()
    reading.read_file(path)
    return Configuration(reading.sections)


def read_sections(path: Path) -> list[Section]:
    """Read one of Asterisk's configuration files and return its sections, templates among them.

    Raises:
        ConfigurationError: As for `read_configuration`.
    """
    reading = _Reading()
    reading.read_file(path)
    return reading.sections


def parse_configuration(text: str) -> Configuration:
    """Read a configuration from a text, which may not include files.

    Raises:
        ConfigurationError: Asterisk would call it invalid; names the line.
    """
    reading = _Reading()
    reading.read_text(text, Path("text"))
    return Configuration(reading.sections)


class _Reading:
    """Reads files into one list of sections."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self._current: Section | None = None
        self._place = ""

    def read_file(self, path: Path) -> None:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as problem:
            raise ConfigurationError(f"{path}: {problem.strerror}") from problem
        self.read_text(text, path)

    def read_text(self, text: str, path: Path) -> None:
        comments = _Comments()
        for number, raw in enumerate(text.splitlines(), start=1):
            line = comments.strip(raw).strip(_BLANKS)
            if line:
                self._place = f"{path}, line {number}"
                self._take(line, number, path)

    def _take(self, line: str, number: int, path: Path) -> None:
        if line.startswith("["):
            self._open_section(line)
        elif line.startswith("#"):
            self._follow_directive(line, path)
        else:
            self._set(line, number)

    def _open_section(self, line: str) -> None:
        name, closed, rest = line[1:].partition("]")
        if not closed:
            raise ConfigurationError(f"{self._place}: no closing ]")
        options = []
        if rest.startswith("("):
            inside, closed, _ = rest[1:].partition(")")
            if not closed:
                raise ConfigurationError(f"{self._place}: no closing )")
            options = inside.split(",")
        added_to = any(option.startswith("+") for option in options)
        section = self._last(name) if added_to else Section(name)
        for option in options:
            if option == "!":
                section.is_template = True
            elif not option.startswith("+"):
                base = self._last(option)
                section.settings.extend(base.settings)
                section.templates.append(option)
        if not added_to:
            self.sections.append(section)
        self._current = section

    def _last(self, name: str) -> Section:
        wanted = name.lower()
        for section in reversed(self.sections):
            if section.name.lower() == wanted:
                return section
        raise ConfigurationError(f"{self._place}: there is no section [{name}] before it")

    def _follow_directive(self, line: str, path: Path) -> None:
        word, _, argument = line[1:].partition(" ")
        name = argument.strip().strip('"<>')
        if word.lower() not in {"include", "tryinclude"} or not name:
            raise ConfigurationError(f"{self._place}: only #include and #tryinclude of a file are read")
        here = self._place
        found = sorted(path.parent.glob(name))
        if not found and word.lower() == "include":
            raise ConfigurationError(f"{here}: there is no {name}")
        for each in found:
            self.read_file(each)

    def _set(self, line: str, number: int) -> None:
        if self._current is None:
            raise ConfigurationError(f"{self._place}: a setting before the first section")
        name, equals, value = line.removeprefix("\\").partition("=")
        if not equals:
            raise ConfigurationError(f"{self._place}: no = in it")
        if name.endswith("+"):
            self._current.append_to_last(Setting(name[:-1].strip(_BLANKS), value, number))
            return
        value = value.removeprefix(">")
        self._current.settings.append(Setting(name.strip(_BLANKS), value.strip(_BLANKS), number))


class _Comments:
    """Takes comments out of lines: ``; …``, and ``;-- … --;`` over several lines, nested."""

    _MARK: Final = re.compile(r"\\;|;--(?!-)|--;|;")

    def __init__(self) -> None:
        self._depth = 0

    def strip(self, line: str) -> str:
        """Return what of a line is no comment; an escaped semicolon is one."""
        kept: list[str] = []
        place = 0
        for mark in self._MARK.finditer(line):
            if not self._depth:
                kept.append(line[place : mark.start()])
            place = mark.end()
            if mark[0] == ";--":
                self._depth += 1
            elif self._depth:
                self._depth -= mark[0] == "--;"
            elif mark[0] == "\\;":
                kept.append(";")
            else:
                kept.append("--" if mark[0] == "--;" else "")
                return "".join(kept)
        if not self._depth:
            kept.append(line[place:])
        return "".join(kept)
