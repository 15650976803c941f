"""What the routes about the PBX itself take and give."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from amictl.services.schemas import Performed


class Pong(Performed):
    """A sign of life of a PBX."""

    round_trip_ms: Annotated[float, Field(description="Milliseconds between question and answer")]
