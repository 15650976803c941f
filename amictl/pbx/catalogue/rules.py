"""Conditions between the parameters of one action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from amictl.errors import FieldProblem


@dataclass(frozen=True, slots=True)
class OneOf:
    """Exactly one of these parameters, or at most one where ``optional``."""

    names: tuple[str, ...]
    optional: bool = False

    @property
    def text(self) -> str:
        """The condition, for people."""
        return f"{'at most' if self.optional else 'exactly'} one of {', '.join(self.names)}"

    def problems(self, given: Mapping[str, object]) -> Iterator[FieldProblem]:
        """Yield a problem for every parameter too many, or for the first when there is none."""
        present = [name for name in self.names if name in given]
        if not present and not self.optional:
            yield FieldProblem(self.names[0], f"is required, or another of {', '.join(self.names[1:])}")
        for name in present[1:]:
            yield FieldProblem(name, f"cannot be given together with {present[0]}")


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these parameters."""

    names: tuple[str, ...]

    @property
    def text(self) -> str:
        """The condition, for people."""
        return f"at least one of {', '.join(self.names)}"

    def problems(self, given: Mapping[str, object]) -> Iterator[FieldProblem]:
        """Yield a problem for the first parameter when there is none."""
        if not any(name in given for name in self.names):
            yield FieldProblem(self.names[0], f"is required, or another of {', '.join(self.names[1:])}")


@dataclass(frozen=True, slots=True)
class Needs:
    """A parameter that means nothing without others."""

    name: str
    others: tuple[str, ...]

    @property
    def text(self) -> str:
        """The condition, for people."""
        return f"{self.name} needs {' and '.join(self.others)}"

    def problems(self, given: Mapping[str, object]) -> Iterator[FieldProblem]:
        """Yield a problem when any of the others is missing."""
        if self.name in given and any(other not in given for other in self.others):
            yield FieldProblem(self.name, f"needs {' and '.join(self.others)} too")


@dataclass(frozen=True, slots=True)
class Unless:
    """Parameters that are required unless another one is there, and refused when it is."""

    name: str
    required: tuple[str, ...]

    @property
    def text(self) -> str:
        """The condition, for people."""
        return f"either {self.name} or {' and '.join(self.required)}"

    def problems(self, given: Mapping[str, object]) -> Iterator[FieldProblem]:
        """Yield a problem for each parameter that is missing or too many."""
        for required in self.required:
            if self.name in given and required in given:
                yield FieldProblem(required, f"cannot be given together with {self.name}")
            elif self.name not in given and required not in given:
                yield FieldProblem(required, f"is required unless {self.name} is given")


@dataclass(frozen=True, slots=True)
class RequiredFor:
    """A parameter that is required for some values of another one."""

    name: str
    other: str
    values: tuple[str, ...]

    @property
    def text(self) -> str:
        """The condition, for people."""
        return f"{self.name} is required when {self.other} is {' or '.join(self.values)}"

    def problems(self, given: Mapping[str, object]) -> Iterator[FieldProblem]:
        """Yield a problem when the other has such a value and the parameter is missing."""
        value = str(given.get(self.other, "")).lower()
        if self.name not in given and value in {word.lower() for word in self.values}:
            yield FieldProblem(self.name, f"is required when {self.other} is {value}")


@dataclass(frozen=True, slots=True)
class TogetherAtMost:
    """Texts that Asterisk joins and cuts at some size."""

    names: tuple[str, ...]
    most: int

    @property
    def text(self) -> str:
        """The condition, for people."""
        return f"{' and '.join(self.names)} together at most {self.most} bytes"

    def problems(self, given: Mapping[str, object]) -> Iterator[FieldProblem]:
        """Yield a problem when they are too long together."""
        size = sum(len(str(given.get(name, "")).encode(errors="replace")) for name in self.names)
        if size > self.most:
            yield FieldProblem(self.names[0], f"is too long: {self.text}")
