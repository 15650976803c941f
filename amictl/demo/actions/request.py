"""One action of a client, and the ways to answer it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

from amictl.demo.arguments import split_arguments
from amictl.demo.text import Block, Headers, encode

if TYPE_CHECKING:
    from amictl.demo.session import DemoSession
    from amictl.demo.world import World

ListItem = tuple[str, Sequence[Headers]]
"""An event of a list: its name and its headers, in parts as `World.emit` takes them."""

_MOST_VARIABLES: Final = 64  # a header, main/manager.c, man_do_variable_value
_ACTION_ID: Final = "ActionID"
ACTION_ID: Final[Headers] = ((_ACTION_ID, ""),)
"""Stands in a list's item where Asterisk puts the client's ``ActionID``, when that is not second."""


class AnsweredTwice(RuntimeError):
    """A defect of the demo: an action was answered twice, or not at all."""


class Request:
    """One action, as ``struct message`` of Asterisk's main/manager.c: headers in order, names in any case.

    It is answered exactly once, by the function that `answers` named for it or, after `hold`, later. All of
    it happens under the world's lock.

    Args:
        lines: The headers as they came.
        session: Who asks.
        world: The PBX that is asked.

    Attributes:
        is_answered: Whether the answer is complete.
        is_held: Whether the answer comes later; until then the session does nothing else, as in Asterisk.
    """

    def __init__(self, lines: Sequence[str], session: DemoSession, world: World) -> None:
        self.lines = tuple(lines)
        self.session = session
        self.world = world
        self.is_answered = False
        self.is_held = False
        self._on_answer: Callable[[bytes], None] = session.take_answer
        self.action_id = self.get(_ACTION_ID)
        self._id_line: Headers = ((_ACTION_ID, self.action_id),) if self.action_id else ()

    @property
    def name(self) -> str:
        """The action's name, as the client wrote it: the first ``Action`` that is not empty."""
        return next(filter(None, self.all("Action")), "")

    def get(self, header: str, default: str = "") -> str:
        """Return the value of the first header of a name, without leading blanks; ``default`` without one."""
        start = f"{header.lower()}:"
        for line in self.lines:
            if line.lower().startswith(start):
                return line[len(start) :].lstrip(" \t") or default
        return default

    def all(self, header: str) -> list[str]:
        """Return the values of all headers of a name."""
        start = f"{header.lower()}:"
        return [line[len(start) :].lstrip(" \t") for line in self.lines if line.lower().startswith(start)]

    def given(self, *without: str) -> Block:
        """Return all lines as the client sent them, but for headers of some names."""
        starts = tuple(f"{name.lower()}:" for name in without)
        kept = Block(())
        kept.raw = b"".join(
            f"{line}\r\n".encode("utf-8", "surrogateescape")
            for line in self.lines
            if not line.lower().startswith(starts)
        )
        return kept

    def variables(self) -> list[tuple[str, str]]:
        """Return the pairs of the headers ``Variable``, in the order in which they were sent.

        Each may hold pairs with commas between, taken apart as the arguments of an application.
        """
        pieces = chain.from_iterable(
            split_arguments(value, _MOST_VARIABLES) for value in self.all("Variable")
        )
        pairs = (piece.partition("=") for piece in pieces)
        return [(name, value) for name, equals, value in pairs if name and equals]

    def hold(self) -> None:
        """Say that the answer comes later; the session waits for it."""
        self.is_held = True

    def succeed(self, message: str | None = None) -> None:
        """Answer that it was done.

        Args:
            message: Asterisk's words; None leaves the header out.
        """
        self.give((), message)

    def fail(self, message: str | None = None, *more: str) -> None:
        """Answer that it was not done.

        Args:
            message: Why, in Asterisk's words; None leaves the header out.
            *more: Where Asterisk answers more than once, the words of the other answers.
        """
        first: Headers = () if message is None else (("Message", message),)
        answers = [first, *((("Message", each),) for each in more)]
        self.finish(
            b"".join(self._encode((("Response", "Error"), *self._id_line, *answer)) for answer in answers)
        )

    def give(self, headers: Headers, message: str | None = None) -> None:
        """Answer with success and more headers, ``Message`` the first of them where there is one."""
        self._respond("Success", (*(() if message is None else (("Message", message),)), *headers))

    def respond(self, response: str, headers: Headers) -> None:
        """Answer with another word than ``Success`` and ``Error``, such as ``Goodbye``."""
        self._respond(response, headers)

    def give_lines(self, lines: Iterable[str]) -> None:
        """Answer with success and lines as they are, some of which Asterisk does not write as headers."""
        text = "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")
        self.finish(encode((("Response", "Success"), *self._id_line)) + text + b"\r\n")

    def output(self, lines: Iterable[str], *, success: bool = True) -> None:
        """Answer a ``Command`` with what the command printed."""
        printed = list(lines) or [""]
        told = [("Message", "Command output follows"), *(("Output", line) for line in printed)]
        self._respond("Success" if success else "Error", told)

    def list(
        self,
        message: str,
        items: Iterable[ListItem],
        *,
        complete: str,
        extra: Headers = (),
        count: int | None = None,
        marked: bool = True,
    ) -> None:
        """Answer with a list.

        Args:
            message: The words of the response, such as ``Channels will follow``.
            items: The events, each with its headers in parts. ``ActionID`` comes second, or where the part
                `ACTION_ID` stands.
            complete: The name of the event that ends it.
            extra: Headers of that event after ``ListItems``.
            count: What ``ListItems`` says; None is how many events there were.
            marked: Whether ``EventList`` and ``ListItems`` are there, as in all but a few old lists.
        """
        start = (("EventList", "start"),) if marked else ()
        blocks = [self._encode((("Response", "Success"), *self._id_line, *start, ("Message", message)))]
        blocks += [self._encode_item(name, parts) for name, parts in items]
        ending = (
            (("EventList", "Complete"), ("ListItems", str(len(blocks) - 1 if count is None else count)))
            if marked
            else ()
        )
        blocks.append(self._encode((("Event", complete), *self._id_line, *ending, *extra)))
        self.finish(b"".join(blocks))

    def send_messages(self, *messages: Sequence[Headers]) -> None:
        """Answer with messages of a form of their own, each in parts; `ACTION_ID` stands for the client's."""
        self.finish(b"".join(self._encode(*parts) for parts in messages))

    def finish(self, answer: bytes) -> None:
        """Answer with bytes as they are, for what has a form of its own.

        Raises:
            AnsweredTwice: There was an answer already.
        """
        if self.is_answered:
            raise AnsweredTwice(f"{self.name} was answered twice")
        self.is_answered = True
        self._on_answer(answer)

    def _respond(self, response: str, headers: Headers) -> None:
        self.finish(self._encode((("Response", response), *self._id_line, *headers)))

    def _encode_item(self, name: str, parts: Sequence[Headers]) -> bytes:
        placed = parts if any(part is ACTION_ID for part in parts) else (ACTION_ID, *parts)
        return self._encode((("Event", name),), *placed)

    def _encode(self, *parts: Headers) -> bytes:
        raw = [
            part.raw if isinstance(part, Block) else encode(self._id_line if part is ACTION_ID else part)
            for part in parts
        ]
        return b"".join((*raw, b"\r\n"))
