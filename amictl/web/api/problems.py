"""The shape of every error: RFC 9457 problem details."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from amictl.services.schemas import Answer, RefusedField


class Problem(Answer):
    """What went wrong (RFC 9457); programs match on ``code``."""

    type: Annotated[str, Field(description="urn:amictl:problem: and the code")]
    title: str
    status: int
    detail: Annotated[str, Field(description="One sentence for a person; its words may change")]
    code: Annotated[str, Field(description="Never changes its meaning")]
    errors: Annotated[list[RefusedField], Field(default_factory=list, description="With invalid_input")]
    ami: Annotated[str, Field(description="The PBX's own words, where it said any")] = ""
    outcome: Annotated[
        Literal["unknown"] | None, Field(description="unknown: a write may have been carried out or not")
    ] = None
    request_id: Annotated[str, Field(description="With internal: finds the defect in the log")] = ""
    links: Annotated[
        dict[str, str], Field(default_factory=dict, description="With not_ready: each link's state by PBX")
    ]
    problems: Annotated[
        list[str], Field(default_factory=list, description="With not_ready: what somebody must mend")
    ]
