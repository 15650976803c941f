"""Events of the class ``security`` that AMI sessions make (Asterisk main/security_events.c)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from amictl.demo.session import DemoSession
    from amictl.demo.text import Headers

# What Asterisk tells of a session that is not logged in: its time of login is not set.
_NEVER = "1970-01-01T00:00:00.000+0000"


class SecurityEvents:
    """Makes them.

    Args:
        emit: Sends an event to all; takes the world's lock by itself.
        now: The PBX's time.
    """

    def __init__(self, emit: Callable[[str, Headers], None], now: Callable[[], float]) -> None:
        self._emit = emit
        self._now = now

    def tell_accepted(self, session: DemoSession) -> None:
        """Somebody logged in."""
        using_password = (("UsingPassword", "0"),)
        self._tell(session, "SuccessfulAuth", _account(session), using_password, severity="Informational")

    def tell_wrong_secret(self, session: DemoSession, username: str) -> None:
        """A login in plain text was refused."""
        self._tell(session, "InvalidPassword", username, version="2")

    def tell_wrong_key(self, session: DemoSession, key: str, expected: str) -> None:
        """A login by MD5 was refused."""
        told = (("Challenge", session.challenge), ("Response", key), ("ExpectedResponse", expected))
        self._tell(session, "ChallengeResponseFailed", "", told)

    def tell_unknown_user(self, session: DemoSession, username: str) -> None:
        """Somebody wanted to log in that does not exist."""
        self._tell(session, "InvalidAccountID", username)

    def tell_session_limit(self, session: DemoSession) -> None:
        """Somebody wanted to log in a second time that may only once."""
        self._tell(session, "SessionLimit", "")

    def tell_not_allowed(self, session: DemoSession, action: str) -> None:
        """An action was sent for which the rights are missing."""
        told = (("RequestType", f"Action: {action}"),)
        self._tell(session, "RequestNotAllowed", _account(session), told)

    def tell_bad_format(self, session: DemoSession, action: str) -> None:
        """An action was sent that does not exist, or none; here alone the account comes last."""
        told = (("RequestType", f"Action: {action}"),)
        self._tell(session, "RequestBadFormat", None, told, (("AccountID", _account(session)),))

    def _tell(
        self,
        session: DemoSession,
        event: str,
        account: str | None,
        specific: Headers = (),
        last: Headers = (),
        *,
        severity: str = "Error",
        version: str = "1",
    ) -> None:
        headers = [
            ("EventTV", _write_time(self._now())),
            ("Severity", severity),
            ("Service", "AMI"),
            ("EventVersion", version),
            *(() if account is None else (("AccountID", account),)),
            ("SessionID", f"{id(session):#x}"),
            ("LocalAddress", _write_address(session.local)),
            ("RemoteAddress", _write_address(session.remote)),
            *specific,
            ("SessionTV", _write_time(session.login.began_at) if session.login else _NEVER),
            *last,
        ]
        self._emit(event, headers)


def _account(session: DemoSession) -> str:
    return session.login.user.username if session.login else ""


def _write_address(address: tuple[str, int]) -> str:
    return f"IPV4/TCP/{address[0]}/{address[1]}"


def _write_time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
