"""Recording channels: with MixMonitor, or with Monitor where the PBX still has it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StrictBool, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from amictl.errors import AmictlError, NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action
from amictl.pbx.ami_values import read_text
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.value import About
from amictl.protocol import Action, Reply
from amictl.services.access import Actor
from amictl.services.access.live_channels import done_to
from amictl.services.execution.execution import Execution, translate_refusal
from amictl.services.pbx_service import PbxService
from amictl.services.requests import ChannelBody, Short, limit_bytes
from amictl.services.results import ChannelDone
from amictl.store.permissions import Permission

Method = Literal["mixmonitor", "monitor"]
Direction = Literal["read", "write", "both"]

_ID_VARIABLE: Final = "AMICTL_MIXMONITOR_ID"  # Asterisk answers with the ID only where a variable takes it
_PATH_VARIABLE: Final = "MIXMONITOR_FILENAME"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME: Final = 200  # bytes of a path: a file's name has at most 255, with what Asterisk adds to it

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


class RecordingBody(ChannelBody):
    """A write about the recordings of a channel."""

    method: Annotated[
        Method, Field(description="MixMonitor; or Monitor, which Asterisk 21 and newer do not have")
    ] = "mixmonitor"


class RecordingDone(ChannelDone, frozen=True):
    """What was done to the recordings of a channel."""

    method: Method


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


class RecordingStarted(RecordingDone, frozen=True):
    """A recording that was started."""

    files: Annotated[tuple[str, ...], About("Below the PBX's folder for recordings")]
    path: Annotated[str | None, About("On the PBX, where it tells")]
    mixmonitor_id: Annotated[str | None, About("Stops this one alone")]


class RecordingStopBody(RecordingBody):
    """Recordings to end."""

    mixmonitor_id: Annotated[Short, Field(description="One of MixMonitor's; all when left out")] | None = None

    @model_validator(mode="after")
    def check_method(self) -> Self:
        """Check that the ID is one of MixMonitor's."""
        if self.method == "monitor" and self.mixmonitor_id is not None:
            raise PydanticCustomError("method", "The field mixmonitor_id belongs to mixmonitor")
        return self


class RecordingStopped(RecordingDone, frozen=True):
    """Recordings that were ended."""

    mixmonitor_id: str | None


class RecordingMuteBody(RecordingBody):
    """Recordings to silence, or to hear again."""

    muted: Annotated[StrictBool, Field(description="Whether silence is recorded")]
    direction: Annotated[Direction, Field(description="What the channel says; what it hears; both")] = "both"

    @model_validator(mode="after")
    def check_method(self) -> Self:
        """Check that the method knows the direction."""
        if self.method == "monitor" and self.direction != "both":
            raise PydanticCustomError("method", "Monitor is interrupted in both directions at once")
        return self


class RecordingMuted(RecordingDone, frozen=True):
    """Recordings that were silenced, or can be heard again."""

    muted: bool
    direction: Direction


class RecordingService(PbxService):
    """Starts, silences and ends recordings of channels, by ``calls.record``.

    All methods may raise `ActionUnsupported`: the PBX does not have Monitor any more.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
        clock: Returns the seconds since 1970.
    """

    def __init__(
        self, registry: Registry, execution: Execution, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(registry, execution)
        self._clock = clock

    def start(self, actor: Actor, asked: RecordingStartBody) -> RecordingStarted:
        """Start a recording, and tell what it is called.

        Raises:
            InvalidInput: The file's name could do more than name a file.
        """
        pbx, found = self._find_channel(actor, asked)
        file = (asked.file or self._name_file(found)).removesuffix(f".{asked.format}")
        if asked.method == "monitor":
            action = make_action(
                "Monitor",
                channel=found.channel,
                file=file,
                file_format=asked.format,
                mix=asked.mix or None,
            )
            done = done_to(pbx, found, self._record(actor, pbx, found, action))
            directions = ("",) if asked.mix else ("-in", "-out")
            files = tuple(f"{file}{direction}.{asked.format}" for direction in directions)
            return RecordingStarted(*done, asked.method, files, path=None, mixmonitor_id=None)
        options = f"{'a' * asked.append}{'b' * asked.bridged_only}i({_ID_VARIABLE})"
        action = make_action(
            "MixMonitor", channel=found.channel, file=f"{file}.{asked.format}", options=options
        )
        reply = self._record(actor, pbx, found, action)
        return RecordingStarted(
            *done_to(pbx, found, reply),
            asked.method,
            (f"{file}.{asked.format}",),
            path=read_recording_path(self._execution, pbx, found.channel),
            mixmonitor_id=read_text(reply.get("MixMonitorID")),
        )

    def stop(self, actor: Actor, asked: RecordingStopBody) -> RecordingStopped:
        """End one recording of a channel, or all of one method.

        Asterisk says that it succeeded also where nothing was recorded; an ID that is unknown it refuses.
        """
        pbx, found = self._find_channel(actor, asked)
        if asked.method == "monitor":
            action = make_action("StopMonitor", channel=found.channel)
        else:
            action = make_action("StopMixMonitor", channel=found.channel, mixmonitor_id=asked.mixmonitor_id)
        missing = NotFound(f"mixmonitor_id: there is no such recording of the channel on {pbx.name}.")
        with translate_refusal("could not stop monitoring", missing):
            reply = self._record(actor, pbx, found, action)
        return RecordingStopped(*done_to(pbx, found, reply), asked.method, asked.mixmonitor_id)

    def mute(self, actor: Actor, asked: RecordingMuteBody) -> RecordingMuted:
        """Record silence instead of a channel's sound, or its sound again; all recordings of one method.

        Monitor does not write silence: it interrupts its files.
        """
        pbx, found = self._find_channel(actor, asked)
        muted, direction = asked.muted, asked.direction
        if asked.method == "mixmonitor":
            action = make_action("MixMonitorMute", channel=found.channel, muted=muted, direction=direction)
        else:
            action = make_action("PauseMonitor" if muted else "UnpauseMonitor", channel=found.channel)
        reply = self._record(actor, pbx, found, action)
        return RecordingMuted(*done_to(pbx, found, reply), asked.method, muted, direction)

    def _record(self, actor: Actor, pbx: Pbx, channel: Channel, action: Action) -> Reply:
        return self._control(actor, pbx, channel, action, Permission.CALLS_RECORD)

    def _name_file(self, channel: Channel) -> str:
        """Return a name that no other recording has: a channel's ID may hold any characters."""
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock()))
        return f"amictl-{_UNSAFE.sub('-', channel.unique_id)}-{stamp}"


def read_recording_path(execution: Execution, pbx: Pbx, channel: str) -> str | None:
    """Return the path of the file that MixMonitor writes, or None where the PBX does not tell.

    Args:
        execution: Asks the PBX.
        pbx: Where.
        channel: The name of the channel that is recorded.
    """
    try:
        response = execution.read(
            pbx, make_action("Getvar", variable=_PATH_VARIABLE, channel=channel)
        ).response
    except AmictlError:
        return None  # it is recorded all the same: only the path stays unknown
    return read_text(response.get("Value"))
