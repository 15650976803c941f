"""The link to a PBX."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from amictl.pbx.models.value import Value


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
    """The latest comparison of one of the PBX's lists with the picture.

    Args:
        at: When.
        seconds: How long the PBX and the way took for the list.
        items: How many items it had.
        differences: How many differences were seen; those that last are drifts.
    """

    at: float
    seconds: float
    items: int
    differences: int


class TopicLimit(Value, frozen=True):
    """Why a topic does not follow the PBX by itself.

    Args:
        detail: The reasons, in sentences for a person.
        known: Whether its values are known from the PBX's lists; where not, nobody can tell them.
        as_of: As of when all lists of the topic agreed with it; None where no list is compared with it.
    """

    detail: str
    known: bool = True
    as_of: float | None = None


class LinkStatus(Value, frozen=True):
    """The state of the link to one PBX, as its manager last told it; its times are on our clock.

    Args:
        pbx: The PBX's short name.
        state: Where the link stands.
        since: When it came to this state.
        stale: Whether the picture can no longer be trusted to be fresh.
        retry_at: When the next attempt to connect is due.
        detail: One sentence for a person, without secrets.
        asterisk_version: What the PBX calls itself.
        epoch: The epoch of the live session.
        round_trip: Seconds that the last keepalive took.
        last_received: When the PBX last sent anything.
        address: ``host:port`` of the AMI listener.
        clock_offset: Seconds that the PBX's clock is ahead of ours; None until the PBX told its time.
        counters: What was counted since amictl began, by name.
        drifts: How often the picture was found to be wrong and mended, by kind of difference.
        reconciled: The latest comparison of each list, by its action's name.
        limits: The topics that do not follow the PBX by themselves, and why.
    """

    pbx: str
    state: LinkState
    since: float
    stale: bool = False
    retry_at: float | None = None
    detail: str | None = None
    asterisk_version: str | None = None
    epoch: str | None = None
    round_trip: float | None = None
    last_received: float | None = None
    address: str = ""
    clock_offset: float | None = None
    counters: Mapping[str, int] = {}
    drifts: Mapping[str, int] = {}
    reconciled: Mapping[str, ListCheckup] = {}
    limits: Mapping[str, TopicLimit] = {}
