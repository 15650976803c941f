"""Which members of queues are one person.

Members of one name are one person, in whatever queues and on whatever devices, unless a queue has two of them
on different devices: then the name belongs to several people, and each device is one. A member without a name
of its own (app_queue.c gives it its interface for one) is who else has its device, if that is one person, and
else the device itself. So the same members make the same people, in whatever order they came.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from typing import Final, NamedTuple, TypeVar

from amictl.pbx.topics.queues.value import Membership, QueueMember

Key = TypeVar("Key", bound=Hashable)


class MemberIdentity(NamedTuple):
    """What tells who a member is.

    Args:
        name: The name; None where there is none but the interface.
        device: The device whose state counts.
    """

    name: str | None
    device: str


_NOBODY: Final[frozenset[Membership]] = frozenset()


def identify(member: QueueMember) -> MemberIdentity:
    """Return what tells who a member is."""
    device = member.state_interface or member.interface
    return MemberIdentity(None if member.name in {member.interface, device} else member.name, device)


class AgentIdentities:
    """Groups of memberships, by the key of the person.

    Whether a name is one person's, and whose a device is, is counted as members come and go: a person may
    be a member of a thousand queues.
    """

    def __init__(self) -> None:
        self.places: dict[str, set[Membership]] = {}
        self._identities: dict[Membership, MemberIdentity] = {}
        self._keys: dict[Membership, str] = {}
        self._of_name: dict[str, set[Membership]] = {}
        self._of_device: dict[str, set[Membership]] = {}
        self._names: dict[str, Counter[str]] = {}
        self._devices: dict[tuple[str, str], Counter[str]] = {}
        self._clashing: defaultdict[str, int] = defaultdict(int)

    def key_of(self, place: Membership) -> str | None:
        """Return the key of the person at a place; None where nobody is."""
        return self._keys.get(place)

    def name_of(self, key: str) -> str | None:
        """Return a person's name."""
        names = {self._identities[place].name for place in self.places.get(key, ())} - {None}
        return min((name for name in names if name), default=None)

    def put(self, place: Membership, identity: MemberIdentity) -> set[str]:
        """Tell who is at a place.

        Returns:
            The keys of all people whose places changed.
        """
        if self._identities.get(place) == identity:
            return set()
        affected = self._forget(place)
        return self._regroup(affected | self._count(place, identity, 1))

    def remove(self, place: Membership) -> set[str]:
        """Tell that nobody is at a place any more; returns as `put`."""
        return self._regroup(self._forget(place))

    def _forget(self, place: Membership) -> set[Membership]:
        """Take out a place; return those whose person may be another now."""
        identity = self._identities.get(place)
        return {place} if identity is None else self._count(place, identity, -1)

    def _count(self, place: Membership, identity: MemberIdentity, by: int) -> set[Membership]:
        """Count somebody in or out; return the places whose person may be another now."""
        name, device = identity
        before = (name is not None and self._is_shared(name), self._owner_of(device))
        if by > 0:
            self._identities[place] = identity
        else:
            del self._identities[place]
        _note(self._of_device, device, place, by)
        if name is not None:
            _note(self._of_name, name, place, by)
            _add(self._names, device, name, by)
            clashed = self._clashes_in(place.queue, name)
            _add(self._devices, (name, place.queue), device, by)
            self._clashing[name] += self._clashes_in(place.queue, name) - clashed
            if not self._clashing[name]:
                del self._clashing[name]
        if before == (name is not None and self._is_shared(name), self._owner_of(device)):
            return {place}
        return self._relatives(identity) | {place}

    def _clashes_in(self, queue: str, name: str) -> bool:
        return len(self._devices.get((name, queue), ())) > 1

    def _relatives(self, identity: MemberIdentity) -> set[Membership]:
        """Return the places whose person depends on this one: of its name, and on the devices of those."""
        named = self._of_name.get(identity.name, _NOBODY) if identity.name is not None else _NOBODY
        devices = {identity.device, *(self._identities[place].device for place in named)}
        return set().union(named, *(self._of_device.get(device, _NOBODY) for device in devices))

    def _regroup(self, places: Iterable[Membership]) -> set[str]:
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

    def _find_key(self, place: Membership) -> str | None:
        identity = self._identities.get(place)
        if identity is None:
            return None
        name = self._owner_of(identity.device) if identity.name is None else identity.name
        return identity.device if name is None or self._is_shared(name) else name

    def _owner_of(self, device: str) -> str | None:
        """Return the one name that members on a device have; None where they have none, or several."""
        names = self._names.get(device, ())
        return next(iter(names)) if len(names) == 1 else None

    def _is_shared(self, name: str) -> bool:
        """Tell whether a name belongs to several people: a queue has it twice, on different devices."""
        return self._clashing.get(name, 0) > 0


def _note(index: dict[str, set[Membership]], key: str, place: Membership, by: int) -> None:
    """Put a place into an index, or take it out."""
    if by > 0:
        index.setdefault(key, set()).add(place)
    elif index[key] == {place}:
        del index[key]
    else:
        index[key].discard(place)


def _add(counts: dict[Key, Counter[str]], key: Key, value: str, by: int) -> None:
    """Count a value in or out, and keep no zeros."""
    counter = counts.setdefault(key, Counter())
    counter[value] += by
    if not counter[value]:
        del counter[value]
    if not counter:
        del counts[key]
