"""What a supervisor of processes asks: is it alive, is it ready."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from amictl.errors import NotReady
from amictl.services.schemas import Answer
from amictl.services.use_cases import UseCases
from amictl.web.contract import Data, Routes

routes = Routes("health", "")


class Health(Answer):
    """The process answers."""

    status: Literal["alive"]


class Readiness(Answer):
    """The database answers, and every link is connected and fresh."""

    status: Literal["ready"]
    links: dict[str, str]
    problems: Annotated[
        list[str], Field(description="What will need somebody, as a stored secret that cannot be read")
    ]


@routes.get("/healthz", data=Health, errors=(), public=True, envelope=False)
def show_health() -> Data:
    """Is it alive."""
    return {"status": "alive"}


@routes.get("/readyz", data=Readiness, errors=(NotReady.code,), public=True, envelope=False)
def show_readiness(services: UseCases) -> Data:
    """Is it ready."""
    links = services.readiness.link_states()
    fault = services.readiness.storage_fault()
    problems = services.readiness.problems() if fault is None else [fault, *services.readiness.problems()]
    waiting = [f"PBX {name}" for name, state in links.items() if state != "connected"]
    if fault is not None:
        waiting.insert(0, "database")
    if waiting:
        raise NotReady(" ".join((f"Not ready: {', '.join(waiting)}.", *problems)), links, problems)
    return {"status": "ready", "links": links, "problems": problems}
