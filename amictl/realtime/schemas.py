"""Every message of the sockets, each declared once: what clients may ask for, and what they are told.

Requests are read by these models. What tells clients something makes a dictionary, which the type checker
holds against the declaration here, so that it costs nothing while events go by. The document of all messages
is made from the same (`amictl.realtime.asyncapi`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Generic, Literal, NotRequired, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetPydanticSchema,
    StrictInt,
    StrictStr,
    ValidationError,
)
from typing_extensions import TypedDict

from amictl.errors import FieldProblem, InvalidInput
from amictl.pbx.log.topic_log import Payload
from amictl.pbx.payloads.times import format_time
from amictl.pbx.topics.links.value import TopicLimit
from amictl.services.schemas import PbxField, RefusedField, Time, answer_of

MAX_TOPICS: Final = 64  # of one socket, and so of one request
MAX_ID: Final = 100  # characters

Topic = Annotated[StrictStr, Field(min_length=1, max_length=200, pattern=r"^[^\r\n\x00]+$")]
PbxName = Annotated[
    StrictStr,
    Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$", description="The default one when left out"),
]
Topics = Annotated[list[Topic], Field(min_length=1, max_length=MAX_TOPICS)]
RequestId = Annotated[
    StrictInt | Annotated[StrictStr, Field(max_length=MAX_ID)],
    Field(description="Comes back with the answer"),
]


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
    since: Annotated[
        dict[Topic, Position],
        Field(max_length=MAX_TOPICS, description="What the client has: a replay of the rest is enough"),
    ] = {}


class UnsubscribeRequest(_Request):
    """Topics of one PBX that a socket wants no more."""

    pbx: PbxName | None = None
    topics: Topics


class AuthRequest(_Request):
    """Who opens a plain WebSocket, where neither a cookie nor a header says so."""

    type: Literal["auth"]
    token: Annotated[StrictStr, Field(min_length=1, max_length=200)]


class PlainSubscribeRequest(SubscribeRequest):
    """Topics of one PBX that a client without Socket.IO wants, and what it has of them."""

    type: Literal["subscribe"]
    id: RequestId | None = None


class PlainUnsubscribeRequest(UnsubscribeRequest):
    """Topics of one PBX that a client without Socket.IO wants no more."""

    type: Literal["unsubscribe"]
    id: RequestId | None = None


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


def _told_as(kind: Any) -> GetPydanticSchema:  # noqa: ANN401 - types
    """Give what is JSON already the schema of what it was made from."""
    return GetPydanticSchema(lambda _source, handler: handler(kind))


Epoch = Annotated[str, Field(description="What seq counts in; another epoch is another picture")]
Shown = TypeVar("Shown")
"""What a topic shows; where a message is made, that is JSON already."""


class Put(TypedDict, Generic[Shown]):
    """A value that is new, or replaces the one that had its key."""

    op: Literal["put"]
    key: str
    value: Shown


class Gone(TypedDict):
    """A value is there no more."""

    op: Literal["del"]
    key: str


class OfTopic(TypedDict):
    """What every message about a topic names."""

    pbx: PbxField
    topic: str


class Reset(OfTopic):
    """Something of a topic is missing, or its picture began anew: subscribe again."""


class _Batch(TypedDict):
    epoch: Epoch
    seq: Annotated[int, Field(description="The cursor after it")]
    prev_seq: Annotated[int, Field(description="The cursor before it; a higher one than yours is a gap")]


class Changes(_Batch, Generic[Shown]):
    """What changed of a topic's values."""

    changes: list[Shown]


class AmiEvents(_Batch, Generic[Shown]):
    """Raw events, oldest first."""

    events: list[Shown]


class _Held(TypedDict):
    epoch: Epoch
    seq: Annotated[int, Field(description="The cursor from which batches go on")]
    limit: NotRequired[Annotated[Payload, _told_as(answer_of(TopicLimit))]]


class Snapshot(_Held, Generic[Shown]):
    """What a topic holds, by key."""

    snapshot: Shown


class Replay(_Held, Generic[Shown]):
    """What a client missed of a topic."""

    replay: Shown


class Failure(TypedDict):
    """Why something was refused."""

    code: Annotated[str, Field(description="A code of the REST API; never changes its meaning")]
    detail: Annotated[str, Field(description="One sentence for a person; its words may change")]
    errors: NotRequired[Annotated[Any, _told_as(list[RefusedField]), Field(description="With invalid_input")]]


class Refused(TypedDict):
    """A topic that cannot be had."""

    error: Failure


class Left(TypedDict):
    """A topic that is not wanted any more."""

    unsubscribed: Annotated[bool, Field(description="Whether the client was subscribed to it")]


class Server(TypedDict):
    """The server itself."""

    now: Annotated[str | None, _told_as(Time), Field(description="Its time")]
    release: Annotated[
        str, Field(description="Of amictl's static files: a page of another release should be loaded anew")
    ]


class Answered(TypedDict):
    """What every answer tells besides."""

    _server: Server


class TimeRequest(_Request):
    """A client wants to know the server's time, or whether it is heard at all."""


def tell_server(now: float, release: str) -> Answered:
    """Return what tells a client how far its clock is off, and whether its page is of this amictl.

    Args:
        now: The server's time, in seconds since 1970.
        release: The release of amictl's static files.
    """
    return {"_server": {"now": format_time(now), "release": release}}


class Failed(Answered):
    """The request as a whole was refused."""

    error: Failure


class Echo(TypedDict):
    """What goes with the answer to a request of a client without Socket.IO."""

    id: NotRequired[RequestId]


class Authenticated(TypedDict):
    """The token was accepted."""

    type: Literal["authenticated"]


class Subscribed(Answered, Echo, Generic[Shown]):
    """What the client has now of each topic that it can have; answers the address, too."""

    type: Literal["subscribed"]
    topics: Shown


class Unsubscribed(Answered, Echo):
    """What the client has no more."""

    type: Literal["unsubscribed"]
    topics: Mapping[str, Left]


class AboutTopic(TypedDict):
    """Which topic was refused, where it is not the whole request."""

    topic: NotRequired[str]


class Error(Failure, Echo, AboutTopic):
    """A request, or one topic of it, was refused."""

    type: Literal["error"]
