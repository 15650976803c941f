"""The addresses of a PBX's host name: one question to the resolver at a time, and the last answer is kept."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from amictl.config import LinkSettings
from amictl.errors import LinkDown
from amictl.manager.findings import Check, NoConnection, set_in_amictl

INTERRUPT_CHECK = 0.1  # seconds between two looks at whether an attempt is still wanted
_PATIENCE_WITH_MEMORY = 1.0  # seconds that a resolver is waited for where an earlier answer can be used
AddressInfo = tuple[Any, ...]  # getaddrinfo's rows: family, type, protocol, canonical name, address


@dataclass(slots=True)
class _Question:
    """One question to the resolver, in a thread of its own, which is left behind where the resolver hangs."""

    done: threading.Event = field(default_factory=threading.Event)
    problem: Exception | None = None


class NameLookup:
    """Finds the addresses of one PBX; belongs to its link, whose attempts come one after the other.

    A resolver can hang for minutes, longer than an attempt may last: the next attempt then waits for the same
    question, so that a dead name never has more than one thread. What the resolver said last is used where it
    does not answer now, so that a PBX is found again while the name server is away.

    Args:
        settings: The host and the port.
    """

    def __init__(self, settings: LinkSettings) -> None:
        self._settings = settings
        self._question: _Question | None = None
        self._found: list[AddressInfo] = []

    def addresses(self, deadline: float, stopping: threading.Event) -> list[AddressInfo]:
        """Return the host's addresses.

        Args:
            deadline: How long to wait at most, on the monotonic clock.
            stopping: Ends the wait when set.

        Raises:
            NoConnection: The name has no address, or no answer came in time.
            LinkDown: The link is being stopped.
        """
        host = self._settings.host
        question = self._ask()
        if self._found:
            deadline = min(deadline, time.monotonic() + _PATIENCE_WITH_MEMORY)
        while not question.done.wait(INTERRUPT_CHECK):
            raise_if_stopping(stopping)
            if time.monotonic() > deadline:
                if self._found:
                    return self._found
                raise _not_found(f"The name {host!r} was not resolved in time: check the DNS.")
        problem = question.problem
        if problem is None or (self._found and _may_pass(problem)):
            return self._found
        reason = getattr(problem, "strerror", None) or str(problem)
        raise _not_found(f"The name {host!r} cannot be resolved ({reason}): check host and DNS.")

    def _ask(self) -> _Question:
        """Return the question that is under way, or a new one."""
        question = self._question
        if question is None or question.done.is_set():
            question = self._question = _Question()
            if _is_ip_address(self._settings.host):
                self._look_up(question)
            else:
                name = f"ami-resolve-{self._settings.name}"
                threading.Thread(target=self._look_up, args=(question,), name=name, daemon=True).start()
        return question

    def _look_up(self, question: _Question) -> None:
        """Ask the resolver, and keep what it says."""
        settings = self._settings
        try:
            self._found = list(socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM))
        except Exception as error:  # noqa: BLE001 - whatever a resolver raises, the name is not resolved
            question.problem = error
        finally:
            question.done.set()


def raise_if_stopping(stopping: threading.Event) -> None:
    """Raise ``LinkDown`` when the link is being stopped."""
    if stopping.is_set():
        raise LinkDown("The link is being stopped.")


def _not_found(detail: str) -> NoConnection:
    """Return the error of a name without an address."""
    return NoConnection(
        Check.REACH, detail, set_in_amictl("Host: the PBX's IP address, or a name that the DNS knows")
    )


def _may_pass(problem: Exception) -> bool:
    """Return whether the resolver failed for now, and did not say that the name has no address."""
    return isinstance(problem, socket.gaierror) and problem.errno in {socket.EAI_AGAIN, socket.EAI_FAIL}


def _is_ip_address(host: str) -> bool:
    """Return whether the host is an address, so that no name server is needed."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
