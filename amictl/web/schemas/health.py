"""What a supervisor of processes is told."""

from __future__ import annotations

from typing import Literal

from amictl.web.schemas.answers import Answer


class Health(Answer):
    """The process answers."""

    status: Literal["alive"]


class Readiness(Answer):
    """The database answers, and every link is connected and fresh."""

    status: Literal["ready"]
    links: dict[str, str]
