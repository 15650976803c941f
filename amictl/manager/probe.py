"""Looking at a link without keeping one: the checks of the connect page, the test button and the commands."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Final

from amictl.config import LinkSettings
from amictl.errors import ActionTimeout, AmictlError, LinkDown, LoginRefused
from amictl.manager.connecting import open_transport
from amictl.manager.findings import Check, Finding, NoConnection, Verdict
from amictl.manager.judging import (
    PbxFacts,
    judge_clock,
    judge_filters,
    judge_modules,
    judge_reach,
    judge_refusal,
    judge_rights,
    judge_tls,
    judge_version,
    read_today,
)
from amictl.manager.login import await_banner, log_in
from amictl.manager.rights import (
    read_action_names,
    read_filters,
    read_user_rights,
    show_section,
    show_user,
)
from amictl.manager.session import Session
from amictl.manager.timings import LinkTimings
from amictl.pbx.actions import make_action
from amictl.pbx.ami_values import read_epoch
from amictl.protocol import Action, Reply, logoff_action

_GREETING_SHARE: Final = 0.5  # of the time: for the connection, and again for the greeting


def inspect_link(settings: LinkSettings, timeout: float) -> Iterator[Finding]:
    """Look at a link, and yield a finding for each `Check`, in their order, as soon as it is known.

    Nothing is sent to a port before it has greeted as Asterisk does, except a TLS handshake where TLS is
    asked for. Whoever stops reading ends the look.

    Args:
        settings: The link.
        timeout: Seconds for all of it.
    """
    told: set[Check] = set()
    for finding in _Inspection(settings, timeout).run():
        told.add(finding.check)
        yield finding
        last = finding.check
    for check in Check:
        if check not in told:
            yield Finding(
                check, Verdict.UNKNOWN, f"Could not be looked at, because {last.label} comes first."
            )


class _Inspection:
    """One look, from the connection to the log-off.

    Args:
        settings: The link.
        timeout: Seconds for all of it.
    """

    def __init__(self, settings: LinkSettings, timeout: float) -> None:
        self._settings = settings
        self._deadline = time.monotonic() + timeout
        self._share = timeout * _GREETING_SHARE
        self._timings = LinkTimings(connect_timeout=self._share, send_timeout=timeout)
        self._at = Check.REACH

    def run(self) -> Iterator[Finding]:
        """Yield findings until one check ends the look; that check's finding is the last one then."""
        try:
            transport = open_transport(self._settings, self._timings, threading.Event())
        except NoConnection as error:
            yield from self._tell_no_connection(error)
            return
        session = Session(self._settings.name, transport, self._timings)
        session.start()
        try:
            yield from self._look_at(session)
        except NoConnection as error:
            yield from self._tell_no_connection(error)
        except (ActionTimeout, LinkDown) as error:
            where = f"{self._settings.host}:{self._settings.port}"
            yield Finding(self._at, Verdict.WRONG, f"{where} stopped answering: {error.detail}")
        finally:
            session.close("the test is over")
            session.wait_for_end(self._timings.logoff_timeout)

    def _look_at(self, session: Session) -> Iterator[Finding]:
        """Yield a finding for each check of an open session."""
        settings = self._settings
        await_banner(session, settings, min(self._share, self._left()))
        comes_from, reached = session.addresses
        yield judge_reach(settings, session.banner or "", comes_from)
        self._at = Check.CERTIFICATE
        yield judge_tls(session.tls_info, reached, read_today())
        self._at = Check.LOGIN
        try:
            log_in(session, settings, self._left(), on_success=lambda: None)
        except LoginRefused as error:
            yield judge_refusal(settings, error, comes_from)
            return
        yield Finding(Check.LOGIN, Verdict.FINE, f"Logged in as {settings.username}.")
        self._at = Check.VERSION
        asked_at, started = time.time(), time.monotonic()
        pong = self._ask(session, make_action("Ping"))
        round_trip = time.monotonic() - started
        facts = self._ask_all(session)
        for judge in (judge_version, judge_rights, judge_modules, judge_filters):
            yield judge(settings.username, facts)
        told = read_epoch(pong.get("Timestamp"))
        yield judge_clock(None if told is None else told - (asked_at + round_trip / 2), round_trip)
        with contextlib.suppress(AmictlError):  # all is known
            session.request(logoff_action(), min(self._timings.logoff_timeout, self._left()))

    def _ask_all(self, session: Session) -> PbxFacts:
        """Return what the PBX tells its user."""

        def ask(action: Action | None) -> Reply | None:
            return self._ask(session, action) if action else None

        names = read_action_names(self._ask(session, make_action("ListCommands")))
        version = self._ask(session, make_action("CoreSettings")).get("AsteriskVersion")
        username = self._settings.username
        shown, section = ask(show_user(username, names)), ask(show_section(username, names))
        return PbxFacts(
            actions=names,
            version=version,
            rights=read_user_rights(shown, section),
            filters=read_filters(section) if section and section.success else None,
            banner=session.banner or "",
        )

    def _ask(self, session: Session, action: Action) -> Reply:
        """Return the reply to one of our own actions."""
        return session.request(action, self._left())

    def _tell_no_connection(self, error: NoConnection) -> Iterator[Finding]:
        """Yield what is known of a connection that did not come about."""
        if error.check is Check.CERTIFICATE:
            where = f"{self._settings.host}:{self._settings.port}"
            yield Finding(
                Check.REACH,
                Verdict.UNKNOWN,
                f"{where} accepts connections; whether Asterisk is behind it shows once TLS works.",
            )
        yield Finding(error.check, Verdict.WRONG, error.detail, error.remedies)

    def _left(self) -> float:
        """Return the seconds that are left."""
        return max(self._deadline - time.monotonic(), 0.0)
