"""What the routes of recordings take and give."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from amictl.services.requests import ChannelName, Fields, PbxName, Short, limit_bytes
from amictl.services.schemas import Performed

_LONGEST_NAME = 200  # bytes of a path: a file's name has at most 255, with what Asterisk adds to it

Method = Annotated[
    Literal["mixmonitor", "monitor"],
    Field(description="MixMonitor; or Monitor, which Asterisk 21 and newer do not have"),
]
# Asterisk says that it records also to a format that it does not know, and records nothing.
Format = Annotated[
    Literal["wav", "wav16", "gsm", "ulaw", "alaw", "g722", "sln", "sln16"],
    Field(description="The format, and the ending of the file"),
]
RecordingFile = Annotated[
    StrictStr,
    limit_bytes(_LONGEST_NAME),
    Field(description="Below the PBX's folder for recordings: letters, digits, _.@+=- and / between folders"),
]


class RecordingBody(Fields):
    """A write about the recordings of a channel."""

    channel: ChannelName
    method: Method = "mixmonitor"
    pbx: PbxName | None = None


class RecordingStartBody(RecordingBody):
    """A recording to start."""

    file: Annotated[
        RecordingFile | None,
        Field(description="Where to, without ending; made of the unique ID and the time when left out"),
    ] = None
    format: Format = "wav"
    append: Annotated[StrictBool, Field(description="Go on at the end of such a file, not over it")] = False
    bridged_only: Annotated[StrictBool, Field(description="Record only while it talks in a bridge")] = False
    mix: Annotated[StrictBool, Field(description="Monitor: make one file of its two at the end")] = False

    @model_validator(mode="after")
    def check_method(self) -> Self:
        """Check that the method knows what is asked of it."""
        if self.method == "monitor" and (self.append or self.bridged_only):
            raise PydanticCustomError("method", "The fields append and bridged_only belong to mixmonitor")
        if self.method == "mixmonitor" and self.mix:
            raise PydanticCustomError("method", "The field mix belongs to monitor; mixmonitor always mixes")
        return self


class RecordingStopBody(RecordingBody):
    """Recordings to end."""

    mixmonitor_id: Annotated[Short, Field(description="One of MixMonitor's; all when left out")] | None = None

    @model_validator(mode="after")
    def check_method(self) -> Self:
        """Check that the ID is one of MixMonitor's."""
        if self.method == "monitor" and self.mixmonitor_id is not None:
            raise PydanticCustomError("method", "The field mixmonitor_id belongs to mixmonitor")
        return self


class RecordingMuteBody(RecordingBody):
    """Recordings to silence, or to hear again."""

    muted: Annotated[StrictBool, Field(description="Whether silence is recorded")]
    direction: Annotated[
        Literal["read", "write", "both"], Field(description="What the channel says; what it hears; both")
    ] = "both"

    @model_validator(mode="after")
    def check_method(self) -> Self:
        """Check that the method knows the direction."""
        if self.method == "monitor" and self.direction != "both":
            raise PydanticCustomError("method", "Monitor is interrupted in both directions at once")
        return self


class RecordingDone(Performed):
    """What was done to the recordings of a channel."""

    channel: str
    unique_id: str
    method: Literal["mixmonitor", "monitor"]


class RecordingStarted(RecordingDone):
    """A recording that was started."""

    files: Annotated[list[str], Field(description="Below the PBX's folder for recordings")]
    path: Annotated[str | None, Field(description="On the PBX, where it tells")]
    mixmonitor_id: Annotated[str | None, Field(description="Stops this one alone")]


class RecordingStopped(RecordingDone):
    """Recordings that were ended."""

    mixmonitor_id: str | None


class RecordingMuted(RecordingDone):
    """Recordings that were silenced, or can be heard again."""

    muted: bool
    direction: Literal["read", "write", "both"]
