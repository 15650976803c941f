"""The link to a PBX."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LinkState(StrEnum):
    """Where the link to a PBX stands."""

    STOPPED = "stopped"
    CONNECTING = "connecting"
    AUTHENTICATING = "authenticating"
    SYNCHRONIZING = "synchronizing"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    BAD_CREDENTIALS = "bad_credentials"


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """The state of the link to one PBX, as its manager last told it.

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
