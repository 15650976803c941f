"""The dialplan's applications by name; importing the modules of this package fills the table."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import simpy

if TYPE_CHECKING:
    from amictl.demo.channels import Channel

Run = Callable[["Channel", str], Generator[simpy.Event, Any, "bool | None"]]
"""Runs an application for a channel with its data; False ends the channel, None and True go on."""


@dataclass(frozen=True, slots=True)
class Application:
    """One application.

    Args:
        name: As Asterisk spells it.
        run: What it does.
    """

    name: str
    run: Run


_APPLICATIONS: Final[dict[str, Application]] = {}


def application(name: str) -> Callable[[Run], Run]:
    """Register what runs an application.

    Args:
        name: As Asterisk spells it; the dialplan may write it in any case.
    """

    def register(run: Run) -> Run:
        _APPLICATIONS[name.lower()] = Application(name, run)
        return run

    return register


def find_application(name: str) -> Application | None:
    """Return the application of this name, in any case."""
    return _APPLICATIONS.get(name.lower())


def application_names() -> list[str]:
    """Return all names, sorted."""
    return sorted(each.name for each in _APPLICATIONS.values())
