"""The schemas of the requests of sockets."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from amictl.errors import FieldProblem, InvalidInput

MAX_TOPICS = 64  # of one socket, and so of one request

Topic = Annotated[StrictStr, Field(min_length=1, max_length=200, pattern=r"^[^\r\n\x00]+$")]
PbxName = Annotated[StrictStr, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$")]
Topics = Annotated[list[Topic], Field(min_length=1, max_length=MAX_TOPICS)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Position(_Request):
    """The cursor up to which a client knows a topic."""

    epoch: Annotated[StrictStr, Field(max_length=100)]
    seq: Annotated[StrictInt, Field(ge=0)]


class SubscribeRequest(_Request):
    """Topics of one PBX that a socket wants, and what it has of them."""

    pbx: PbxName | None = None
    topics: Topics
    since: Annotated[dict[Topic, Position], Field(max_length=MAX_TOPICS)] = {}


class UnsubscribeRequest(_Request):
    """Topics of one PBX that a socket wants no more."""

    pbx: PbxName | None = None
    topics: Topics


class AuthRequest(_Request):
    """Who opens a plain WebSocket, where neither a cookie nor a header says so."""

    type: Literal["auth"]
    token: Annotated[StrictStr, Field(min_length=1, max_length=200)]


Request = TypeVar("Request", bound=BaseModel)


def read_request(model: type[Request], payload: Any) -> Request:  # noqa: ANN401 - JSON
    """Return what a client sent as a checked model."""
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        problems = [
            FieldProblem(".".join(str(part)[:64] for part in each["loc"]) or "payload", f"{each['msg']}.")
            for each in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise InvalidInput(problems) from None
