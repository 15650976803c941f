"""What answers hold: the bases that all groups share, and the values that several of them show.

Answers are checked against these in the tests; in production they are made by ``pbx`` and sent as they are.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Time = Annotated[datetime, Field(description="ISO 8601, in UTC")]
PbxField = Annotated[str, Field(description="The PBX's short name")]
RawMessage = Annotated[
    dict[str, str | list[str]] | list[dict[str, str | list[str]]],
    Field(description="The AMI message as the PBX sent it; only with raw=1"),
]


class Answer(BaseModel):
    """The base of all answers: no field may be there that the document does not have."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class PbxAnswer(Answer):
    """An answer about one PBX."""

    pbx: PbxField


class Item(Answer):
    """The base of what lists hold, where the AMI message can be asked for."""

    raw: RawMessage | None = None


class Performed(PbxAnswer):
    """What the PBX said to an action."""

    message: Annotated[str, Field(description="The PBX's own words")]


class ListCheckup(Answer):
    """The latest comparison of one of the PBX's lists with the picture."""

    at: Time
    seconds: Annotated[float, Field(description="How long the list took")]
    items: int
    differences: Annotated[int, Field(description="How many were seen; those that last are drifts")]


class TopicLimit(Answer):
    """Why a topic does not follow the PBX by itself."""

    detail: Annotated[str, Field(description="The reasons, for a person")]
    known: Annotated[bool, Field(description="Whether lists tell its values; where not, nobody can")]
    as_of: Annotated[Time | None, Field(description="As of when the PBX's lists agreed with it")]


class Link(Answer):
    """Where the link to a PBX stands."""

    pbx: PbxField
    state: Literal[
        "stopped",
        "connecting",
        "authenticating",
        "synchronizing",
        "connected",
        "reconnecting",
        "bad_credentials",
    ]
    since: Annotated[Time | None, Field(description="When it came to this state")]
    stale: Annotated[bool, Field(description="Whether the live picture can no longer be trusted to be fresh")]
    retry_at: Annotated[Time | None, Field(description="When the next attempt to connect is due")]
    detail: Annotated[str | None, Field(description="What is wrong, for a person")]
    asterisk_version: str | None
    epoch: str | None
    round_trip_ms: Annotated[float | None, Field(description="What the last keepalive took")]
    last_received: Annotated[Time | None, Field(description="When the PBX last sent anything")]
    address: Annotated[str, Field(description="host:port of the AMI listener")]
    clock_offset: Annotated[
        float | None, Field(description="Seconds that the PBX's clock is ahead of the server's")
    ]
    counters: Annotated[dict[str, int], Field(description="What was counted since amictl began")]
    drifts: Annotated[
        dict[str, int],
        Field(description="How often the picture was found to be wrong and mended, by kind of difference"),
    ]
    reconciled: Annotated[
        dict[str, ListCheckup], Field(description="The latest comparison of each list, by its AMI action")
    ]
    limits: Annotated[
        dict[str, TopicLimit],
        Field(description="The topics that do not follow the PBX by themselves, and why; best none"),
    ]


class LiveAnswer(PbxAnswer):
    """A read of the live picture, with how fresh it is."""

    epoch: Annotated[str, Field(description="One AMI session; another epoch is another picture")]
    seq: Annotated[int, Field(description="The picture's cursor, as on Socket.IO")]
    age: Annotated[
        float,
        Field(
            description="Seconds since what is read was last proved to be as on the PBX; 0 while the link"
            " does so all the time"
        ),
    ]
    limit: Annotated[
        str | None,
        Field(description="Why what is read does not follow the PBX by itself; null where it does"),
    ]
    link: Link | None


class Channel(Item):
    """A channel of the live picture."""

    channel: Annotated[str, Field(description="Its name, such as PJSIP/100-0000001a")]
    unique_id: str
    linked_id: Annotated[
        str | None, Field(description="The unique ID of the channel that the whole call began with")
    ]
    state: Annotated[str | None, Field(description="Asterisk's words: Down, Ring, Ringing, Up, Busy, …")]
    caller_id_num: str | None
    caller_id_name: str | None
    connected_line_num: Annotated[str | None, Field(description="Number of the party at the other end")]
    connected_line_name: str | None
    context: str | None
    exten: str | None
    priority: int | None
    application: str | None
    application_data: Annotated[str | None, Field(description="Null without the permission events.sensitive")]
    account_code: str | None
    language: str | None
    bridge_id: str | None
    created_at: Time | None
    state_since: Annotated[Time | None, Field(description="When it came to its state; null when not seen")]
    answered_at: Time | None
    bridged_at: Annotated[Time | None, Field(description="When it entered its bridge; null when not seen")]
    on_hold: Annotated[bool | None, Field(description="Null when it is not known")]
    held_since: Annotated[Time | None, Field(description="Since when its party holds the other")]
    waiting_since: Annotated[Time | None, Field(description="Since when it waits in a queue")]


class QueueCaller(Item):
    """Somebody who waits in a queue."""

    position: int | None
    channel: str
    unique_id: str
    caller_id_num: str | None
    caller_id_name: str | None
    joined_at: Time | None
    priority: int | None


class MemberCall(Answer):
    """Whom a member talks to, after answering a call of the queue."""

    number: str | None
    name: str | None
    unique_id: Annotated[str, Field(description="Of the caller's channel")]
    linked_id: str | None
    since: Annotated[Time | None, Field(description="Null when nobody saw it begin")]


class QueueMember(Item):
    """A member of a queue."""

    interface: Annotated[str, Field(description="Such as PJSIP/100")]
    name: str | None
    state_interface: str | None
    membership: Annotated[str | None, Field(description="static, dynamic or realtime")]
    penalty: int | None
    status: Annotated[
        Literal[
            "unknown",
            "not in use",
            "in use",
            "busy",
            "invalid",
            "unavailable",
            "ringing",
            "ring+in use",
            "on hold",
        ]
        | None,
        Field(description="The device state of the member"),
    ]
    in_call: bool | None
    paused: bool | None
    paused_reason: str | None
    paused_at: Annotated[Time | None, Field(description="Only while it is paused")]
    calls_taken: int | None
    last_call_at: Time | None
    logged_in_at: Time | None
    ring_in_use: bool | None
    wrapup_time: Annotated[int | None, Field(description="Seconds, of its own; 0 leaves it to the queue")]
    wrapup_until: Annotated[
        Time | None, Field(description="End of the rest after the last call; may be over")
    ]
    after_call_until: Annotated[
        Time | None, Field(description="Until when it may rest, where nobody knows the queue's wrap-up time")
    ]
    status_since: Annotated[Time | None, Field(description="Null while no change was seen")]
    in_call_with: Annotated[MemberCall | None, Field(description="Until the call ends or is transferred")]


class MissedPeriod(Answer):
    """A time of which not every event was heard; its calls are counted as far as Asterisk's counters tell."""

    begin: Annotated[Time, Field(alias="from")]
    end: Annotated[Time, Field(alias="to")]
    reason: Literal["not_started", "link_lost", "counters_reset"]
    answered: Annotated[int | None, Field(description="Counted without times; null when nobody knows")]
    abandoned: int | None
    left: Annotated[int | None, Field(description="Callers known before who were gone after it")]


class QueueDay(Answer):
    """A queue's calls of today; each counts on the day on which its caller joined."""

    day: Annotated[str, Field(description="The date in the time zone of the installation")]
    since: Annotated[Time, Field(description="From when on it was counted")]
    offered: Annotated[int, Field(description="Callers who joined: the sum of the next four")]
    answered: int
    abandoned: Annotated[int, Field(description="Left unanswered, as app_queue counts it")]
    left: Annotated[int, Field(description="Left by a key, or gone after a time that was missed")]
    waiting: int
    transferred: Annotated[int, Field(description="Of those answered, how many a transfer ended")]
    answered_in_level: int
    abandoned_in_level: int
    service_level_perf: Annotated[
        float | None, Field(description="Percent of ended waits that were answered within service_level")
    ]
    asa: Annotated[float | None, Field(description="Average seconds to answer")]
    longest_wait: Annotated[float, Field(description="Seconds, of waits that are over")]
    average_talk: Annotated[float | None, Field(description="Seconds")]
    complete: Annotated[bool, Field(description="Whether nothing was missed")]
    missed: list[MissedPeriod]


class Queue(Item):
    """A queue of the live picture."""

    queue: str
    strategy: str | None
    max: Annotated[int | None, Field(description="Callers that may wait; 0 is without limit")]
    weight: int | None
    callers: list[QueueCaller]
    members: list[QueueMember]
    completed: int | None
    abandoned: int | None
    hold_time: Annotated[float | None, Field(description="Average seconds")]
    talk_time: Annotated[float | None, Field(description="Average seconds")]
    service_level: Annotated[float | None, Field(description="Seconds")]
    service_level_perf: Annotated[
        float | None, Field(description="Percent of calls answered within service_level")
    ]
    wrapup_time: Annotated[
        int | None, Field(description="Seconds of rest after a call; null where no configuration tells")
    ]
    longest_wait_since: Annotated[Time | None, Field(description="When the longest waiting caller joined")]
    today: QueueDay | None


class Bridge(Item):
    """A bridge of the live picture."""

    bridge_id: str
    type: str | None
    technology: str | None
    name: str | None
    creator: str | None
    channels: Annotated[list[str], Field(description="Unique IDs")]
