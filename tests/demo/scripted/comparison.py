"""What must be the same when one script is played twice.

Two runs are the same when each step of the script tells the same events with the same headers in the same
order and the same facts in them, and when any two events that concern the same channel, bridge, device, hint,
member or queue come in the same order, but for what ``races.py`` names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from tests.demo.scripted.normal_form import Deed
from tests.demo.scripted.races import (
    DEVICE_STATES,
    LEFT_TO_THE_CALLED,
    LOOSE,
    LOOSE_OF_NEAR_HALF,
    MAY_BE_GONE,
    NEAR_HALF,
    OF_THE_CALLED,
    RACES,
    RACING_FACTS,
    RACING_OF_LOCAL,
    RACING_OF_TRANSFERRED,
    SNAPSHOT,
)
from tests.demo.scripted.stage import ANSWER

Chain = tuple[str, ...]


def compare(one: Sequence[Deed], other: Sequence[Deed]) -> list[str]:
    """Tell how two runs of one script differ; nothing when they are the same.

    Args:
        one: What the real Asterisk told.
        other: What the demo told.
    """
    ours, theirs = _settle(one), _settle(other)
    theirs = _without_gone_channels(theirs, ours)
    return list(_compare_deeds(ours, theirs)) or list(_compare_order(ours, theirs))


def _settle(deeds: Sequence[Deed]) -> list[Deed]:
    """Leave out states that another one of the same step has followed, and facts that a race decides."""
    consulting = {deed.step for deed in deeds if deed.name == "LocalBridge"}
    settled: list[Deed] = []
    seen: set[Chain] = set()
    for deed in reversed(_without_repeated_peers(deeds)):
        place = _place_of_state(deed, is_consulting=deed.step in consulting)
        if place not in seen:
            settled.append(_without_racing_facts(deed))
        if place:
            seen.add(place)
    return settled[::-1]


def _place_of_state(deed: Deed, *, is_consulting: bool) -> Chain:
    """What an event gives the state of, where a later one of the same step makes it needless; else nothing.

    Asterisk asks for a device's state when its own thread gets to it (main/devicestate.c), and lets whoever
    asks by a Local channel know the other end's name as threads on both sides get to it (core_local.c): a
    state that lasted for a moment may not be told.
    """
    if deed.name in DEVICE_STATES or (deed.name == "QueueMemberStatus" and deed.get("Status")):
        about = [part for chain in chains(deed) for part in chain]
        return (str(deed.step), deed.name, *about, deed.get("CallsTaken"))
    if deed.name == "NewConnectedLine" and is_consulting:
        return (str(deed.step), deed.name, deed.get("Channel"))
    return ()


def _without_repeated_peers(deeds: Sequence[Deed]) -> list[Deed]:
    """Leave out peers that a bridge names once more while a blind transfer takes it apart (bridge.c).

    Whether the bridge still thinks about its technology then depends on who is first.
    """
    transfers = {deed.step for deed in deeds if deed.name == "BlindTransfer"}
    return [
        deed
        for deed in deeds
        if not (deed.step in transfers and _is(deed, "VarSet BRIDGE") and deed.get("Value"))
    ]


def _without_racing_facts(deed: Deed) -> Deed:
    racing = tuple(begin for name, begin in RACING_FACTS if name == deed.name)
    if deed.get("Channel").startswith("<Local/"):
        racing += RACING_OF_LOCAL
    if deed.name == "AgentComplete" and deed.get("Reason") == "transfer":
        racing += RACING_OF_TRANSFERRED
    if not racing:
        return deed
    headers = tuple((name, "?" if name.startswith(racing) else value) for name, value in deed.headers)
    return Deed(deed.step, deed.name, headers)


def _without_gone_channels(deeds: Sequence[Deed], model: Sequence[Deed]) -> list[Deed]:
    """Leave out the channels of an event that were gone already when the model told it.

    Asterisk takes the snapshot of a channel by its ID when it gets to it (app_queue.c, bridge.c), and leaves
    the whole block of headers out when there is none any more.
    """
    lacking: dict[tuple[int, str], set[str]] = {}
    for deed in model:
        for prefix in MAY_BE_GONE.get(deed.name, ()):
            if not deed.get(f"{prefix}Channel"):
                lacking.setdefault((deed.step, deed.name), set()).update(
                    f"{prefix}{name}" for name in SNAPSHOT
                )
    pruned = []
    for deed in deeds:
        gone = lacking.get((deed.step, deed.name), set())
        headers = tuple(pair for pair in deed.headers if pair[0] not in gone)
        pruned.append(Deed(deed.step, deed.name, headers))
    return pruned


def _compare_deeds(one: Sequence[Deed], other: Sequence[Deed]) -> Iterator[str]:
    lacking = list((Counter(one) - Counter(other)).elements())
    more = list((Counter(other) - Counter(one)).elements())
    for deed in lacking:
        alike = [each for each in more if each.name == deed.name]
        if not alike:
            yield f"lacks  {_describe(deed)}"
            continue
        nearest = min(alike, key=lambda each: _distance(deed, each))
        more.remove(nearest)
        yield f"differs  {_describe(deed)}: {'; '.join(_compare_headers(deed, nearest))}"
    for deed in more:
        yield f"has more  {_describe(deed)}"


def _distance(deed: Deed, other: Deed) -> int:
    return len(set(deed.headers) ^ set(other.headers)) + 3 * (deed.step != other.step)


def _compare_headers(deed: Deed, other: Deed) -> Iterator[str]:
    if deed.step != other.step:
        yield f"in step {deed.step}, not {other.step}"
    names, other_names = [name for name, _ in deed.headers], [name for name, _ in other.headers]
    if names != other_names:
        yield f"headers {names}, not {other_names}"
    for name in dict.fromkeys(names):
        if name in other_names and deed.get(name) != other.get(name):
            yield f"{name} {deed.get(name)!r}, not {other.get(name)!r}"


def _compare_order(one: Sequence[Deed], other: Sequence[Deed]) -> Iterator[str]:
    places = {deed: place for place, deed in enumerate(_numbered(other))}
    for (first, a), (second, b) in combinations(_numbered(one), 2):
        if places[first, a] > places[second, b] and (chain := held_by(first, second)):
            yield f"order of {' '.join(chain)}: {_describe(first)} before {_describe(second)}"


def _numbered(deeds: Iterable[Deed]) -> list[tuple[Deed, int]]:
    count: Counter[Deed] = Counter()
    numbered = []
    for deed in deeds:
        count[deed] += 1
        numbered.append((deed, count[deed]))
    return numbered


def chains(deed: Deed) -> set[Chain]:
    """The things whose events come in an order, and that an event concerns."""
    if deed.name == "DeviceStateChange":
        return {("device", deed.get("Device"))}
    if deed.name == "ExtensionStatus":
        return {("hint", deed.get("Exten"))}
    if deed.name.startswith("QueueMember"):
        return {("member", deed.get("Queue"), deed.get("Interface"))}
    if deed.name == ANSWER:
        return {(ANSWER,)}
    found: set[Chain] = set()
    for name, value in deed.headers:
        if value.startswith("<") and name.endswith("Channel"):
            found.add(("channel", value))
        if value.startswith("<") and name.endswith("BridgeUniqueid"):
            found.add(("bridge", value))
    if deed.name.startswith(("QueueCaller", "Agent")):
        found.add(("queue", deed.get("Queue")))
    return found


def held_by(one: Deed, other: Deed) -> Chain | None:
    """The chain that keeps two events in order, if there is one."""
    shared = chains(one) & chains(other)
    if not shared or _is_loose(one, other) or _is_loose(other, one):
        return None
    if any((_is(one, a) and _is(other, b)) or (_is(one, b) and _is(other, a)) for a, b in RACES):
        return None
    for chain in sorted(shared):
        if not (_is_left(one, other, chain) or _is_left(other, one, chain)):
            return chain
    return None


def _is_loose(deed: Deed, other: Deed) -> bool:
    held = LOOSE.get(deed.name)
    if NEAR_HALF.match(deed.get("Channel")):
        held = LOOSE_OF_NEAR_HALF.get(deed.name, held)
    return held is not None and other.name not in held


def _is_left(deed: Deed, other: Deed, chain: Chain) -> bool:
    """Whether an event of the caller's thread meets one of the called phone's own."""
    if deed.name not in OF_THE_CALLED or chain != ("channel", deed.get("DestChannel")):
        return False
    return other.name in LEFT_TO_THE_CALLED and other.get("Channel") == deed.get("DestChannel")


def _is(deed: Deed, kind: str) -> bool:
    name, _, variable = kind.partition(" ")
    return deed.name == name and deed.get("Variable").startswith(variable)


def _describe(deed: Deed) -> str:
    about = (
        "Channel",
        "DestChannel",
        "BridgeUniqueid",
        "Device",
        "State",
        "Hint",
        "Status",
        "Queue",
        "Interface",
    )
    about += ("Variable", "Value", "Application", "Digit", "Response", "Message")
    return " ".join([f"step {deed.step}", deed.name, *filter(None, map(deed.get, about))])
