"""What a supervisor of processes asks: is it alive, is it ready."""

from __future__ import annotations

from amictl.errors import NotReady
from amictl.services.metrics.readiness import Health, Readiness
from amictl.services.use_cases import UseCases
from amictl.web.contract import Routes

routes = Routes("health", "")


@routes.get("/healthz", errors=(), public=True, envelope=False)
def show_health() -> Health:
    """Is it alive."""
    return Health("alive")


@routes.get("/readyz", errors=(NotReady.code,), public=True, envelope=False)
def show_readiness(services: UseCases) -> Readiness:
    """Is it ready."""
    return services.readiness.prove()
