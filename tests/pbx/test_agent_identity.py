"""Who is one person depends on the members there are, and on nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amictl.pbx.topics.agents.identity import AgentIdentities, MemberIdentity
from amictl.pbx.topics.queues.value import Membership

ALICE = MemberIdentity("Alice", "PJSIP/100")
PLACES = st.builds(
    Membership, st.sampled_from(["support", "sales"]), st.sampled_from(["PJSIP/1", "PJSIP/2", "Local/3"])
)
IDENTITIES = st.builds(
    MemberIdentity, st.sampled_from([None, "Alice", "Bob"]), st.sampled_from(["PJSIP/1", "PJSIP/2"])
)


def group(members: dict[Membership, MemberIdentity]) -> dict[str, set[Membership]]:
    """The same rule, written for reading alone."""
    shared = {
        name
        for name in ("Alice", "Bob")
        for queue in ("support", "sales")
        if len({who.device for place, who in members.items() if who.name == name and place.queue == queue})
        > 1
    }
    people: dict[str, set[Membership]] = {}
    for place, who in members.items():
        names = {other.name for other in members.values() if other.device == who.device and other.name}
        name = who.name or (min(names) if len(names) == 1 else None)
        people.setdefault(who.device if name is None or name in shared else name, set()).add(place)
    return people


def test_one_name_in_two_queues_is_one_person_whatever_the_devices() -> None:
    people = AgentIdentities()
    people.put(Membership("support", "PJSIP/100"), ALICE)
    people.put(Membership("sales", "Local/9"), MemberIdentity("Alice", "Local/9"))
    assert people.places == {"Alice": {Membership("support", "PJSIP/100"), Membership("sales", "Local/9")}}


def test_one_name_twice_in_a_queue_is_two_people_until_one_leaves() -> None:
    people = AgentIdentities()
    people.put(Membership("support", "PJSIP/100"), ALICE)
    changed = people.put(Membership("support", "PJSIP/101"), MemberIdentity("Alice", "PJSIP/101"))
    assert changed == {"Alice", "PJSIP/100", "PJSIP/101"}
    assert people.name_of("PJSIP/100") == "Alice"
    assert people.remove(Membership("support", "PJSIP/101")) == {"Alice", "PJSIP/100", "PJSIP/101"}
    assert set(people.places) == {"Alice"}


def test_a_member_without_a_name_is_who_else_has_its_device() -> None:
    people = AgentIdentities()
    people.put(Membership("sales", "PJSIP/100"), MemberIdentity(None, "PJSIP/100"))
    assert set(people.places) == {"PJSIP/100"}
    people.put(Membership("support", "PJSIP/100"), ALICE)
    assert set(people.places) == {"Alice"}
    people.put(Membership("support", "PJSIP/100"), MemberIdentity("Bob", "PJSIP/100"))
    assert set(people.places) == {"Bob"}


@pytest.mark.parametrize("name", ["Alice", None])
def test_a_member_of_a_thousand_queues_costs_each_of_them_one_look_and_not_one_at_all_the_others(
    monkeypatch: pytest.MonkeyPatch, name: str | None
) -> None:
    looked_at: list[Membership] = []
    find_key = AgentIdentities._find_key
    monkeypatch.setattr(
        AgentIdentities, "_find_key", lambda people, place: looked_at.append(place) or find_key(people, place)
    )
    people = AgentIdentities()
    places = [Membership(f"queue-{number}", "PJSIP/100") for number in range(1000)]
    for place in places:
        people.put(place, MemberIdentity(name, "PJSIP/100"))
    for place in places:
        people.remove(place)
    assert len(looked_at) <= 3 * len(places)
    assert people.places == {}


@given(st.lists(st.tuples(PLACES, st.none() | IDENTITIES), max_size=30))
def test_whatever_comes_and_goes_the_groups_are_those_of_the_members_there_are(
    steps: list[tuple[Membership, MemberIdentity | None]],
) -> None:
    people = AgentIdentities()
    members: dict[Membership, MemberIdentity] = {}
    for place, identity in steps:
        before = group(members)
        if identity is None:
            members.pop(place, None)
            changed = people.remove(place)
        else:
            members[place] = identity
            changed = people.put(place, identity)
        after = group(members)
        assert people.places == after
        assert {key: people.key_of(place) for key, places in after.items() for place in places} == {
            key: key for key in after
        }
        assert changed == {key for key in before | after if before.get(key) != after.get(key)}
