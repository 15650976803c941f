"""What the dialplan says: contexts, extensions and hints, and which of them a dialled number means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from amictl.demo.configuration import Section, read_configuration

FILE_REGISTRAR = "pbx_config"
"""Who made what stands in the file, and what AMI adds to it."""

_STEP = re.compile(r"(?P<application>[^(\s]+)\s*(?:\((?P<data>.*)\))?", re.DOTALL)
_PRIORITY = re.compile(r"(?P<number>\d+|n|hint)(?:\((?P<label>[^)]+)\))?(?:\+\d+)?")
_CLASSES = {"X": "0123456789", "Z": "123456789", "N": "23456789"}


@dataclass(frozen=True, slots=True)
class Step:
    """One priority of an extension: an application with its data, before variables are put in."""

    application: str
    data: str = ""


@dataclass(slots=True)
class Extension:
    """All that a context says of one number or pattern."""

    name: str
    steps: dict[int, Step] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    hint: str = ""
    hint_name: str = ""
    registrar: str = FILE_REGISTRAR


@dataclass(slots=True)
class Context:
    """A context: its own extensions, and the contexts that it includes."""

    name: str
    extensions: dict[str, Extension] = field(default_factory=dict)
    includes: list[str] = field(default_factory=list)
    registrar: str = FILE_REGISTRAR


class Extensions:
    """The contexts of ``extensions.conf``, and what modules add to them.

    Args:
        path: The file.

    Attributes:
        globals: Its global variables.
        contexts: By name.

    Raises:
        ValueError: A line is not understood.
    """

    def __init__(self, path: Path) -> None:
        self.globals: dict[str, str] = {}
        self.contexts: dict[str, Context] = {}
        self.autofallthrough = True
        for section in read_configuration(path):
            if section.name == "general":
                self.autofallthrough = section.get("autofallthrough", "yes") == "yes"
            elif section.name == "globals":
                self.globals.update((setting.name, setting.value) for setting in section.settings)
            else:
                self._read_context(section)
        self._found: dict[tuple[str, str], Extension | None] = {}

    def context(self, name: str, registrar: str = FILE_REGISTRAR) -> Context:
        """Return a context, made where there is none."""
        return self.contexts.setdefault(name, Context(name, registrar=registrar))

    def add(
        self, context: str, exten: str, priority: int, step: Step, *, label: str = "", registrar: str
    ) -> None:
        """Add a priority to an extension, made where there is none.

        Args:
            context: Where.
            exten: Number or pattern.
            priority: Its number.
            step: What runs there.
            label: The priority's name.
            registrar: Who adds it, as ``DialplanExtension…`` and parking do.
        """
        extension = self._extension(context, exten, registrar)
        extension.steps[priority] = step
        if label:
            extension.labels[label] = priority
        self._found = {}

    def add_hint(self, context: str, exten: str, hint: str, *, registrar: str = FILE_REGISTRAR) -> None:
        """Add or change an extension's hint."""
        self._extension(context, exten, registrar).hint = hint
        self._found = {}

    def remove(self, context: str, exten: str, priority: int | None = None) -> bool:
        """Take an extension out, or one of its priorities.

        Returns:
            Whether it was there.
        """
        extensions = self.contexts[context].extensions if context in self.contexts else {}
        extension = extensions.get(exten)
        self._found = {}
        if extension is None or (priority is not None and priority not in extension.steps):
            return False
        if priority is not None:
            del extension.steps[priority]
        if priority is None or not (extension.steps or extension.hint):
            del extensions[exten]
        return True

    def take_over(self, other: Extensions) -> None:
        """Take from another dialplan what modules made there, and its global variables where they are new.

        Args:
            other: The dialplan that was in force until now.
        """
        self.globals = other.globals | self.globals
        for context in other.contexts.values():
            for extension in context.extensions.values():
                if extension.registrar != FILE_REGISTRAR:
                    made = self.context(context.name, context.registrar).extensions
                    made.setdefault(extension.name, extension)
        self._found = {}

    def find(self, context: str, exten: str, *, priority: int = 1) -> Extension | None:
        """Return the extension that a number means in a context, if it has that priority."""
        key = (context, exten)
        if key in self._found and priority == 1:
            return self._found[key]
        found = next((each for each in self._matches(context, exten, set()) if priority in each.steps), None)
        if priority == 1:
            self._found[key] = found
        return found

    def step(self, context: str, exten: str, priority: int) -> Step | None:
        """Return what runs at a place, or None where there is nothing."""
        extension = self.find(context, exten)
        if extension is None or priority not in extension.steps:
            extension = self.find(context, exten, priority=priority)
        return extension.steps.get(priority) if extension else None

    def label(self, context: str, exten: str, label: str) -> int | None:
        """Return the priority of a label."""
        matches = self._matches(context, exten, set())
        return next((each.labels[label] for each in matches if label in each.labels), None)

    def can_go_on(self, context: str, exten: str) -> bool:
        """Tell whether more digits could mean another extension (Asterisk: ast_matchmore_extension)."""
        longer = (f"{exten}{digit}" for digit in "0123456789*#")
        names = [name for each in self._reachable(context, set()) for name in self.contexts[each].extensions]
        if any(not name.startswith("_") and name.startswith(exten) and name != exten for name in names):
            return True
        patterns = [name for name in names if name.startswith("_")]
        return any(could_begin(pattern, more) for more in longer for pattern in patterns)

    def hints(self) -> Iterator[tuple[str, Extension]]:
        """Yield each hint with its context; those of patterns are watched by nobody, and left out."""
        for context in self.contexts.values():
            for extension in context.extensions.values():
                if extension.hint and not extension.name.startswith("_"):
                    yield context.name, extension

    def hint(self, context: str, exten: str) -> tuple[str, Extension] | None:
        """Return the hint of a number and the context that has it, includes considered."""
        for name in self._reachable(context, set()):
            extension = self.contexts[name].extensions.get(exten)
            if extension and extension.hint:
                return name, extension
        return None

    def _extension(self, context: str, exten: str, registrar: str) -> Extension:
        extensions = self.context(context, registrar).extensions
        return extensions.setdefault(exten, Extension(exten, registrar=registrar))

    def _reachable(self, context: str, seen: set[str]) -> Iterator[str]:
        if context in seen or context not in self.contexts:
            return
        seen.add(context)
        yield context
        for included in self.contexts[context].includes:
            yield from self._reachable(included, seen)

    def _matches(self, context: str, exten: str, seen: set[str]) -> Iterator[Extension]:
        for name in self._reachable(context, seen):
            extensions = self.contexts[name].extensions
            if exten in extensions:
                yield extensions[exten]
            patterns = [name for name in extensions if name.startswith("_")]
            for pattern in sorted(patterns, key=specificity):
                if matches(pattern, exten):
                    yield extensions[pattern]

    def _read_context(self, section: Section) -> None:
        context = self.context(section.name)
        exten, last = "", 0
        for setting in section.settings:
            key, value = setting.name, setting.value
            if key == "include":
                context.includes.append(value)
                continue
            if key == "exten":
                exten, _, value = value.partition(",")
                exten = exten.strip()
                last = 0
            elif key != "same":
                raise ValueError(f"[{section.name}]: {key} is not understood")
            last = self._read_step(context, exten, value, last)

    def _read_step(self, context: Context, exten: str, text: str, last: int) -> int:
        place, _, what = text.partition(",")
        priority = _PRIORITY.fullmatch(place.strip())
        if priority is None:
            raise ValueError(f"[{context.name}] {exten}: there is no priority in {text!r}")
        extension = context.extensions.setdefault(exten, Extension(exten))
        if priority["number"] == "hint":
            extension.hint, _, extension.hint_name = what.strip().partition(",")
            return last
        number = last + 1 if priority["number"] == "n" else int(priority["number"])
        step = _STEP.fullmatch(what.strip())
        if step is None:
            raise ValueError(f"[{context.name}] {exten}: there is no application in {text!r}")
        extension.steps[number] = Step(step["application"], step["data"] or "")
        if priority["label"]:
            extension.labels[priority["label"]] = number
        return number


@lru_cache(maxsize=4096)
def matches(pattern: str, exten: str) -> bool:
    """Tell whether a pattern such as ``_10[0-2]X`` means a number."""
    return _compile(pattern).fullmatch(exten) is not None


@lru_cache(maxsize=4096)
def could_begin(pattern: str, digits: str) -> bool:
    """Tell whether digits are the beginning of what a pattern means."""
    parts = _parts(pattern)
    for position, digit in enumerate(digits):
        if position >= len(parts):
            return False
        if parts[position] in ".!":
            return True
        if not _compile(f"_{parts[position]}").fullmatch(digit):
            return False
    return True


@lru_cache(maxsize=1024)
def specificity(pattern: str) -> tuple[int, ...]:
    """Return what patterns are sorted by: at each place, the one that allows fewer digits comes first.

    ``.`` and ``!`` come last ("Asterisk main/pbx.c", ext_cmp_pattern).
    """
    return tuple(_weight(part) for part in _parts(pattern))


@lru_cache(maxsize=1024)
def _compile(pattern: str) -> re.Pattern[str]:
    expressions = {".": ".+", "!": ".*"}
    made = []
    for part in _parts(pattern):
        if part in expressions:
            made.append(expressions[part])
        elif part.startswith("["):
            made.append(part)
        else:
            made.append(f"[{_CLASSES[part]}]" if part in _CLASSES else re.escape(part))
    return re.compile("".join(made), re.DOTALL)


def _parts(pattern: str) -> list[str]:
    """Split a pattern into its places; hyphens mean nothing, and classes may be in lower case."""
    parts = re.findall(r"\[[^\]]+\]|[^-]", pattern.removeprefix("_"))
    return [part.upper() if part in "xzn" else part for part in parts]


def _weight(part: str) -> int:
    if part in ".!":
        return 1000 if part == "." else 1001
    if part in _CLASSES:
        return len(_CLASSES[part])
    if part.startswith("["):
        return sum(1 for code in range(32, 127) if re.fullmatch(part, chr(code)))
    return 1
