"""What must be the same when one script is played twice, and what Asterisk's own threads leave open.

Each rule of this module was found by playing the scripts on one Asterisk 22 again and again: what is not
named here did not vary. Two runs are the same when each step of the script tells the same events with the
same headers in the same order and the same facts in them, and when any two events that concern the same
channel, bridge, device, hint, member or queue come in the same order, but for those whose threads race.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from tests.demo.normal_form import Deed
from tests.demo.stage import ANSWER

Chain = tuple[str, ...]

_DEVICE_STATES: Final = frozenset({"DeviceStateChange", "ExtensionStatus"})

_TRANSFERS = frozenset({"BlindTransfer", "AttendedTransfer"})
_PARKING = frozenset(
    {"ParkedCall", "UnParkedCall", "ParkedCallTimeOut", "ParkedCallGiveUp", "ParkedCallSwap"}
)
_CONFERENCE = frozenset(
    f"Confbridge{what}"
    for what in (
        "Start",
        "End",
        "Join",
        "Leave",
        "Mute",
        "Unmute",
        "Lock",
        "Unlock",
        "List",
        "Record",
        "Talking",
    )
)
_MUSIC = frozenset({"MusicOnHoldStart", "MusicOnHoldStop"})
_BIRTH = frozenset({"Newchannel"})

_LOOSE: Final[Mapping[str, frozenset[str]]] = {
    # main/manager.c: the thread that made the call sends it, while the channel's own goes on.
    "OriginateResponse": _BIRTH,
    # app_queue.c: the queue hears of the bridge's end and of hang-ups by a subscription of its own.
    "AgentComplete": _BIRTH | {"AgentCalled", "AgentConnect", "BridgeEnter"},
    # bridge.c: who transfers tells of it when it is done, and the parties' threads went on meanwhile.
    **dict.fromkeys(_TRANSFERS, _BIRTH | {"BridgeCreate", "BridgeEnter", "Hold"}),
    # res_parking/parking_manager.c: told by whoever parks, retrieves or times, not by the parked channel.
    **dict.fromkeys(_PARKING, _BIRTH | _PARKING),
    # confbridge_manager.c: told by the application, while the channel's bridge thread goes on.
    **dict.fromkeys(_CONFERENCE, _BIRTH | _CONFERENCE),
    # bridge_channel.c: each party's thread starts and ends the music when it gets to the frame that tells so.
    **dict.fromkeys(_MUSIC, _BIRTH | _MUSIC | {"Hold"}),
}
"""Events that another thread sends than their channel's own, and what they come in order with."""

_OF_THE_CALLED: Final = frozenset({"DialBegin", "DialState", "AgentCalled"})
"""Sent by the caller's thread, while the called phone's own (chan_pjsip.c) sets the state to Ringing."""

_LEFT_TO_THE_CALLED: Final = frozenset({"Newstate", "NewConnectedLine", "NewCallerid", "Newexten", "VarSet"})

_RACES: Final[Sequence[tuple[str, str]]] = (
    # bridge.c: a bridge that changes its technology names the peers anew; the phone's thread tells of holds.
    ("Hold", "VarSet BRIDGE"),
    ("Unhold", "VarSet BRIDGE"),
    # main/audiohook.c: the bridge's thread does so, too, when it notices that somebody listens or records.
    *(
        (f"{event}{what}", "VarSet BRIDGE")
        for event in ("MixMonitor", "ChanSpy")
        for what in ("Start", "Stop")
    ),
    # res_pjsip_refer.c sets its variables while the bridge lets the channel go.
    ("VarSet SIPREFER", "VarSet BRIDGE"),
    ("VarSet __SIPREFER", "VarSet BRIDGE"),
    # The phone that transferred is told to hang up twice: by the transfer, and by its own Dial that ends.
    ("SoftHangupRequest", "VarSet ANSWEREDTIME"),
    ("SoftHangupRequest", "VarSet DIALEDTIME"),
    ("SoftHangupRequest", "VarSet DIALSTATUS"),
    ("SoftHangupRequest", "SoftHangupRequest"),
    # app_queue.c: phones that ring together ring at the same moment.
    ("DialState", "DialState"),
    # bridge.c: whoever transferred leaves while the bridges are merged.
    ("BridgeMerge", "BridgeLeave"),
    # bridge_channel.c: when a bridge is dissolved, its two parties leave each in a thread of its own.
    ("BridgeLeave", "BridgeLeave"),
)
"""Pairs of one chain whose order varies; what follows the event's name is what its variable begins with."""

_RACING_FACTS: Final[Sequence[tuple[str, str]]] = (
    # See _OF_THE_CALLED: whether the called phone rings already.
    *(
        (name, f"Dest{what}")
        for name in sorted(_OF_THE_CALLED)
        for what in ("ChannelState", "ConnectedLine", "Exten")
    ),
    # app_queue.c: the call is the member's own an instant before or after its device is in use.
    ("QueueMemberStatus", "InCall"),
    # bridge_attended.c: the parties learn their new peers' names in threads of their own.
    ("AttendedTransfer", "TransfereeConnectedLine"),
    ("AttendedTransfer", "TransferTargetConnectedLine"),
    ("AttendedTransfer", "SecondBridgeNumChannels"),
    # See the race of two BridgeLeave.
    ("BridgeLeave", "BridgeNumChannels"),
    # bridge.c: the transferer may have left before the bridges are merged.
    ("BridgeMerge", "FromBridgeNumChannels"),
)
"""Headers, by what they begin with, whose value depends on who was first."""


_RACING_OF_LOCAL: Final = ("ChannelState", "CallerID", "ConnectedLine")
"""What a Local channel learns from its other end, whose thread goes on by itself (core_local.c)."""

_RACING_OF_TRANSFERRED: Final = ("ConnectedLine", "Context", "Exten", "Priority")
"""Where a caller is whom a member transferred: it is there already, or not yet (app_queue.c)."""

_MAY_BE_GONE: Final[Mapping[str, tuple[str, ...]]] = {
    "AgentComplete": ("", "Dest"),
    "AttendedTransfer": ("TransferTarget",),
}
"""Events that may lack a channel, by what its headers begin with."""

_SNAPSHOT: Final = (
    *("Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName", "ConnectedLineNum"),
    *("ConnectedLineName", "Language", "AccountCode", "Context", "Exten", "Priority", "Uniqueid", "Linkedid"),
)


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
    if deed.name in _DEVICE_STATES or (deed.name == "QueueMemberStatus" and deed.get("Status")):
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
    racing = tuple(begin for name, begin in _RACING_FACTS if name == deed.name)
    if deed.get("Channel").startswith("<Local/"):
        racing += _RACING_OF_LOCAL
    if deed.name == "AgentComplete" and deed.get("Reason") == "transfer":
        racing += _RACING_OF_TRANSFERRED
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
        for prefix in _MAY_BE_GONE.get(deed.name, ()):
            if not deed.get(f"{prefix}Channel"):
                lacking.setdefault((deed.step, deed.name), set()).update(
                    f"{prefix}{name}" for name in _SNAPSHOT
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
    if any((_is(one, a) and _is(other, b)) or (_is(one, b) and _is(other, a)) for a, b in _RACES):
        return None
    for chain in sorted(shared):
        if not (_is_left(one, other, chain) or _is_left(other, one, chain)):
            return chain
    return None


def _is_loose(deed: Deed, other: Deed) -> bool:
    if deed.name == "NewCallerid" and deed.get("Channel").startswith("<Local/"):
        return other.name not in _BIRTH  # see _RACING_OF_LOCAL
    held = _LOOSE.get(deed.name)
    return held is not None and other.name not in held


def _is_left(deed: Deed, other: Deed, chain: Chain) -> bool:
    """Whether an event of the caller's thread meets one of the called phone's own."""
    if deed.name not in _OF_THE_CALLED or chain != ("channel", deed.get("DestChannel")):
        return False
    return other.name in _LEFT_TO_THE_CALLED and other.get("Channel") == deed.get("DestChannel")


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
