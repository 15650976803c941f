"""A configuration file as AMI shows and changes it (Asterisk main/config.c, main/manager.c)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

from amictl.demo.configuration import read_sections


class UpdateFailed(Exception):
    """A change that Asterisk does not make; the text is Asterisk's."""


@dataclass(slots=True)
class Category:
    """One section.

    Args:
        name: As it stands between the brackets.
        inherited: What its templates say.
        lines: What itself says: names and values, in order.
        templates: Their names.
        is_template: Whether it is there for others to inherit from.
    """

    name: str
    inherited: list[tuple[str, str]] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    templates: list[str] = field(default_factory=list)
    is_template: bool = False

    @property
    def all_lines(self) -> list[tuple[str, str]]:
        """All that holds for it, its templates' part first."""
        return [*self.inherited, *self.lines]

    def set_first(self, name: str, value: str, match: str) -> bool:
        """Change the first line of a name, or of a name and a value; return whether there is one."""
        for index, line in enumerate(self.lines):
            if _fits(line, name, match):
                self.lines[index] = (line[0], value)
                return True
        return False

    def delete(self, name: str, match: str, line: str) -> bool:
        """Take out a line by its number, or all of a name (and a value); return whether some were there."""
        if line:
            kept = [each for number, each in enumerate(self.lines) if number != _to_number(line)]
        else:
            kept = [each for each in self.lines if not _fits(each, name, match)]
        found, self.lines = len(kept) < len(self.lines), kept
        return found


class ConfigurationDocument:
    """The sections of one file.

    Args:
        categories: In the file's order.
    """

    def __init__(self, categories: list[Category]) -> None:
        self._categories = categories

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file.

        Raises:
            ConfigurationError: It is not there, or its form is wrong.
        """
        categories = []
        lengths: dict[str, int] = {}
        for section in read_sections(path):
            lines = [(setting.name, setting.value) for setting in section.settings]
            inherited = sum(lengths.get(name.lower(), 0) for name in section.templates)
            lengths[section.name.lower()] = len(lines)
            categories.append(
                Category(
                    section.name,
                    lines[:inherited],
                    lines[inherited:],
                    list(section.templates),
                    section.is_template,
                )
            )
        return cls(categories)

    def browse(self, name: str = "", filters: str = "") -> Iterator[Category]:
        """Yield the categories of a name, or all, that a filter lets through.

        Args:
            name: In any case.
            filters: ``name=value`` with commas between, both regular expressions, and ``TEMPLATES=include``
                or ``restrict``; without the latter, templates are left out.
        """
        terms = [term.partition("=") for term in filters.split(",") if "=" in term]
        templates = next((value for key, _, value in terms if key.strip() == "TEMPLATES"), "")
        conditions = [(key, value) for key, _, value in terms if key.strip() != "TEMPLATES"]
        for category in self._categories:
            if name and category.name.lower() != name.lower():
                continue
            if category.is_template and templates not in {"include", "restrict"}:
                continue
            if templates == "restrict" and not category.is_template:
                continue
            if all(_has(category, key, value) for key, value in conditions):
                yield category

    def add(self, category: Category, *, before: str = "") -> None:
        """Add a category at the end, or before another one.

        Raises:
            UpdateFailed: There is no such other one.
        """
        if not before:
            self._categories.append(category)
            return
        for index, each in enumerate(self._categories):
            if each.name.lower() == before.lower():
                self._categories.insert(index, category)
                return
        raise UpdateFailed("Create category did not complete successfully")

    def delete(self, category: Category) -> None:
        """Take a category out."""
        self._categories = [each for each in self._categories if each is not category]

    def write(self, path: Path) -> None:
        """Write it as Asterisk does: its own comments are all that there is of comments."""
        lines = [
            ";!",
            ";! Automatically generated configuration file",
            f";! Filename: {path.name} ({path})",
            ";! Generator: Manager",
            f";! Creation Date: {datetime.now().astimezone():%a %b %e %H:%M:%S %Y}",
            ";!",
            "",
        ]
        for category in self._categories:
            options = [*(["!"] if category.is_template else []), *category.templates]
            written = ",".join(options)
            lines.append(f"[{category.name}]({written})" if written else f"[{category.name}]")
            lines += [" = ".join((name, value.replace(";", r"\;"))) for name, value in category.lines]
            lines.append("")
        path.write_text("\n".join(lines), encoding="utf-8")


def _fits(line: tuple[str, str], name: str, match: str) -> bool:
    return line[0].lower() == name.lower() and (not match or line[1].lower() == match.lower())


def _to_number(text: str) -> int:
    return int(text) if text.isdigit() else -1


def _has(category: Category, name: str, value: str) -> bool:
    """Return whether a category has a line whose name and value match regular expressions."""
    try:
        return any(
            re.search(name.strip(), each) and re.search(value.strip(), said)
            for each, said in category.all_lines
        )
    except re.error:
        return False
