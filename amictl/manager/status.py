"""The status of a link: what it says, and the one place from which it reaches the live picture."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypedDict, Unpack

from msgspec.structs import replace

from amictl.config import LinkSettings
from amictl.manager.link_metrics import LinkMetrics
from amictl.pbx.faults import Fault
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState, LinkStatus, ListCheckup, TopicLimit
from amictl.pbx.topics.queues.value import Membership

_FAULT_MESSAGES: Final[Mapping[Fault, str]] = {
    Fault.UNREADABLE_VALUE: "The PBX sent numbers that cannot be true and are shown as unknown"
    " ({count} so far, such as {example}).",
    Fault.UNUSABLE_ITEM: "Items of the PBX's lists could not be used ({count} so far, such as {example}).",
    Fault.INCOMPLETE_EVENT: "Events came without what they are about, and the PBX was asked instead"
    " ({count} so far, such as {example}).",
}


class StatusMetrics(TypedDict, total=False):
    """The fields of ``LinkStatus`` that are counted or compared over all sessions."""

    clock_offset: float | None
    counters: Mapping[str, int]
    drifts: Mapping[str, int]
    reconciled: Mapping[str, ListCheckup]


class StatusChanges(StatusMetrics, total=False):
    """All fields of ``LinkStatus`` that change while the link is configured."""

    stale: bool
    retry_at: float | None
    detail: str | None
    asterisk_version: str | None
    epoch: str | None
    round_trip: float | None
    last_received: float | None
    limits: Mapping[str, TopicLimit]


class StatusBoard:
    """Holds the current status and pushes each change into the picture.

    Args:
        settings: Name and address of the PBX.
        picture: Where the status is shown.
        clock: Seconds since 1970.
        warning: What is wrong with the stored settings, whatever the link does.
    """

    def __init__(
        self,
        settings: LinkSettings,
        picture: LivePicture,
        clock: Callable[[], float] = time.time,
        *,
        warning: str | None = None,
    ) -> None:
        self._picture = picture
        self._clock = clock
        self._lock = threading.Lock()
        self._closed = False
        self._warning = warning
        self._status = picture.link
        self._show(
            LinkStatus(
                pbx=settings.name,
                state=LinkState.STOPPED,
                since=clock(),
                stale=picture.loaded,
                address=f"{settings.host}:{settings.port}",
            )
        )

    @property
    def status(self) -> LinkStatus:
        """The status as it is shown."""
        return self._with_warning(self._status)

    def enter(self, state: LinkState, **changes: Unpack[StatusChanges]) -> None:
        """Go to a state; a detail stays until it is replaced, a retry time does not.

        Args:
            state: Where the link stands now.
            changes: Other fields that change with it.
        """
        entered = StatusChanges(retry_at=None, stale=self._is_stale(state))
        entered.update(changes)
        with self._lock:
            if not self._closed:
                self._show(replace(self._status, state=state, since=self._clock(), **entered))

    def update(self, **changes: Unpack[StatusChanges]) -> None:
        """Change fields of the status within its state."""
        with self._lock:
            if not self._closed:
                self._show(replace(self._status, **changes))

    def warn(self, warning: str | None) -> None:
        """Show beside the link's own words what is wrong with the stored settings; None for nothing."""
        with self._lock:
            self._warning = warning
            self._picture.set_link(self._with_warning(self._status))

    def close(self) -> None:
        """Show that the link is stopped; what a thread that was left behind says later is not shown."""
        self.enter(LinkState.STOPPED, detail=None, epoch=None, round_trip=None)
        with self._lock:
            self._closed = True

    def _is_stale(self, state: LinkState) -> bool:
        """Return whether the picture that people see can be out of date in this state."""
        return state is not LinkState.CONNECTED and self._picture.loaded

    def _show(self, changed: LinkStatus) -> None:
        """Push a changed status into the picture."""
        if changed == self._status:
            return
        self._status = changed
        self._picture.set_link(self._with_warning(changed))

    def _with_warning(self, status: LinkStatus) -> LinkStatus:
        """Return a status that says what is wrong with the stored settings, too."""
        if self._warning is None:
            return status
        return replace(status, detail=" ".join(filter(None, (status.detail, self._warning))))


def describe_silent_members(members: Sequence[Membership]) -> list[str]:
    """Return a sentence about the queue members of whom the PBX sends no event; an empty list without any."""
    if not members:
        return []
    queue, interface = members[0]
    others = f" and {len(members) - 1} others" if len(members) > 1 else ""
    who = f"member {interface} of queue {queue}{others}"
    return [
        f"Asterisk sends no events about {who}: a name or reason there is not valid UTF-8; change it there."
    ]


def describe_faults(metrics: LinkMetrics, before: Mapping[Fault, int]) -> list[str]:
    """Return a sentence for each kind of fault that was met since a moment.

    Args:
        metrics: Where they are counted.
        before: What was counted at that moment.
    """
    return [
        message.format(count=count, example=metrics.latest_faults[fault])
        for fault, message in _FAULT_MESSAGES.items()
        if (count := metrics.faults[fault] - before.get(fault, 0))
    ]
