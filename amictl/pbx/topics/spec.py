"""What a topic of the live picture is, said once in the topic's own folder: a `TopicSpec`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from amictl.pbx.changes import Changes
from amictl.pbx.doubts import Doubts
from amictl.pbx.lists import Steps
from amictl.pbx.value import Value
from amictl.protocol import Message

T = TypeVar("T")
Shown = TypeVar("Shown", bound=Value)

Handler = Callable[[Message], Changes]


class Follower(Protocol):
    """A table that is made of what other tables hold.

    Attributes:
        events: Names of the events that it wants though no other table uses them.
    """

    events: frozenset[str]

    def follow(self, message: Message | None, changes: Changes) -> Changes:
        """Take what one event or one list changed in the tables before this one.

        Args:
            message: The event; None for a list, and for all that is known when following begins.
            changes: What it changed; maybe nothing.

        Returns:
            What that changed here.
        """


class SessionParts(Protocol):
    """What the tables of one AMI session are made of.

    Attributes:
        clock: Tells the PBX's time in seconds since 1970.
        doubts: What only a list can tell.
    """

    clock: Callable[[], float]
    doubts: Doubts

    def of(self, kind: type[T]) -> T:
        """Return the table of this kind, which was made before."""

    def lasting(self, kind: type[T]) -> T:
        """Return what outlives sessions, of this kind."""

    def earlier(self, kind: type[T]) -> T | None:
        """Return the table of this kind of the session before, for what no list tells; None for the first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of one session.

    Args:
        table: The table.
        values: Its values by their keys; changed in place.
        correct: Makes one value what lists proved it to be, None for one that is gone; None for a follower.
        handlers: What takes each event, by its name; in addition to those that concern several tables, which
            `PbxState` knows.
        followers: What takes the changes of tables before it, in order; none where events
            and lists alone make it.
    """

    table: object
    values: Mapping[str, Value]
    correct: Callable[[str, Any], Changes] | None = None
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    followers: tuple[Follower, ...] = ()


class Sight(Protocol):
    """What somebody who is limited to some queues sees of a PBX."""

    @property
    def orders_of(self) -> str | None:
        """Whose ordered calls are seen wherever they lead."""

    @property
    def queues(self) -> frozenset[str]:
        """The queues that are seen."""

    def sees_queue(self, queue: str) -> bool:
        """Return whether a queue is seen."""

    def sees_call(self, linked_id: str) -> bool:
        """Return whether a call is seen."""

    def sees_channel(self, unique_id: str | None, linked_id: str | None = None) -> bool:
        """Return whether a channel is seen.

        Args:
            unique_id: The channel.
            linked_id: Its call, for a channel that is not known.
        """

    def sees_device(self, device: str) -> bool:
        """Return whether a device is seen."""


@dataclass(frozen=True, slots=True)
class TopicSpec(Generic[Shown]):
    """A topic: what there is to know of it, but for its document.

    Args:
        name: What readers subscribe to.
        value: The type of its values.
        log_size: How many changes a reader may miss and still catch up without a new snapshot.
        see: Returns as much of a value as somebody sees who is limited to some queues, or None.
        events: The events of which each tells a change of the topic that no other event tells, by the read
            class that they belong to (Asterisk main/manager.c).
        follows: The topics whose values it is made of, or found in.
        keep: Makes the table of a session; None for what outlives sessions, which the picture itself keeps.
        lists: The lists that are asked after login, in order.
        ask: Returns what asks for one value anew, by its key; None where no list tells.
    """

    name: str
    value: type[Shown]
    log_size: int
    see: Callable[[Shown, Sight], Shown | None]
    events: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    follows: tuple[str, ...] = ()
    keep: Callable[[SessionParts], Kept] | None = None
    lists: Steps = ()
    ask: Callable[[str], Steps] | None = None
