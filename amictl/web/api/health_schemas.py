"""What a supervisor of processes is told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from amictl.services.schemas import Answer


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
