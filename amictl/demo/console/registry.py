"""Which function runs which command of the console: the table that the modules of this package fill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from amictl.demo.session import DemoSession
    from amictl.demo.world import World


@dataclass(frozen=True, slots=True)
class Invocation:
    """One command that somebody runs.

    Args:
        world: The PBX, whose lock is held.
        session: Over which session.
        words: What stands behind the words that name the command.
    """

    world: World
    session: DemoSession
    words: tuple[str, ...]


class CommandFailed(Exception):
    """A command did not do what it was asked for (CLI_FAILURE); its text is what it printed about that."""


class WrongUsage(Exception):
    """A command was given too few or too many words; its text is what is printed then, in short."""


Run = Callable[[Invocation], Iterable[str]]


@dataclass(frozen=True, slots=True)
class _Command:
    words: tuple[str, ...]
    summary: str
    fewest: int
    most: int
    run: Run


_COMMANDS: Final[dict[tuple[str, ...], _Command]] = {}


def command(words: str, summary: str, *, fewest: int = 0, most: int = 0) -> Callable[[Run], Run]:
    """Have a function run a command; it returns the lines to be printed, or raises `CommandFailed`.

    Args:
        words: What names it, such as ``core show version``.
        summary: What ``core show help`` says of it.
        fewest: How many more words it needs.
        most: How many more words it takes.
    """

    def register(function: Run) -> Run:
        key = tuple(words.split())
        _COMMANDS[key] = _Command(key, summary, fewest, most, function)
        return function

    return register


def run_command(line: str, session: DemoSession) -> list[str] | None:
    """Run a command under the world's lock and return what it prints; None where there is no such command.

    Args:
        line: The command; words in any case, as on the console.
        session: Over which session.

    Raises:
        CommandFailed: It says so.
        WrongUsage: The words behind the command are too few or too many.
    """
    words = tuple(line.split())
    for count in range(len(words), 0, -1):
        found = _COMMANDS.get(tuple(word.lower() for word in words[:count]))
        if found is not None:
            if not found.fewest <= len(words) - count <= found.most:
                raise WrongUsage(f"Usage: {' '.join(found.words)}")
            return list(found.run(Invocation(session.sessions.world, session, words[count:])))
    return None


def find_help(line: str) -> str:
    """Return what the console offers help for when it does not know a command (main/cli.c, find_best).

    It is the line up to the first word at which no command of that length begins as the line does.
    """
    words = line.split()
    for count in range(2, len(words) + 1):
        before = tuple(word.lower() for word in words[: count - 1])
        if not any(len(key) == count and key[:-1] == before for key in _COMMANDS):
            return " ".join(words[:count])
    return line


def list_commands() -> Iterator[tuple[str, str]]:
    """Yield the words and the summary of each command, in the order of their words."""
    for key in sorted(_COMMANDS):
        yield " ".join(key), _COMMANDS[key].summary
