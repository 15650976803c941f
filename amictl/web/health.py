"""What a supervisor of processes asks: is it alive, is it ready."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.readiness import ReadinessService
from amictl.web.answers import answer_json
from amictl.web.contract import describe
from amictl.web.problems import describe_problem, render_problem
from amictl.web.schemas.health import Health, Readiness


def make_health_blueprint(
    readiness: ReadinessService, is_database_reachable: Callable[[], bool]
) -> Blueprint:
    """Return the routes ``/healthz`` and ``/readyz``; both are public and tell no secrets.

    Args:
        readiness: Proves the links alive.
        is_database_reachable: Asks the database something small.
    """
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    @describe("Is it alive", data=Health, errors=(), public=True, envelope=False)
    def show_health() -> Response:
        return answer_json({"status": "alive"})

    @blueprint.get("/readyz")
    @describe("Is it ready", data=Readiness, errors=("not_ready",), public=True, envelope=False)
    def show_readiness() -> Response:
        links = readiness.link_states()
        told = {"links": links, "problems": readiness.problems()}
        waiting = [f"PBX {name}" for name, state in links.items() if state != "connected"]
        if not is_database_reachable():
            waiting.insert(0, "database")
        if not waiting:
            return answer_json({"status": "ready", **told})
        detail = f"Not ready: {', '.join(waiting)}."
        return render_problem(describe_problem(503, "not_ready", detail) | told)

    return blueprint
