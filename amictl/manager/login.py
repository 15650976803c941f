"""From a fresh connection to a logged-in session, with a clear word for each way to fail."""

from __future__ import annotations

import time
from collections.abc import Callable

from amictl.config import LinkSettings
from amictl.errors import InvalidInput, LoginRefused
from amictl.manager.findings import Check, NoConnection, set_in_amictl, set_in_general
from amictl.manager.session import Session
from amictl.protocol import Reply, challenge_action, login_action

_ALREADY_IN_USE = "login already in use"


class SessionTaken(LoginRefused):
    """The credentials are right, but the user may log in only once and is logged in elsewhere."""


def log_in(session: Session, settings: LinkSettings, timeout: float, on_success: Callable[[], None]) -> None:
    """Wait for the banner and log in: by MD5 challenge where the PBX offers one, else with the plain secret.

    Args:
        session: Started.
        settings: User and secret.
        timeout: Seconds for all of it.
        on_success: Called by the reader when the login's answer arrives, before any event that follows it.

    Raises:
        LoginRefused: The PBX refused; ``ami`` holds its words. ``SessionTaken`` when only for now.
        NoConnection: No banner, or no AMI.
        LinkDown: The connection ended.
        ActionTimeout: The PBX stopped answering.
    """
    deadline = time.monotonic() + timeout
    await_banner(session, settings, timeout)
    challenge = session.request(challenge_action(), deadline - time.monotonic())
    offered = challenge.get("Challenge") if challenge.success else None

    def begin(reply: Reply) -> None:
        if reply.success:
            on_success()

    login = login_action(settings.username, settings.secret, offered)
    try:
        reply = session.request(login, deadline - time.monotonic(), on_reply=begin)
    except InvalidInput as error:
        raise LoginRefused(f"The user name or the secret cannot be sent over AMI: {error.detail}.") from error
    if not reply.success:
        raise _explain_refusal(settings, reply.message)


def await_banner(session: Session, settings: LinkSettings, timeout: float) -> None:
    """Wait until the server has greeted as an Asterisk Call Manager does.

    What else greets there is not told, nor whether it speaks at all: whoever may name an address must not
    learn by that which services a network has.

    Args:
        session: Started.
        settings: Where it is connected to.
        timeout: Seconds.

    Raises:
        NoConnection: No banner came, or none of Asterisk's.
    """
    address = f"{settings.host}:{settings.port}"
    in_time = session.wait_for_banner(timeout)
    if session.banner is not None:
        return
    if in_time and session.closed_silently:
        raise NoConnection(
            Check.REACH,
            f"{address} closed the connection without a banner: Asterisk does so when more sessions than "
            "authlimit (manager.conf) are not logged in; wait, or find the client that leaves them open.",
            set_in_general("authlimit = 100"),
        )
    raise NoConnection(
        Check.REACH,
        f"{address} accepts connections but sends no AMI banner: is it the AMI port? A TLS port "
        "(tlsbindaddr in manager.conf, 5039 by default) waits in silence for a client that speaks TLS.",
        set_in_amictl("Port: that of port in manager.conf (5038 by default), or TLS: on"),
    )


def _explain_refusal(settings: LinkSettings, words: str) -> LoginRefused:
    """Return the error that tells what to do about a refused login."""
    if words.lower().startswith(_ALREADY_IN_USE):
        return SessionTaken(
            f"The AMI user {settings.username!r} is logged in already: set allowmultiplelogin=yes in "
            "manager.conf, or give amictl a user of its own.",
            ami=words,
        )
    return LoginRefused(
        f"The PBX refused the AMI user {settings.username!r} ({words or 'no reason given'}): check the user "
        "name, the secret, and the permit and deny lines in manager.conf; Asterisk answers alike to all "
        "three.",
        ami=words,
    )
