"""What the routes about the PBX itself take and give."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictStr

from amictl.services.requests import Fields, Long, PbxName, Short
from amictl.services.schemas import PbxAnswer, Performed, RawMessage, Time

_MAX_HEADERS = 64


class CommandBody(Fields):
    """A command of the PBX's console."""

    command: Annotated[Long, Field(description="As it would be typed there, such as core show uptime")]
    pbx: PbxName | None = None


class ReloadBody(Fields):
    """What of the configuration to read again."""

    module: Annotated[
        Short | None,
        Field(description="One module, or part of the core such as logger; everything when left out"),
    ] = None
    pbx: PbxName | None = None


class UserEventBody(Fields):
    """An event for all AMI clients."""

    event: Annotated[Short, Field(description="The value of its header UserEvent")]
    headers: Annotated[
        dict[Short, Annotated[StrictStr, Field(max_length=900)]],
        Field(max_length=_MAX_HEADERS, description="Its other headers"),
    ] = Field(default_factory=dict)
    pbx: PbxName | None = None


class CoreStatus(PbxAnswer):
    """When a PBX started, and how many calls it has."""

    started_at: Annotated[
        Time | None, Field(description="Null where amictl's AMI user may run no console commands")
    ]
    reloaded_at: Annotated[Time | None, Field(description="Likewise")]
    uptime: Annotated[int | None, Field(description="Seconds")]
    started_at_local: Annotated[str | None, Field(description="In the PBX's own time zone")]
    reloaded_at_local: Annotated[str | None, Field(description="In the PBX's own time zone")]
    current_calls: int | None
    processed_calls: Annotated[int | None, Field(description="Since the start; newer PBXs tell")]
    raw: RawMessage | None = None


class CoreSettings(PbxAnswer):
    """The version and limits of a PBX; limits of 0 are none."""

    ami_version: str | None
    asterisk_version: str | None
    system_name: str | None
    max_calls: int | None
    max_load_average: float | None
    run_user: str | None
    run_group: str | None
    max_file_handles: int | None
    realtime_enabled: bool | None
    cdr_enabled: bool | None
    http_enabled: bool | None
    sounds_search_custom_dir: bool | None
    raw: RawMessage | None = None


class CommandOutput(PbxAnswer):
    """What a command printed."""

    command: Annotated[str, Field(description="As it was run")]
    output: Annotated[list[str], Field(description="Its lines")]
    truncated: Annotated[bool, Field(description="Whether lines are missing: 500,000 characters are kept")]


class Reloaded(Performed):
    """A configuration that was read again."""

    module: str | None


class UserEventSent(Performed):
    """An event that was sent."""

    event: str
    headers: dict[str, str]
