"""What every request must pass before a view sees it: authentication, CSRF, clean arguments."""

from __future__ import annotations

import secrets

from flask import Flask, g, request
from flask_wtf import CSRFProtect

from amictl.services.accounts.identity import require_own_password
from amictl.store import db
from amictl.web.inputs import refuse_forbidden_arguments
from amictl.web.visitors import current_identity, require_identity

PUBLIC_ENDPOINTS = frozenset(
    {"static", "auth.show_login", "auth.log_in", "health.show_health", "health.show_readiness"}
)
"""The only routes that may be used without a login; a test walks all others."""

FOR_CHOOSING_A_PASSWORD = frozenset({"password.show_form", "password.change_password", "auth.log_out"})
"""The only routes of whoever must choose a password first; a test walks all others."""


def register_guards(app: Flask) -> None:
    """Attach the guards; what is not listed as public is refused without a login.

    Args:
        app: The application; its CSRF protection runs for every write except one by bearer token.
    """
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # this module decides, so that a token needs none
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session, which has its own limits
    csrf = CSRFProtect(app)

    @app.before_request
    def name_request() -> None:
        g.request_id = secrets.token_hex(8)

    @app.before_request
    def require_visitor() -> None:
        if request.endpoint is None or request.endpoint in PUBLIC_ENDPOINTS:
            return
        identity = require_identity()
        if request.endpoint not in FOR_CHOOSING_A_PASSWORD:
            require_own_password(identity)
        db.session.rollback()  # gives the connection back: what follows may wait for a PBX

    @app.before_request
    def require_csrf_token() -> None:
        if request.endpoint is None:
            return
        identity = None if request.endpoint in PUBLIC_ENDPOINTS else current_identity()
        if identity is None or identity.actor.via != "token":
            csrf.protect()  # lets reads pass by itself

    app.before_request(refuse_forbidden_arguments)
