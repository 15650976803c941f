"""The page on which people choose a password of their own."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_limiter import Limiter, RateLimitExceeded
from werkzeug.wrappers import Response

from amictl.errors import FieldProblem, InvalidInput
from amictl.services.accounts.identity import Identity, IdentityService
from amictl.services.execution.audit import AuditService
from amictl.store.passwords import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from amictl.web.auth import safe_path
from amictl.web.inputs import find_forbidden
from amictl.web.visitors import open_session, require_identity

_FAILURES = "10 per minute"  # of one user: who found an open console must not guess the password
_FIELDS = ("present_password", "password", "password_again")  # the audit log masks what is named so
_log = structlog.get_logger(__name__)


def make_password_blueprint(
    identities: IdentityService, audit: AuditService, limiter: Limiter, on_logout: Callable[[str], None]
) -> Blueprint:
    """Return the route ``/password``.

    Args:
        identities: Checks and changes passwords, ends and begins sessions.
        audit: Records changes and refusals.
        limiter: Counts the refused attempts.
        on_logout: Called with the ID of a session that was just ended.
    """
    blueprint = Blueprint("password", __name__, url_prefix="/password")

    @blueprint.get("")
    def show_form() -> Response:
        return _render(require_identity(), next_url=safe_path(request.args.get("next")))

    @blueprint.post("")
    @limiter.limit(_FAILURES, key_func=_read_user, deduct_when=_is_refused)
    def change_password() -> Response:
        identity, following = require_identity(), safe_path(request.form.get("next"))
        try:
            present, chosen = _read_passwords()
            renewed = identities.choose_password(identity, present, chosen)
        except InvalidInput as error:
            audit.record_refusal(identity.actor, error.code, error.detail)
            return _render(identity, 422, next_url=following, problems=error.problems)
        audit.record_change(identity.actor, "Changed the own password; the user's sessions have ended.")
        _log.info("password_changed", username=identity.actor.username)
        if identity.session is not None:
            on_logout(identity.session.session_id)
        open_session(renewed)
        if identity.must_change_password:
            return redirect(following, 303)
        flash(gettext("Your password is changed. Your other sessions have ended."), "success")
        return redirect(url_for("password.show_form", next=following), 303)

    @blueprint.errorhandler(RateLimitExceeded)
    def answer_too_many(_error: RateLimitExceeded) -> Response:
        problem = FieldProblem(
            "present_password", gettext("That was tried too often. Wait a minute and try again.")
        )
        return _render(require_identity(), 429, next_url="/", problems=(problem,))

    return blueprint


def _read_user() -> str:
    """Return the key under which one user's refused attempts are counted."""
    return f"password:{require_identity().actor.user_id}"


def _is_refused(response: Response) -> bool:
    """Return whether nothing was changed."""
    return response.status_code != 303


def _read_passwords() -> tuple[str, str]:
    """Return the present password and the new one.

    Raises:
        InvalidInput: A field cannot be used, or the new password was typed in two ways.
    """
    fields = {name: request.form.get(name, "") for name in _FIELDS}
    problems = list(find_forbidden(fields))
    if problems:
        raise InvalidInput(problems)
    if fields["password"] != fields["password_again"]:
        raise InvalidInput.of("password_again", "This is not what you typed above.")
    return fields["present_password"], fields["password"]


def _render(
    identity: Identity, status: int = 200, *, next_url: str, problems: tuple[FieldProblem, ...] = ()
) -> Response:
    """Return the page; it never holds what was typed."""
    page = render_template(
        "auth/password.html",
        username=identity.actor.username,
        must_change=identity.must_change_password,
        problems={problem.field: problem.detail for problem in problems},
        next_url=next_url,
        shortest=MIN_PASSWORD_LENGTH,
        longest=MAX_PASSWORD_LENGTH,
    )
    return make_response(page, status)
