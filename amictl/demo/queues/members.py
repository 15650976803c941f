"""Members of queues, and the order in which Asterisk goes through them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from amictl.demo.queues.queue import CallQueue

# Asterisk include/asterisk/devicestate.h, enum ast_device_state: the number that a member's Status shows.
DEVICE_STATES: Final = (
    "UNKNOWN",
    "NOT_INUSE",
    "INUSE",
    "BUSY",
    "INVALID",
    "UNAVAILABLE",
    "RINGING",
    "RINGINUSE",
    "ONHOLD",
)
_UNKNOWN, NOT_IN_USE, IN_USE, _BUSY, INVALID, UNAVAILABLE, RINGING, _RINGING_IN_USE, _ON_HOLD = range(9)
FREE: Final = frozenset({_UNKNOWN, NOT_IN_USE})
"""The states in which a device can take a call."""
_GONE: Final = frozenset({INVALID, UNAVAILABLE})

_MEMBER_BUCKETS: Final = 37  # Asterisk apps/app_queue.c, init_queue
_NAME_LIMIT: Final = 79  # bytes; fields of 80 with their NUL


def cut_text(text: str) -> str:
    """Return what of a text fits into a member's name or reason of 80 bytes."""
    return text.encode()[:_NAME_LIMIT].decode(errors="ignore")


@dataclass(slots=True, eq=False)
class Member:
    """Somebody who takes the calls of one queue; times are Unix seconds, 0 for never.

    Attributes:
        status: A number of ``DEVICE_STATES``, as the queue was last told.
        position: The place in the round of a round-robin queue.
        started: When the call of this queue began that the member has now.
        is_within_level: That call was answered within the service level.
        last_queue: The queue whose call the member had last; its wrap-up time is what counts.
    """

    interface: str
    name: str
    state_interface: str
    penalty: int = 0
    paused: bool = False
    reason: str = ""
    ring_in_use: bool = True
    wrap_up_time: int = 0
    is_dynamic: bool = False
    logged_in: int = 0
    last_pause: int = 0
    calls: int = 0
    last_call: int = 0
    started: int = 0
    is_within_level: bool = False
    status: int = _UNKNOWN
    position: int = 0
    last_queue: CallQueue | None = field(default=None, repr=False)

    @property
    def hint(self) -> tuple[str, str] | None:
        """The context and the extension whose hint has the member's state: ``hint:1001@default``."""
        kind, colon, place = self.state_interface.partition(":")
        if kind != "hint" or not colon:
            return None
        exten, _, context = place.partition("@")
        return context or "default", exten

    @property
    def device(self) -> str:
        """The device whose state is the member's; a Local channel's without its options."""
        technology, _, rest = self.state_interface.partition("/")
        if technology.lower() == "local":
            return f"{technology}/{rest.partition('/')[0]}"
        return self.state_interface

    @property
    def is_free(self) -> bool:
        """Whether the device is idle, or nobody knows."""
        return self.status in FREE

    @property
    def is_idle(self) -> bool:
        """Whether the device is known to be idle."""
        return self.status == NOT_IN_USE

    @property
    def is_reachable(self) -> bool:
        """Whether the device can be rung at all: what ``LoggedIn`` counts."""
        return self.status not in _GONE

    def headers(self, queue: str) -> list[tuple[str, str]]:
        """Return the headers of every event about a member, in Asterisk's order."""
        return [
            ("Queue", queue),
            ("MemberName", self.name),
            ("Interface", self.interface),
            *self._shared(),
            ("Ringinuse", str(int(self.ring_in_use))),
            ("Wrapuptime", str(self.wrap_up_time)),
        ]

    def list_headers(self, queue: str) -> list[tuple[str, str]]:
        """Return the headers of a QueueMember in the answer to QueueStatus, in Asterisk's order."""
        return [
            ("Queue", queue),
            ("Name", self.name),
            ("Location", self.interface),
            *self._shared(),
            ("Wrapuptime", str(self.wrap_up_time)),
        ]

    def _shared(self) -> list[tuple[str, str]]:
        return [
            ("StateInterface", self.state_interface),
            ("Membership", "dynamic" if self.is_dynamic else "static"),
            ("Penalty", str(self.penalty)),
            ("CallsTaken", str(self.calls)),
            ("LastCall", str(self.last_call)),
            ("LastPause", str(self.last_pause)),
            ("LoginTime", str(self.logged_in)),
            ("InCall", str(int(self.started != 0))),
            ("Status", str(self.status)),
            ("Paused", str(int(self.paused))),
            ("PausedReason", self.reason),
        ]


class MemberTable:
    """The members of one queue, in the order in which Asterisk iterates over them.

    Args:
        keeps_order: As they were added (linear, rrordered); else by the buckets of app_queue's hash, and
            as they were added within one.
    """

    def __init__(self, *, keeps_order: bool) -> None:
        self._keeps_order = keeps_order
        self._members: dict[str, Member] = {}
        self._ordered: tuple[Member, ...] | None = ()

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[Member]:
        if self._ordered is None:
            members = list(self._members.values())
            if not self._keeps_order:
                members.sort(key=lambda member: member_bucket(member.interface))
            self._ordered = tuple(members)
        return iter(self._ordered)

    def get(self, interface: str) -> Member | None:
        """Return the member of an interface, in any case."""
        return self._members.get(interface.lower())

    def add(self, member: Member) -> None:
        """Add a member, at the end of the round."""
        member.position = len(self._members)
        self._members[member.interface.lower()] = member
        self._ordered = None

    def replace(self, member: Member) -> None:
        """Put a member in place of the one of the same interface; it goes to the end of its bucket."""
        before = self._members.pop(member.interface.lower())
        member.position = before.position
        self._members[member.interface.lower()] = member
        self._ordered = None

    def remove(self, member: Member) -> None:
        """Take a member out; those behind it in the round move up."""
        del self._members[member.interface.lower()]
        self._ordered = None
        for other in self._members.values():
            if other.position > member.position:
                other.position -= 1


def member_bucket(interface: str) -> int:
    """Return the bucket of an interface (Asterisk apps/app_queue.c, ``member_hash_fn``)."""
    slash = interface.find("/")
    total = 0
    for place, code in enumerate(interface[max(slash, 0) :].encode()[:5]):
        compressed = 0 if code < 32 or code > 127 else code - 64 if code > 96 else code - 32
        total += compressed << (place * 6)
    return total % _MEMBER_BUCKETS


def fold_hash(text: str) -> int:
    """Return Asterisk's hash of a text in any case (include/asterisk/strings.h, ``ast_str_case_hash``)."""
    total = 5381
    for code in text.encode():
        lower = code + 32 if 65 <= code <= 90 else code
        total = (total * 33 & 0xFFFFFFFF) ^ lower
    return total & 0x7FFFFFFF
