"""Actions of the AMI session itself: they log in and off, and choose events (Asterisk main/manager.c)."""

from __future__ import annotations

import hashlib
import hmac
import random
import re
import time
from typing import Final, NoReturn

from amictl.demo.actions.registry import answers
from amictl.demo.actions.request import Request
from amictl.demo.event_filters import FilterRefused
from amictl.demo.rights import make_mask, read_event_mask
from amictl.demo.session import DemoSession, LoggedIn, SessionOver
from amictl.demo.text import encode
from amictl.demo.users import AmiUser

_REFUSAL_DELAY: Final = 1.0  # seconds that Asterisk sleeps before it says that a login was refused
_SYSTEM: Final = make_mask(["system"])
_INTEGER: Final = re.compile(r"\s*([+-]?\d+)")


@answers("Challenge", locked=False)
def give_challenge(request: Request) -> None:
    """Give the session's challenge; it has one only, however often it asks."""
    _refuse_second_login(request)
    if request.get("AuthType").lower() != "md5":
        request.fail("Must specify AuthType")
        return
    session = request.session
    session.challenge = session.challenge or str(random.SystemRandom().randrange(1, 1 << 31))
    request.give([("Challenge", session.challenge)])


@answers("Login", locked=False)
def log_in(request: Request) -> None:
    """Log in, or end the session after a second."""
    session = request.session
    if session.login is not None:
        request.succeed("Already authenticated")
        return
    _refuse_second_login(request)
    user = _authenticate(request, session)
    if user is None:
        _refuse(request, "Authentication failed")
    sessions = session.sessions
    login = LoggedIn(user, sessions.world.now(), filters=user.make_filters())
    mask = read_event_mask(request.get("Events"))
    if mask is not None:
        login.event_mask = mask
    with sessions.present() as world:
        session.log_in(login)
        sessions.on_login(session)
        request.succeed("Authentication accepted")
        if login.mask & _SYSTEM:
            session.take_answer(
                encode(
                    [
                        ("Event", "FullyBooted"),
                        ("Privilege", "system,all"),
                        ("Uptime", str(int(world.now() - world.started_at))),
                        ("LastReload", str(int(world.now() - world.reloaded_at))),
                        ("Status", "Fully Booted"),
                    ]
                )
                + b"\r\n"
            )
        sessions.security.tell_accepted(session)


@answers("Logoff", locked=False)
def log_off(request: Request) -> None:
    """Say goodbye and end the session."""
    request.respond("Goodbye", [("Message", "Thanks for all the fish.")])
    request.session.write_answer()
    raise SessionOver


@answers("Events")
def choose_events(request: Request) -> None:
    """Choose the events by their classes; words that are none are passed over."""
    mask = read_event_mask(request.get("EventMask"))
    login = request.session.login
    if mask is None or login is None:
        request.fail("Invalid event mask")
        return
    login.event_mask = mask
    request.give([("Events", "On" if mask else "Off")])


@answers("Filter")
def add_filter(request: Request) -> None:
    """Add a filter to the session's."""
    login = request.session.login
    if request.get("Operation").lower() != "add" or login is None:
        request.fail("Unknown operation")
        return
    criteria = request.get("MatchCriteria")
    try:
        login.filters.add(f"eventfilter({criteria})" if criteria else "eventfilter", request.get("Filter"))
    except FilterRefused as problem:
        request.fail(str(problem))
    else:
        request.succeed("Success")


@answers("WaitEvent", locked=False)
def wait_for_event(request: Request) -> None:
    """Wait for any event, or for anything from the client, and give what there is."""
    found = _INTEGER.match(request.get("Timeout"))
    seconds = int(found[1]) if found else -1
    session = request.session
    session.wait_for_event(seconds if seconds >= 0 else None)
    request.succeed("Waiting for Event completed.")
    session.write_answer()
    session.write_events()
    id_line = [("ActionID", request.action_id)] if request.action_id else []
    session.write(encode([("Event", "WaitEventComplete"), *id_line]) + b"\r\n")


def _refuse_second_login(request: Request) -> None:
    """End the session of somebody who may log in only once and is logged in."""
    session = request.session
    sessions = session.sessions
    username = request.get("Username")
    user = sessions.users.get(username.lower())
    if session.login is None and user and not user.allow_multiple_login and sessions.find_logged_in(username):
        sessions.security.tell_session_limit(session)
        _refuse(request, "Login Already In Use")


def _refuse(request: Request, words: str) -> NoReturn:
    """Refuse a login after a second, and end the session."""
    time.sleep(_REFUSAL_DELAY)
    request.fail(words)
    request.session.write_answer()
    raise SessionOver


def _authenticate(request: Request, session: DemoSession) -> AmiUser | None:
    """Return who logs in; None, and an event of the class ``security``, where it is refused."""
    username = request.get("Username")
    user = session.sessions.users.get(username.lower())
    if user is None:
        if username:
            session.sessions.security.tell_unknown_user(session, username)
        return None
    is_right = _check_key if request.get("AuthType").lower() == "md5" else _check_secret
    return user if is_right(request, session, user) else None


def _check_secret(request: Request, session: DemoSession, user: AmiUser) -> bool:
    if hmac.compare_digest(_bytes(request.get("Secret")), _bytes(user.secret)):
        return True
    session.sessions.security.tell_wrong_secret(session, user.username)
    return False


def _check_key(request: Request, session: DemoSession, user: AmiUser) -> bool:
    key = request.get("Key")
    if not key or not session.challenge:
        return False
    expected = hashlib.md5(_bytes(session.challenge + user.secret), usedforsecurity=False).hexdigest()
    if hmac.compare_digest(_bytes(key), _bytes(expected)):
        return True
    session.sessions.security.tell_wrong_key(session, key, expected)
    return False


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
