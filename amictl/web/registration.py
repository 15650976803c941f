"""Putting the web's blueprints, guards and error answers on the application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from amictl.services.use_cases import UseCases
from amictl.web.api import audit, health, metrics, queues, tokens
from amictl.web.api.calls import calls, channel_control, live_calls, parking, transfers
from amictl.web.api.channels import channels, conferences, recordings, variables
from amictl.web.api.utilities import any_action, database, dialplan, mailboxes, system, telephony, utilities
from amictl.web.auditing import register_auditing
from amictl.web.auth import make_auth_blueprint
from amictl.web.console import make_console_blueprint
from amictl.web.demo_notice import register_demo_notice
from amictl.web.documentation import make_documentation_routes
from amictl.web.errors import register_errors
from amictl.web.guards import register_guards
from amictl.web.headers import register_headers
from amictl.web.idempotency import register_idempotency
from amictl.web.own_password import make_password_blueprint
from amictl.web.visitors import register_visitors

_ROUTES = (
    health.routes,
    metrics.routes,
    calls.routes,
    transfers.routes,
    parking.routes,
    channel_control.routes,
    channels.routes,
    live_calls.routes,
    variables.routes,
    recordings.routes,
    conferences.routes,
    conferences.participants,
    queues.routes,
    queues.member_routes,
    queues.caller_routes,
    queues.upkeep_routes,
    utilities.routes,
    system.routes,
    telephony.routes,
    telephony.states,
    dialplan.routes,
    mailboxes.routes,
    database.routes,
    any_action.routes,
    tokens.routes,
    audit.routes,
)


def register_web(
    app: Flask,
    services: UseCases,
    *,
    describe_sockets: Callable[[], Mapping[str, Any]],
    read_demo: Callable[[], str | None],
    read_release: Callable[[], str],
    time_zone: str,
) -> None:
    """Put everything that answers HTTP requests on the application.

    Args:
        app: The application.
        services: What the routes call.
        describe_sockets: Returns the AsyncAPI document.
        read_demo: Returns the name of the demo PBX, where there is one.
        read_release: Returns the release of the static files, which every page names.
        time_zone: The name of the time zone in which the queues' days begin.
    """
    register_headers(app)
    register_errors(app)
    register_visitors(app, services.identities)
    register_guards(app)
    register_demo_notice(app, read_demo, lambda: [pbx.name for pbx in services.registry.all()])
    register_auditing(app, services.audit)
    register_idempotency(app, services.idempotency, services.audit)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    app.register_blueprint(
        make_auth_blueprint(services.identities, services.audit, limiter, services.on_logout)
    )
    app.register_blueprint(
        make_password_blueprint(services.identities, services.audit, limiter, services.on_logout)
    )
    app.register_blueprint(make_console_blueprint(services.utilities, read_release, time_zone))
    for routes in (*_ROUTES, make_documentation_routes(app, describe_sockets)):
        app.register_blueprint(routes.make_blueprint(services))
