"""What a supervisor of processes asks: is it alive, is it ready."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.errors import NotReady
from amictl.services.readiness import ReadinessService
from amictl.web.answers import answer_json
from amictl.web.contract import describe
from amictl.web.schemas.health import Health, Readiness


def make_health_blueprint(readiness: ReadinessService) -> Blueprint:
    """Return the routes ``/healthz`` and ``/readyz``; both are public and tell no secrets.

    Args:
        readiness: Proves links and database alive.
    """
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    @describe("Is it alive", data=Health, errors=(), public=True, envelope=False)
    def show_health() -> Response:
        return answer_json({"status": "alive"})

    @blueprint.get("/readyz")
    @describe("Is it ready", data=Readiness, errors=(NotReady.code,), public=True, envelope=False)
    def show_readiness() -> Response:
        links = readiness.link_states()
        fault = readiness.storage_fault()
        problems = readiness.problems() if fault is None else [fault, *readiness.problems()]
        waiting = [f"PBX {name}" for name, state in links.items() if state != "connected"]
        if fault is not None:
            waiting.insert(0, "database")
        if not waiting:
            return answer_json({"status": "ready", "links": links, "problems": problems})
        raise NotReady(" ".join((f"Not ready: {', '.join(waiting)}.", *problems)), links, problems)

    return blueprint
