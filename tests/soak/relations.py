"""What must hold between the topics of one picture at each moment: one is made of the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from tests.asterisk.picture_lists import Values

TOPICS: Final = ("channels", "calls", "bridges", "queues", "agents", "parking", "conferences")

_PLACE_FIELDS: Final = (
    *("penalty", "paused", "paused_reason", "paused_at", "in_call", "calls_taken", "last_call_at"),
    "membership",
)


def contradictions(snapshots: Mapping[str, Values], untold: Collection[str] = ()) -> list[str]:
    """Return one line for each place where topics contradict each other.

    Args:
        snapshots: All of `TOPICS`, of one moment.
        untold: Unique IDs of channels of which nothing was told yet: another thread may tell before that
            they are parked or in a conference.
    """
    return [
        *_calls_against_channels(snapshots["calls"], snapshots["channels"]),
        *_bridges_against_channels(snapshots["bridges"], snapshots["channels"]),
        *_agents_against_queues(snapshots["agents"], snapshots["queues"]),
        *_parties_against_channels(snapshots, untold),
    ]


def _calls_against_channels(calls: Values, channels: Values) -> Iterator[str]:
    """A call is its channels by linked ID; its legs are those that are not Local."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for channel in channels.values():
        if channel["linked_id"]:
            groups.setdefault(channel["linked_id"], []).append(channel)
    for linked_id in sorted(groups.keys() ^ calls.keys()):
        yield f"call {linked_id}: {len(groups.get(linked_id, ()))} channels, call {calls.get(linked_id)}"
    for linked_id in groups.keys() & calls.keys():
        call = calls[linked_id]
        real = {c["unique_id"]: c for c in groups[linked_id] if not c["channel"].startswith("Local/")}
        legs = {leg["unique_id"]: leg for leg in call["legs"]}
        if real.keys() != legs.keys() or call["local_channels"] != len(groups[linked_id]) - len(real):
            yield f"call {linked_id}: channels {groups[linked_id]}, call {call}"
        for unique_id, leg in legs.items():
            differing = {
                field for field in leg if field != "role" and leg[field] != channels[unique_id][field]
            }
            if differing:
                yield f"leg {unique_id} and its channel differ in {sorted(differing)}"


def _bridges_against_channels(bridges: Values, channels: Values) -> Iterator[str]:
    """A bridge has those channels that say so."""
    inside: dict[str, list[str]] = {bridge_id: [] for bridge_id in bridges}
    for unique_id, channel in channels.items():
        if channel["bridge_id"]:
            inside.setdefault(channel["bridge_id"], []).append(unique_id)
    for bridge_id, unique_ids in inside.items():
        told = bridges.get(bridge_id, {}).get("channels")
        if told != sorted(unique_ids):
            yield f"bridge {bridge_id} has {told}, and the channels in it are {sorted(unique_ids)}"


def _agents_against_queues(agents: Values, queues: Values) -> Iterator[str]:
    """A person has a place for each time that the person is a member."""
    places = {
        (place["queue"], place["interface"]): place for agent in agents.values() for place in agent["queues"]
    }
    members = {
        (queue["queue"], member["interface"]): member
        for queue in queues.values()
        for member in queue["members"]
    }
    if count := sum(len(agent["queues"]) for agent in agents.values()) - len(places):
        yield f"{count} places of members belong to more than one person"
    for key in sorted(places.keys() ^ members.keys()):
        yield f"member {key}: place {places.get(key)}, member {members.get(key)}"
    for key in places.keys() & members.keys():
        differing = [field for field in _PLACE_FIELDS if places[key][field] != members[key][field]]
        if differing:
            yield f"member {key} and its person's place differ in {differing}"


def _parties_against_channels(snapshots: Mapping[str, Values], untold: Collection[str]) -> Iterator[str]:
    """Who is parked or in a conference is a channel."""
    channels = {*snapshots["channels"], *untold}
    for unique_id, parked in snapshots["parking"].items():
        if unique_id not in channels:
            yield f"parked {unique_id} is no channel: {parked}"
    for name, room in snapshots["conferences"].items():
        for party in room["parties"]:
            if party["unique_id"] not in channels:
                yield f"party {party['unique_id']} of conference {name} is no channel"
