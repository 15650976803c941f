"""Which members of queues are one person.

Members of one name are one person, in whatever queues and on whatever devices, unless a queue has two of them
on different devices: then the name belongs to several people, and each device is one. A member without a name
of its own (app_queue.c gives it its interface for one) is who else has its device, if that is one person, and
else the device itself. So the same members make the same people, in whatever order they came.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from amictl.pbx.models import QueueMember


class Place(NamedTuple):
    """A member's place: the key of a membership.

    Args:
        queue: The queue.
        interface: What it dials.
    """

    queue: str
    interface: str


class Identity(NamedTuple):
    """What tells who a member is.

    Args:
        name: The name; None where there is none but the interface.
        device: The device whose state counts.
    """

    name: str | None
    device: str


_NOBODY: Final[frozenset[Place]] = frozenset()


def identify(member: QueueMember) -> Identity:
    """Return what tells who a member is."""
    device = member.state_interface or member.interface
    return Identity(None if member.name in {member.interface, device} else member.name, device)


class People:
    """Groups of memberships, by the key of the person."""

    def __init__(self) -> None:
        self.places: dict[str, set[Place]] = {}
        self._identities: dict[Place, Identity] = {}
        self._keys: dict[Place, str] = {}
        self._of_name: dict[str, set[Place]] = {}
        self._of_device: dict[str, set[Place]] = {}

    def key_of(self, place: Place) -> str | None:
        """Return the key of the person at a place; None where nobody is."""
        return self._keys.get(place)

    def name_of(self, key: str) -> str | None:
        """Return a person's name."""
        names = {self._identities[place].name for place in self.places.get(key, ())} - {None}
        return min((name for name in names if name), default=None)

    def put(self, place: Place, identity: Identity) -> set[str]:
        """Tell who is at a place.

        Returns:
            The keys of all people whose places changed.
        """
        before = self._identities.get(place)
        if before == identity:
            return set()
        affected = self._forget(place)
        self._identities[place] = identity
        self._of_device.setdefault(identity.device, set()).add(place)
        if identity.name is not None:
            self._of_name.setdefault(identity.name, set()).add(place)
        return self._regroup(affected | self._relatives(identity))

    def remove(self, place: Place) -> set[str]:
        """Tell that nobody is at a place any more; returns as `put`."""
        return self._regroup(self._forget(place))

    def _forget(self, place: Place) -> set[Place]:
        """Take out a place; return those whose person may be another now."""
        identity = self._identities.get(place)
        if identity is None:
            return {place}
        affected = self._relatives(identity) | {place}
        del self._identities[place]
        for index, key in ((self._of_device, identity.device), (self._of_name, identity.name)):
            if key is not None:
                index[key].discard(place)
                if not index[key]:
                    del index[key]
        return affected

    def _relatives(self, identity: Identity) -> set[Place]:
        """Return the places whose person depends on this one: of its name, and on the devices of those."""
        named = self._of_name.get(identity.name, _NOBODY) if identity.name is not None else _NOBODY
        devices = {identity.device, *(self._identities[place].device for place in named)}
        return set().union(named, *(self._of_device.get(device, _NOBODY) for device in devices))

    def _regroup(self, places: Iterable[Place]) -> set[str]:
        changed: set[str] = set()
        for place in places:
            before, now = self._keys.get(place), self._find_key(place)
            if before == now:
                continue
            if before is not None:
                changed.add(before)
                self.places[before].discard(place)
                if not self.places[before]:
                    del self.places[before]
                del self._keys[place]
            if now is not None:
                changed.add(now)
                self.places.setdefault(now, set()).add(place)
                self._keys[place] = now
        return changed

    def _find_key(self, place: Place) -> str | None:
        identity = self._identities.get(place)
        if identity is None:
            return None
        name = identity.name
        if name is None:
            names = {self._identities[other].name for other in self._of_device[identity.device]} - {None}
            name = names.pop() if len(names) == 1 else None
        return identity.device if name is None or self._is_shared(name) else name

    def _is_shared(self, name: str) -> bool:
        """Tell whether a name belongs to several people: a queue has it twice, on different devices."""
        devices: dict[str, str] = {}
        for place in self._of_name[name]:
            device = self._identities[place].device
            if devices.setdefault(place.queue, device) != device:
                return True
        return False
