"""The time limits and intervals of a link; injectable so that tests run fast."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkTimings:
    """The clocks and bounds of one AMI link; all times are seconds.

    With the defaults a silent half-open link shows as stale at most 7.5 s after the last sign of
    life (``ping_interval`` + ``stale_after``) and is given up at most 12.5 s after it
    (``ping_interval`` + ``dead_after``).

    Args:
        connect_timeout: For name resolution, TCP and the TLS handshake together.
        login_timeout: For banner, challenge and login together; Asterisk delays a refusal by 1 s.
        sync_timeout: For everything between login and a whole picture.
        send_timeout: For one action's bytes to leave; a PBX that does not read loses its link.
        ping_interval: Between an answered keepalive and the next one.
        stale_after: Without the keepalive's answer for so long, the picture is called stale.
        dead_after: Without its answer and without a byte for so long, the link is given up.
        ping_limit: Without its answer for so long, the link is given up, whatever else arrives.
        logoff_timeout: For the PBX to close after ``Logoff``.
        retry_lowest: The shortest wait before a reconnect; after a link that was up, at most twice as long.
        retry_highest: The longest wait before a reconnect, where no link came up for long.
        refused_lowest: The shortest wait after refused credentials.
        refused_highest: The longest wait after refused credentials.
        resync_gap: The least between two times that the picture is taken as it may lack something: after a
            message was lost, and once when no ``FullyBooted`` came, since a user without the ``system`` read
            class cannot see the end of a boot.
        reconcile_share: Not seconds: the most of all time that may be spent on asking for lists to compare.
        reconcile_interval: The time in which each list is asked for about once, where that share allows it.
        reconcile_settle: How long a difference must last to be a drift: longer than any event is late.
        queue_names_interval: Between two lists of which queues there are, where that takes no more than
            ``reconcile_share`` of all time, on top.
        refresh_share: The most of all time that may be spent on lists that events and our own actions call
            for, on top.
        refresh_gap: The least between two of those lists, so that a burst of actions asks once.
        pending_limit: Actions that may wait for an answer at once; the next one is refused unsent.
    """

    connect_timeout: float = 5.0
    login_timeout: float = 10.0
    sync_timeout: float = 60.0
    send_timeout: float = 5.0
    ping_interval: float = 5.0
    stale_after: float = 2.5
    dead_after: float = 7.5
    ping_limit: float = 30.0
    logoff_timeout: float = 0.5
    retry_lowest: float = 0.5
    retry_highest: float = 30.0
    refused_lowest: float = 30.0
    refused_highest: float = 300.0
    resync_gap: float = 30.0
    reconcile_share: float = 0.01
    reconcile_interval: float = 30.0
    reconcile_settle: float = 5.0
    queue_names_interval: float = 3.0
    refresh_share: float = 0.1
    refresh_gap: float = 0.1
    pending_limit: int = 512
