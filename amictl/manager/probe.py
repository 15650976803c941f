"""Trying a link's settings without keeping a link: for the ``test`` button and command."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from amictl.config import LinkSettings
from amictl.errors import ActionTimeout, LinkDown
from amictl.manager.connecting import open_transport
from amictl.manager.login import log_in
from amictl.manager.rights import (
    UserRights,
    describe_missing_classes,
    describe_missing_lists,
    read_action_names,
    read_user_rights,
    show_section,
    show_user,
)
from amictl.manager.session import Session
from amictl.manager.synchronizing import NEEDED_LISTS
from amictl.manager.timings import LinkTimings
from amictl.manager.tls import TlsInfo
from amictl.pbx.actions import make_action
from amictl.pbx.picture.hearing import Hearing
from amictl.protocol import Action, Reply, logoff_action


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What was found by trying a link.

    Args:
        pbx: The PBX's short name.
        address: ``host:port``.
        banner: The AMI's first line.
        asterisk_version: None when the user may not ask.
        actions: Lower-case names of what the user may send; None when the PBX does not list them.
        rights: The user's classes; None where Asterisk does not tell (it needs the write class ``command``).
        missing: Sentences on what amictl lacks, and what to do about it; empty is all well.
        tls: What TLS agreed on; None for plain TCP.
        round_trip: Seconds that a ``Ping`` took.
    """

    pbx: str
    address: str
    banner: str
    asterisk_version: str | None
    actions: frozenset[str] | None
    rights: UserRights | None
    missing: tuple[str, ...]
    tls: TlsInfo | None
    round_trip: float


def test_link(settings: LinkSettings, timeout: float) -> LinkReport:
    """Log in, look at version and rights, and log off.

    Args:
        settings: The link to try.
        timeout: Seconds for all of it.

    Raises:
        LoginRefused: The PBX refused the user; ``detail`` tells what to check.
        LinkDown: It cannot be reached, is no AMI, or did not answer; ``detail`` tells what to check.
    """
    deadline = time.monotonic() + timeout
    timings = LinkTimings(connect_timeout=timeout, send_timeout=timeout)
    session = Session(settings.name, open_transport(settings, timings, threading.Event()), timings)
    session.start()
    try:
        log_in(session, settings, deadline - time.monotonic(), on_success=lambda: None)
        report = _look_around(session, settings, deadline)
        session.request(logoff_action(), deadline - time.monotonic())
    except ActionTimeout as error:
        raise LinkDown(f"{settings.host}:{settings.port} stopped answering: {error.detail}") from error
    else:
        return report
    finally:
        session.close("the test is over")
        session.wait_for_end(timings.logoff_timeout)


def _look_around(session: Session, settings: LinkSettings, deadline: float) -> LinkReport:
    """Return the report of a logged-in session: version, rights and what amictl lacks."""

    def ask(action: Action) -> Reply:
        return session.request(action, deadline - time.monotonic())

    started = time.monotonic()
    ask(make_action("Ping"))
    round_trip = time.monotonic() - started
    names = read_action_names(ask(make_action("ListCommands")))
    shown, section = (show(settings.username, names) for show in (show_user, show_section))
    rights = read_user_rights(ask(shown) if shown else None, ask(section) if section else None)
    version = ask(make_action("CoreSettings")).get("AsteriskVersion")
    hearing = Hearing(has_come=lambda _name: False)
    hearing.learn((), rights.filtered if rights else ())
    return LinkReport(
        pbx=settings.name,
        address=f"{settings.host}:{settings.port}",
        banner=session.banner or "",
        asterisk_version=version,
        actions=names,
        rights=rights,
        missing=(
            *describe_missing_classes(rights, names, version),
            *describe_missing_lists(NEEDED_LISTS, names, rights, version),
            *hearing.describe(),
        ),
        tls=session.tls_info,
        round_trip=round_trip,
    )
