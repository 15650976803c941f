"""Which function answers which action: the table that the modules of this package fill."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from amictl.demo.actions.request import Request
from amictl.demo.actions.synopses import SYNOPSES
from amictl.demo.rights import make_mask, write_needed
from amictl.pbx.catalogue import CATALOGUE

Answer = Callable[[Request], None]
_A = TypeVar("_A", bound=Answer)


@dataclass(frozen=True, slots=True)
class AnsweredAction:
    """One action that the demo knows.

    Args:
        name: In Asterisk's spelling.
        rights: The mask of the write classes of which the user needs any; 0 needs none.
        synopsis: What ``ListCommands`` says of it.
        answer: What answers it.
        locked: Whether it is answered under the world's lock; what waits or logs in takes it by itself.
    """

    name: str
    rights: int
    synopsis: str
    answer: Answer
    locked: bool

    def is_allowed(self, write_mask: int) -> bool:
        """Return whether a user with these classes may send it."""
        return not self.rights or bool(self.rights & write_mask)

    def describe(self) -> str:
        """Return what ``ListCommands`` says of it."""
        return f"{self.synopsis}  (Priv: {write_needed(self.rights)})"


_ACTIONS: Final[dict[str, AnsweredAction]] = {}


def answers(name: str, *, locked: bool = True) -> Callable[[_A], _A]:
    """Have a function answer an action.

    Args:
        name: In Asterisk's spelling; the catalogue says what rights it needs.
        locked: False for what waits, and so must not hold the world's lock.
    """

    def register(function: _A) -> _A:
        known = CATALOGUE[name.lower()]
        _ACTIONS[name.lower()] = AnsweredAction(
            known.name, make_mask(known.rights), SYNOPSES[known.name], function, locked
        )
        return function

    return register


def find_action(name: str) -> AnsweredAction | None:
    """Return what is known of an action, by its name in any case."""
    return _ACTIONS.get(name.lower())


def list_actions() -> Iterator[AnsweredAction]:
    """Yield all actions in the order of ``ListCommands``."""
    yield from (_ACTIONS[name] for name in sorted(_ACTIONS))
