"""What a supervisor of processes asks: is it alive, is it ready."""

from __future__ import annotations

from flask import Response

from amictl.services.use_cases import UseCases
from amictl.web.contract import Data, Routes
from amictl.web.problems import describe_problem, render_problem
from amictl.web.schemas.health import Health, Readiness

routes = Routes("health", "")


@routes.get("/healthz", data=Health, errors=(), public=True, envelope=False)
def show_health() -> Data:
    """Is it alive."""
    return {"status": "alive"}


@routes.get("/readyz", data=Readiness, errors=("not_ready",), public=True, envelope=False)
def show_readiness(services: UseCases) -> Data | Response:
    """Is it ready."""
    links = services.readiness.link_states()
    fault = services.readiness.storage_fault()
    problems = services.readiness.problems() if fault is None else [fault, *services.readiness.problems()]
    told = {"links": links, "problems": problems}
    waiting = [f"PBX {name}" for name, state in links.items() if state != "connected"]
    if fault is not None:
        waiting.insert(0, "database")
    if not waiting:
        return {"status": "ready", **told}
    detail = " ".join((f"Not ready: {', '.join(waiting)}.", *problems))
    return render_problem(describe_problem(503, "not_ready", detail) | told)
