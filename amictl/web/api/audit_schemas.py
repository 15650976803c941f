"""Requests and answers about the audit log."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, StrictStr
from pydantic_core import PydanticCustomError

from amictl.services.requests import Fields, PbxName
from amictl.services.schemas import Answer, Time
from amictl.store.audit_log import AuditQuery

_Part = Annotated[StrictStr, Field(max_length=255)]
_NUMBER = re.compile(r"[\s+\-.\d]*")
_LARGEST_ID = 2**53


def _refuse_number(value: object) -> object:
    """Check that an instant is not given as a number, which pydantic would take for seconds since 1970."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        raise PydanticCustomError("instant", "Write ISO 8601 with a zone, such as 2026-01-31T08:00:00Z")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_refuse_number)]


class AuditFilter(Fields):
    """Which rows of the audit log."""

    user: Annotated[_Part | None, Field(description="The actor's name")] = None
    kind: Annotated[
        Literal["asked", "outcome", "refused", "event"] | None, Field(description="What the row tells of")
    ] = None
    route: Annotated[_Part | None, Field(description="A part of method and path, such as originate/")] = None
    action: Annotated[_Part | None, Field(description="The AMI action, such as QueuePause")] = None
    pbx: Annotated[PbxName | None, Field(description="The PBX")] = None
    outcome: Annotated[_Part | None, Field(description="done, asked, or an error's code")] = None
    since: Annotated[Instant | None, Field(alias="from", description="The first instant, with its zone")] = (
        None
    )
    until: Annotated[
        Instant | None, Field(alias="to", description="The instant after the last one, with its zone")
    ] = None
    text: Annotated[
        _Part | None, Field(description="A part of what was asked, sent or answered, or of the name")
    ] = None

    def make_query(self) -> AuditQuery:
        """Return the filter as the service takes it."""
        return AuditQuery(**self.model_dump(include=set(AuditFilter.model_fields)))


class AuditPageQuery(AuditFilter):
    """One page of rows."""

    limit: Annotated[int, Field(ge=1, le=500, description="Rows on a page")] = 100
    cursor: Annotated[
        int | None, Field(ge=1, le=_LARGEST_ID, description="next_cursor of the page before")
    ] = None


class AuditExportQuery(AuditFilter):
    """All rows that match, as a file."""

    format: Annotated[
        Literal["csv", "jsonl"], Field(description="CSV with a heading, or one JSON object a line")
    ] = "jsonl"


class AuditEntry(Answer):
    """One row of the audit log."""

    id: int
    at: Time
    kind: Annotated[
        Literal["asked", "outcome", "refused", "event"],
        Field(description="asked is written before an action is sent, outcome after its reply"),
    ]
    asked_id: Annotated[int | None, Field(description="For an outcome: the row that told what was asked")]
    user_id: int | None
    username: str
    role: str
    via: Annotated[str, Field(description="session, token, command, or none for a stranger")]
    token_id: int | None
    session_id: Annotated[str | None, Field(description="A name of the login session, not its secret")]
    address: str | None
    request_id: Annotated[str | None, Field(description="As in the answer's X-Request-ID and in the log")]
    route: str
    pbx: str | None
    queue: str | None
    permission: str | None
    asked: Annotated[Any, Field(description="The request's fields, secrets masked")]
    action: Annotated[str | None, Field(description="The AMI action")]
    headers: Annotated[Any, Field(description="The action's headers as pairs, secrets masked")]
    outcome: Annotated[str, Field(description="done, asked while it is not known, or an error's code")]
    message: Annotated[str | None, Field(description="The PBX's own words, or why it was refused")]
    took_ms: float | None
    previous_hash: str
    hash: Annotated[str, Field(description="SHA-256 of this row with the hash of the one before")]


class AuditPage(Answer):
    """Rows, newest first."""

    entries: list[AuditEntry]
    next_cursor: Annotated[int | None, Field(description="Send it as cursor for older rows; null at the end")]
