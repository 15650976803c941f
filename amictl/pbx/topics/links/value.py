"""The link to a PBX."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar

from amictl.pbx.value import About, Time, Value, shown


class LinkState(StrEnum):
    """Where the link to a PBX stands."""

    STOPPED = "stopped"
    CONNECTING = "connecting"
    AUTHENTICATING = "authenticating"
    SYNCHRONIZING = "synchronizing"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    BAD_CREDENTIALS = "bad_credentials"


class ListCheckup(Value, frozen=True):
    """The latest comparison of one of the PBX's lists with the picture."""

    at: Annotated[Time, About("When")]
    seconds: Annotated[float, About("How long the PBX and the way took for the list", digits=4)]
    items: Annotated[int, About("How many items it had")]
    differences: Annotated[int, About("How many differences were seen; those that last are drifts")]


class TopicLimit(Value, frozen=True):
    """Why a topic does not follow the PBX by itself."""

    detail: Annotated[str, About("The reasons, in sentences for a person")]
    known: Annotated[
        bool, About("Whether its values are known from the PBX's lists; where not, nobody can tell them")
    ] = True
    as_of: Annotated[
        Time | None,
        About("As of when the PBX's lists agreed with it; null where no list is compared with it"),
    ] = None


class LinkStatus(Value, frozen=True):
    """Where the link to a PBX stands; its times are on amictl's own clock."""

    schema_name: ClassVar[str] = "Link"

    pbx: Annotated[str, About("The PBX's short name")]
    state: Annotated[LinkState, About("Where the link stands")]
    since: Annotated[Time, About("When it came to this state")]
    stale: Annotated[bool, About("Whether the live picture can no longer be trusted to be fresh")] = False
    retry_at: Annotated[Time | None, About("When the next attempt to connect is due")] = None
    detail: Annotated[str | None, About("What is wrong, for a person, without secrets")] = None
    asterisk_version: Annotated[str | None, About("What the PBX calls itself")] = None
    epoch: Annotated[str | None, About("The epoch of the live session")] = None
    round_trip: Annotated[float | None, About("Seconds that the last keepalive took", shown=False)] = None
    last_received: Annotated[Time | None, About("When the PBX last sent anything")] = None
    address: Annotated[str, About("host:port of the AMI listener")] = ""
    clock_offset: Annotated[
        float | None,
        About("Seconds that the PBX's clock is ahead of ours; null until the PBX told its time", digits=3),
    ] = None
    counters: Annotated[Mapping[str, int], About("What was counted since amictl began, by name")] = {}
    drifts: Annotated[
        Mapping[str, int],
        About("How often the picture was found to be wrong and mended, by kind of difference"),
    ] = {}
    reconciled: Annotated[
        Mapping[str, ListCheckup], About("The latest comparison of each list, by its AMI action")
    ] = {}
    limits: Annotated[
        Mapping[str, TopicLimit],
        About("The topics that do not follow the PBX by themselves, and why; best none"),
    ] = {}

    @shown()
    def round_trip_ms(self) -> Annotated[float | None, About("Milliseconds that the last keepalive took")]:
        """Return the milliseconds that the last keepalive took."""
        return None if self.round_trip is None else round(self.round_trip * 1000.0, 3)
