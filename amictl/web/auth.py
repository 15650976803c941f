"""Logging in and out: by the login page, or in place by the console, whose page stays as it is.

Both are one route, told apart by what the request accepts, so that limits, delays and audit are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from amictl.errors import FieldProblem, InvalidInput, NotAuthenticated, RateLimited, StorageUnavailable
from amictl.pbx.log.kept_json import make_json
from amictl.services.accounts.identity import Identity, IdentityService
from amictl.services.execution.audit import AuditService
from amictl.web.errors import answer_amictl_error, wants_problem
from amictl.web.inputs import find_forbidden
from amictl.web.visitors import close_session, current_identity, describe_visitor, open_session

_FAILURES = "10 per minute"  # from one address, and for one name
_ATTEMPTS = "60 per minute"  # from one address, good or bad: failures are counted only after the hashing
_REFUSED = lazy_gettext("The username or the password is wrong.")
_TOO_MANY = lazy_gettext("Too many failed attempts. Wait a minute and try again.")
_log = structlog.get_logger(__name__)


def make_auth_blueprint(
    identities: IdentityService, audit: AuditService, limiter: Limiter, on_logout: Callable[[str], None]
) -> Blueprint:
    """Return the routes ``/login`` and ``/logout``.

    Args:
        identities: Checks passwords, begins and ends sessions.
        audit: Records logins and logouts.
        limiter: Counts the failed attempts.
        on_logout: Called with the ID of a session that was just ended.
    """
    blueprint = Blueprint("auth", __name__)

    _render = partial(_render_login, identities.awaits_first_login)

    @blueprint.get("/login")
    def show_login() -> Response:
        identity, following = current_identity(), safe_path(request.args.get("next"))
        if identity is not None or wants_problem():
            return _welcome(identity, following, 302)
        return _render(next_url=following)

    @blueprint.post("/login")
    @limiter.limit(_ATTEMPTS, key_func=get_remote_address)
    @limiter.limit(_FAILURES, key_func=get_remote_address, deduct_when=_is_failed_attempt)
    @limiter.limit(_FAILURES, key_func=_read_attempted_name, deduct_when=_is_failed_attempt)
    def log_in() -> Response:
        username, password = _read_credentials()
        following = safe_path(request.form.get("next"))
        identity = identities.log_in(username, password)
        _log.info("login", username=username[:64], address=request.remote_addr, accepted=identity is not None)
        if identity is None:
            audit.record_event(None, NotAuthenticated.code, "Login refused.", username=username)
            return _refuse(username, following, _render)
        audit.record_event(identity.actor, message="Logged in.")
        _end_session(current_identity())
        open_session(identity)
        return _welcome(identity, following, 303)

    @blueprint.post("/logout")
    def log_out() -> Response:
        _end_session(current_identity())
        close_session()
        return redirect(url_for("auth.show_login"), 303)

    def _end_session(identity: Identity | None) -> None:
        """End the session that the request came with, if any, and its sockets."""
        if identity is not None and identity.session is not None:
            audit.record_event(identity.actor, message="Logged out.")
            identities.log_out(identity.session)
            on_logout(identity.session.session_id)
            _log.info("logout", username=identity.actor.username)

    @blueprint.errorhandler(RateLimitExceeded)
    def answer_too_many(error: RateLimitExceeded) -> Response:
        username = request.form.get("username", "")
        try:
            audit.record_event(None, RateLimited.code, "Too many failed logins.", username=username)
        except StorageUnavailable as fault:  # Flask looks for no handler of what a handler raises
            return answer_amictl_error(fault)
        return _answer_too_many(error, _render)

    return blueprint


def safe_path(target: str | None) -> str:
    """Return a path on this site to go to after the login; anything else is the front page.

    Browsers read ``//host`` as another site, a backslash as a slash, and skip control characters
    ("WHATWG URL").
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return "/"
    if "\\" in target or not target.isprintable() or urlsplit(target).netloc:
        return "/"
    return target


def _read_credentials() -> tuple[str, str]:
    """Return what the login form says."""
    fields = {name: request.form.get(name, "") for name in ("username", "password", "next")}
    problems: list[FieldProblem] = list(find_forbidden(fields))
    if problems:
        raise InvalidInput(problems)
    return fields["username"], fields["password"]


def _read_attempted_name() -> str:
    """Return the key under which failed attempts for one name are counted."""
    return f"name:{request.form.get('username', '').strip().lower()[:64]}"


def _is_failed_attempt(response: Response) -> bool:
    """Return whether a login failed; successful ones are not counted."""
    return response.status_code not in {200, 303}


def _welcome(identity: Identity | None, following: str, status: int) -> Response:
    """Send somebody on, or tell the console whose session the browser has, and that session's CSRF token.

    Args:
        identity: Who has the session; None where nobody has one.
        following: Where a browser goes on.
        status: The status of the answer that sends it there.
    """
    if not wants_problem():
        return redirect(following, status)
    session = {
        **({"user": None, "permissions": []} if identity is None else describe_visitor(identity.actor)),
        "must_change_password": identity is not None and identity.must_change_password,
        "csrf_token": generate_csrf(),
    }
    return Response(make_json({"success": True, "data": session}), mimetype="application/json")


def _refuse(username: str, following: str, render: Callable[..., Response]) -> Response:
    """Answer a wrong name or password; it is not told which of them is wrong.

    Raises:
        NotAuthenticated: The console asks.
    """
    if wants_problem():
        raise NotAuthenticated(str(_REFUSED))
    return render(401, error=_REFUSED, username=username, next_url=following)


def _read_window(error: RateLimitExceeded) -> int:
    """Return how many seconds to wait after too many attempts."""
    return 60 if error.limit is None else int(error.limit.limit.get_expiry())


def _answer_too_many(error: RateLimitExceeded, render: Callable[..., Response]) -> Response:
    """Answer an attempt over the limit, and tell how long to wait."""
    window = _read_window(error)
    if wants_problem():
        return answer_amictl_error(RateLimited(str(_TOO_MANY), window))
    response = render(
        429,
        error=_TOO_MANY,
        username=request.form.get("username", ""),
        next_url=safe_path(request.form.get("next")),
        retry_after=window,
    )
    response.headers["Retry-After"] = str(window)
    return response


def _render_login(
    is_new: Callable[[], bool],
    status: int = 200,
    *,
    error: str | None = None,
    username: str = "",
    next_url: str = "",
    retry_after: int | None = None,
) -> Response:
    """Return the login page; that of a new installation tells where the first password is."""
    page = render_template(
        "auth/login.html",
        error=error,
        username=username,
        next_url=next_url,
        retry_after=retry_after,
        is_new=is_new(),
    )
    return make_response(page, status)
