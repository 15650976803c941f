"""A link to one PBX of the command line's own, kept while a command runs."""

from __future__ import annotations

import contextlib
import getpass
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

from flask import current_app

from amictl.errors import LinkDown, LoginRefused
from amictl.manager import Pbx
from amictl.pbx.topics.links.value import LinkState
from amictl.services.access import Actor
from amictl.services.access.pbxes import choose_pbx
from amictl.services.use_cases import UseCases
from amictl.store.permissions import PERMISSIONS

_LOGIN_TIMEOUT = 20.0  # seconds: connect, login and snapshot have bounds of their own below this
_LOOK_INTERVAL = 0.02  # seconds


@dataclass(frozen=True, slots=True)
class LiveLink:
    """A PBX with its link, and the actor who uses it.

    Args:
        services: The application's services.
        pbx: The PBX.
        actor: Whoever has a shell on amictl's machine, and so the keys to everything.
    """

    services: UseCases
    pbx: Pbx
    actor: Actor


@contextlib.contextmanager
def open_link(pbx_name: str | None) -> Iterator[LiveLink]:
    """Log in to a PBX, take its picture, and log off at the end.

    Args:
        pbx_name: The PBX; None means the default one.

    Raises:
        NotFound: There is no such PBX, or none at all.
        LoginRefused: The PBX refuses amictl's AMI user.
        LinkDown: The PBX cannot be reached, or does not tell its state in time.
    """
    services = cast("UseCases", current_app.extensions["amictl"])
    actor = _shell_actor()
    services.registry.start()
    try:
        pbx = services.registry.get(choose_pbx(services.registry, actor, pbx_name))
        _await_picture(pbx)
        yield LiveLink(services, pbx, actor)
    finally:
        services.registry.stop()


def _shell_actor() -> Actor:
    """Return the rights of whoever runs the command: all, and named in the audit log."""
    return Actor(
        user_id=0,
        username=getpass.getuser(),
        role="shell",
        permissions=frozenset(PERMISSIONS),
        pbx_scope=None,
        queue_scope=None,
        via="command",
    )


def _await_picture(pbx: Pbx, clock: Callable[[], float] = time.monotonic) -> None:
    """Wait until the PBX's picture is whole; a first refusal is final here."""
    deadline = clock() + _LOGIN_TIMEOUT
    while pbx.picture.link.state is not LinkState.CONNECTED or not pbx.picture.loaded:
        link = pbx.picture.link
        if pbx.manager.settings.problem is not None:
            raise LinkDown(f"{pbx.name}: {pbx.manager.settings.problem}")
        if link.state is LinkState.BAD_CREDENTIALS:
            raise LoginRefused(f"{pbx.name}: {link.detail}")
        if link.state is LinkState.RECONNECTING:
            raise LinkDown(f"{pbx.name}: {link.detail}")
        if clock() > deadline:
            raise LinkDown(f"{pbx.name} did not tell its state within {_LOGIN_TIMEOUT:g} s.")
        time.sleep(_LOOK_INTERVAL)
