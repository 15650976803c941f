"""What the catalogue holds: AMI actions, their parameters, and rules between parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from amictl.errors import FieldProblem

# Where one word of a header's name ends and the next begins: ``CallerID``, ``DAHDIChannel``, ``Call-ID``.
_WORD_BREAK: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[-()]")
_DIGITS: Final = re.compile(r"\d+")
MODULES: Final = "modules"
"""Stands among topics for all that a module of Asterisk brings."""
QUEUE_SETTINGS: Final = "queue_settings"
"""Stands among topics for what only ``queues.conf`` tells of queues."""


class Kind(StrEnum):
    """What a parameter's value must be."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    PRIORITY = "priority"
    VARIABLES = "variables"
    NAMES = "names"


class Named(StrEnum):
    """What of the PBX a parameter's value may name, so that a form can offer those that are there."""

    CHANNEL = "channel"
    DIAL_STRING = "dial_string"
    ENDPOINT = "endpoint"
    QUEUE = "queue"
    MEMBER = "member"
    CONTEXT = "context"
    EXTENSION = "extension"
    CONFERENCE = "conference"


class ReplyKind(StrEnum):
    """How the PBX answers.

    ``LIST`` is marked by ``EventList``; an ``UNMARKED_LIST`` ends with an event of its own, or holds one
    event only; ``NONE`` is text that is no AMI message, so nothing tells that the action was done.
    """

    SINGLE = "single"
    LIST = "list"
    UNMARKED_LIST = "unmarked_list"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One header that an action reads.

    Args:
        header: Its name in AMI.
        name: Its name in our API, in snake_case.
        kind: What its value must be.
        required: Whether Asterisk refuses the action, or acts on everything, without it.
        choices: The words that Asterisk takes, for ``CHOICE``.
        words: What is sent for true and for false, for ``BOOLEAN``.
        minimum: The least number.
        maximum: The greatest number.
        limit: Most bytes that Asterisk keeps of a text.
        pattern: A regular expression that a text must match as a whole.
        hint: What the pattern means, to complete "must be …".
        unit: ``s`` or ``ms`` of a duration.
        may_be_empty: Whether an empty text means something else than no text.
        exact: Whether a leading blank, which AMI drops, would change the meaning.
        repeatable: Whether Asterisk reads every header of this name, not only the first.
        numbered: Whether the digits in ``header`` stand for any number (``Action-000000``).
        since: The first release of each major version that reads it; empty when all of ours do.
        refusal: Why it cannot be sent through the generic route, or an empty text.
        means: What of the PBX its value names (`Named`), or None.
    """

    header: str
    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    words: tuple[str, str] = ("true", "false")
    minimum: int | None = None
    maximum: int | None = None
    limit: int | None = None
    pattern: str = ""
    hint: str = ""
    unit: str = ""
    may_be_empty: bool = False
    exact: bool = False
    repeatable: bool = False
    numbered: bool = False
    since: tuple[str, ...] = ()
    refusal: str = ""
    means: Named | None = None

    def matches(self, key: str) -> bool:
        """Return whether a name given by a caller, in our form or in AMI's, means this parameter."""
        if not self.numbered:
            return key == self.name or key.lower() == self.header.lower()
        return any(
            re.fullmatch(_DIGITS.sub(r"\\d+", re.escape(form)), key, re.IGNORECASE)
            for form in (self.name, self.header)
        )

    def header_for(self, key: str) -> str:
        """Return the header to send for a name that this parameter matches."""
        number = _DIGITS.search(key) if self.numbered else None
        return _DIGITS.sub(number[0], self.header) if number else self.header


class Rule(Protocol):
    """A condition between parameters of one action."""

    @property
    def text(self) -> str:
        """The condition, for people."""

    def problems(self, given: Mapping[str, object]) -> Iterator[FieldProblem]:
        """Yield what contradicts it; ``given`` holds the values that are there, by our names."""


@dataclass(frozen=True, slots=True)
class KnownAction:
    """One AMI action.

    Args:
        name: Its name, in Asterisk's spelling.
        purpose: What it is for, in one sentence.
        parameters: What it reads, without ``ActionID``.
        rights: The write classes of ``manager.conf`` of which the user needs any; empty when none is needed.
        changes_pbx: Whether it changes anything on the PBX.
        reply: How the PBX answers.
        since: The first release of each major version that has it; empty when
            Asterisk 16 had it from the start.
        until: The last major version that has it, or None.
        module: The module that brings it, or None for Asterisk's core.
        successor: What newer versions have instead, or an empty text.
        rules: Conditions between parameters.
        open_headers: Whether it takes headers of any name.
        refusal: Why it cannot be sent through the generic route, or an empty text.
        touches: Topics of the live picture that it may change, and `QUEUE_SETTINGS`; `MODULES` for what a
            module or a command of the console may change, which its headers tell.
    """

    name: str
    purpose: str
    parameters: tuple[Parameter, ...] = ()
    rights: frozenset[str] = frozenset()
    changes_pbx: bool = True
    reply: ReplyKind = ReplyKind.SINGLE
    since: tuple[str, ...] = ()
    until: int | None = None
    module: str | None = None
    successor: str = ""
    rules: tuple[Rule, ...] = ()
    open_headers: bool = False
    refusal: str = ""
    touches: frozenset[str] = frozenset()

    def find(self, key: str) -> Parameter | None:
        """Return the parameter that a caller means by a name in our form or in AMI's."""
        return next((parameter for parameter in self.parameters if parameter.matches(key)), None)


def name_in_api(header: str) -> str:
    """Return our snake_case name of an AMI header."""
    return _WORD_BREAK.sub("_", header).strip("_").lower()
