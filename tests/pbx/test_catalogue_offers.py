"""What a PBX can do for an AMI user, and why not."""

from __future__ import annotations

import json

import pytest

from amictl.pbx.catalogue import CATALOGUE, Offer, describe_offer, explain_missing, is_new_enough, make_offers
from amictl.pbx.catalogue import parse_version as parse
from amictl.pbx.payloads import value_payload

LISTING = {
    "Ping": "Keepalive command.  (Priv: <none>)",
    "Originate": "Originate a call.  (Priv: originate,all)",
    "BrandNew": "Does something (new).  (Priv: call,reporting,all)",
    "Odd": "no privileges told",
}


def offers(**told: object) -> dict[str, Offer]:
    return {offer.known.name: offer for offer in make_offers(LISTING, **told)}  # type: ignore[arg-type]


def test_listed_actions_are_available_and_others_say_why_not() -> None:
    made = offers(write_classes=frozenset({"originate"}), asterisk_version="22.10.1")

    assert made["Ping"].available
    assert made["Ping"].reason is None
    assert made["Originate"].family == "calls"
    assert not made["Hangup"].available
    assert made["Hangup"].reason == "The AMI user lacks the write class call or system for Hangup."
    assert set(CATALOGUE) <= {name.lower() for name in made}


def test_an_action_that_only_the_pbx_knows_is_offered_as_the_pbx_tells() -> None:
    new = offers()["BrandNew"]

    assert new.available
    assert not new.catalogued
    assert new.family == "other"
    assert new.known.purpose == "Does something (new)."
    assert new.known.rights == {"call", "reporting"}
    assert new.known.changes_pbx
    assert new.known.open_headers
    assert offers()["Odd"].known.purpose == "no privileges told"
    assert offers()["Odd"].known.rights == frozenset()


def test_without_a_link_nothing_is_available_and_nothing_is_guessed() -> None:
    made = make_offers(None)

    assert len(made) == len(CATALOGUE)
    assert not any(offer.available for offer in made)
    assert {offer.reason for offer in made} == {
        "What the PBX can do is not known: there is no link, or it does not tell."
    }


@pytest.mark.parametrize(
    ("name", "write", "version", "reason"),
    [
        ("Monitor", {"all"}, "22.10.1", "Asterisk 22 has Monitor no more; MixMonitor does its work there."),
        ("SKINNYlines", {"all"}, "22.10.1", "Asterisk 22 has SKINNYlines no more."),
        ("Monitor", {"all"}, "20.1.0", "Monitor needs the module res_monitor, which the PBX has not loaded."),
        (
            "QueueWithdrawCaller",
            {"all"},
            "16.10.0",
            "QueueWithdrawCaller came with Asterisk 16.25.0, 18.11.0, 19.3.0; this is 16.10.0.",
        ),
        ("Hangup", {"agent"}, "22.10.1", "The AMI user lacks the write class call or system for Hangup."),
        (
            "Hangup",
            None,
            "22.10.1",
            "The PBX does not list Hangup: the AMI user may lack the write class call or system.",
        ),
        ("Ping", {"all"}, None, "The PBX does not list Ping."),
        (
            "FAXStats",
            None,
            None,
            (
                "FAXStats needs the module res_fax, which the PBX has not loaded, "
                "or the AMI user lacks the write class reporting."
            ),
        ),
        ("QueueStatus", None, None, "QueueStatus needs the module app_queue, which the PBX has not loaded."),
    ],
)
def test_the_reason_is_the_one_that_holds(
    name: str, write: set[str] | None, version: str | None, reason: str
) -> None:
    classes = None if write is None else frozenset(write)

    assert explain_missing(CATALOGUE[name.lower()], classes, version) == reason


@pytest.mark.parametrize(
    ("version", "since", "enough"),
    [
        ("16.28.0~dfsg-0+deb11u4", ("16.25.0", "18.11.0", "19.3.0"), True),
        ("16.24.1", ("16.25.0", "18.11.0", "19.3.0"), False),
        ("16.25.0", ("16.25.0",), True),
        ("17.9.4", ("16.25.0", "18.11.0", "19.3.0"), False),
        ("20.0.0", ("16.25.0", "18.11.0", "19.3.0"), True),
        ("19.2.9", ("16.25.0", "18.11.0", "19.3.0"), False),
        ("15.1.0", ("16.25.0", "18.11.0"), False),
        ("22", ("22.10.0",), False),
        ("GIT-master-abc", ("22.10.0",), True),
        ("", ("22.10.0",), True),
        ("16.0.0", (), True),
    ],
)
def test_a_release_of_one_major_says_nothing_about_another(
    version: str, since: tuple[str, ...], enough: bool
) -> None:
    assert is_new_enough(parse(version), since) is enough


def test_an_offer_is_ready_for_json() -> None:
    payloads = [value_payload(describe_offer(offer)) for offer in make_offers(LISTING)]
    by_name = {payload["action"]: payload for payload in json.loads(json.dumps(payloads))}

    pause = by_name["QueuePause"]
    assert pause["rights"] == ["agent"]
    assert pause["changes_pbx"] is True
    assert [(p["name"], p["header"], p["type"], p["required"]) for p in pause["parameters"]] == [
        ("interface", "Interface", "text", True),
        ("paused", "Paused", "boolean", True),
        ("queue", "Queue", "text", False),
        ("reason", "Reason", "text", False),
    ]
    assert by_name["Login"]["refusal"]
    assert by_name["BrandNew"]["reply"] is None
    assert by_name["Originate"]["rules"][0] == "either application or exten and context and priority"
