"""The catalogue against what real Asterisk lists and documents of itself."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from amictl.errors import ActionUnsupported
from amictl.pbx.actions import make_action
from amictl.pbx.catalogue import CATALOGUE, is_new_enough, make_offers, parse_version
from amictl.pbx.catalogue.offers import read_rights
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.bed_links import linked_to_bed
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import READ_ONLY, WRONG_RIGHTS, AmiUser, AsteriskServer

pytestmark = pytest.mark.asterisk

# Asterisk 16 documents it, and no Asterisk registers it.
DOCUMENTED_BUT_NOT_THERE = {"FilterList"}

# Where the documentation and Asterisk's code differ, the code is right: (action, header) -> required.
REQUIRED_BY_THE_CODE = {
    ("AOCMessage", "Channel"): False,  # main/manager.c, action_aocmessage: or ChannelPrefix
    ("AOCMessage", "ChargeType"): False,  # not for MsgType S, which newer ones have; a rule says so
    ("BlindTransfer", "Exten"): True,  # main/manager.c, action_blind_transfer
    ("CoreShowChannelMap", "Channel"): True,  # main/manager.c, action_coreshowchannelmap
    ("MixMonitorMute", "Direction"): True,  # apps/app_mixmonitor.c, manager_mute_mixmonitor
    ("MixMonitorMute", "State"): True,
    ("PJSIPNotify", "Variable"): False,  # or Option, on newer ones; a rule says so
}
# The documentation calls it otherwise than the code (res/res_xmpp.c, manager_jabber_send).
RENAMED_BY_THE_CODE = {("JabberSend", "JID"): "ScreenName"}


@cache
def documented_actions(path: Path) -> dict[str, ET.Element]:
    """Return the ``manager`` elements of an installed Asterisk's documentation by action."""
    root = ET.parse(path).getroot()  # noqa: S314 - Debian's package
    return {element.attrib["name"]: element for element in root.iter("manager")}


def documentation_of(pbx: AsteriskServer) -> dict[str, ET.Element]:
    return documented_actions(pbx.installation.root / "usr/share/asterisk/documentation/core-en_US.xml")


def parameters_of(element: ET.Element) -> Iterator[ET.Element]:
    """Yield the documented parameters of an action, without those that every action has."""
    syntax = element.find("syntax")
    for parameter in syntax.findall("parameter") if syntax is not None else ():
        if parameter.attrib["name"] not in {"ActionID", "Header1", "HeaderN"}:
            yield parameter


def list_commands(pbx: BedPbx, user: AmiUser | None = None) -> dict[str, str]:
    """Return what a user may do on a PBX, as the PBX tells."""
    username, secret = (user.username, user.secret) if user else (pbx.username, pbx.secret)
    with AmiClient(pbx.host, pbx.ami_port, username, secret, events="off") as ami:
        answer = ami.action("ListCommands")[0]
    return {name: text for name, text in answer.items() if name not in {"Response", "ActionID"}}


def version_of(pbx: BedPbx) -> str:
    with AmiClient(pbx.host, pbx.ami_port, pbx.username, pbx.secret, events="off") as ami:
        return ami.action("CoreSettings")[0]["AsteriskVersion"]


def test_the_catalogue_has_every_action_that_asterisk_lists(asterisk: BedPbx) -> None:
    listed = list_commands(asterisk)
    missing = {name for name in listed if name.lower() not in CATALOGUE}

    assert len(listed) >= 120
    assert missing == set()
    assert {name: CATALOGUE[name.lower()].name for name in listed} == {name: name for name in listed}


def test_the_rights_are_those_that_asterisk_tells(asterisk: BedPbx) -> None:
    told = {name: read_rights(text) for name, text in list_commands(asterisk).items()}

    assert {name: CATALOGUE[name.lower()].rights for name in told} == told


def test_versions_agree_with_what_is_listed(asterisk: BedPbx) -> None:
    version = parse_version(version_of(asterisk))
    for name in list_commands(asterisk):
        known = CATALOGUE[name.lower()]
        assert is_new_enough(version, known.since), name
        assert known.until is None or version[0] <= known.until, name


def test_the_catalogue_has_every_action_that_asterisk_documents(asterisk_server: AsteriskServer) -> None:
    documented = set(documentation_of(asterisk_server)) - DOCUMENTED_BUT_NOT_THERE

    assert len(documented) >= 150
    assert {name for name in documented if name.lower() not in CATALOGUE} == set()


def test_every_documented_parameter_is_known_and_as_required_as_asterisk_has_it(
    asterisk_server: AsteriskServer,
) -> None:
    differences = []
    for name, element in documentation_of(asterisk_server).items():
        if name in DOCUMENTED_BUT_NOT_THERE:
            continue
        known = CATALOGUE[name.lower()]
        for documented in parameters_of(element):
            header = documented.attrib["name"]
            parameter = known.find(RENAMED_BY_THE_CODE.get((name, header), header))
            required = REQUIRED_BY_THE_CODE.get((name, header), documented.get("required") == "true")
            if parameter is None or parameter.required != required:
                differences.append((name, header, required, parameter and parameter.required))
    assert differences == []


def test_the_choices_hold_every_documented_word(asterisk_server: AsteriskServer) -> None:
    for name, element in documentation_of(asterisk_server).items():
        for documented in parameters_of(element):
            parameter = (
                CATALOGUE[name.lower()].find(documented.attrib["name"]) if name.lower() in CATALOGUE else None
            )
            enumeration = documented.find("enumlist")
            if parameter is not None and parameter.choices and enumeration is not None:
                words = {word.attrib["name"] for word in enumeration.findall("enum")}
                assert words <= set(parameter.choices), (name, parameter.header)


def test_modules_and_first_versions_are_those_of_the_documentation(asterisk_22: AsteriskServer) -> None:
    same_module = {"parking_manager": "res_parking", "app_voicemail_odbc": "app_voicemail", "builtin": None}
    for name, element in documentation_of(asterisk_22).items():
        known = CATALOGUE[name.lower()]
        module = element.attrib["module"]
        assert known.module == same_module.get(module, module), name
        releases = {release.text for release in element.findall("since/version")}
        recent = {release for release in releases if release and parse_version(release)[0] >= 16}
        if not all(parse_version(release) <= (16, 0, 0) for release in recent):
            assert set(known.since) == recent, name


def test_what_only_older_ones_document_ends_there(
    asterisk_16: AsteriskServer, asterisk_22: AsteriskServer
) -> None:
    gone = set(documentation_of(asterisk_16)) - set(documentation_of(asterisk_22)) - DOCUMENTED_BUT_NOT_THERE

    assert gone == {known.name for known in CATALOGUE.values() if known.until is not None}


def test_no_purpose_is_copied(asterisk_server: AsteriskServer) -> None:
    for name, element in documentation_of(asterisk_server).items():
        synopsis = " ".join("".join(element.findtext("synopsis") or "").split()).rstrip(".").lower()
        if name.lower() in CATALOGUE:
            assert CATALOGUE[name.lower()].purpose.rstrip(".").lower() != synopsis


@pytest.mark.parametrize("user", [READ_ONLY, WRONG_RIGHTS])
def test_an_offer_tells_which_right_a_user_lacks(asterisk_server: AsteriskServer, user: AmiUser) -> None:
    listing = list_commands(asterisk_server, user)
    write = frozenset({"reporting"} if user is READ_ONLY else {"log"})
    version = version_of(asterisk_server)
    offers = {offer.known.name: offer for offer in make_offers(listing, write, version)}

    assert offers["QueueStatus"].available
    assert offers["Originate"].reason == "The AMI user lacks the write class originate for Originate."
    everything = list_commands(asterisk_server)
    for name in everything.keys() - listing.keys():
        assert "lacks the write class" in (offers[name].reason or ""), name
    for name in listing:
        assert offers[name].available


def test_a_link_offers_what_its_user_may_do(asterisk_server: AsteriskServer) -> None:
    with linked_to_bed(asterisk_server, READ_ONLY) as manager:
        offers = {offer.known.name: offer for offer in manager.make_offers()}
        assert manager.rights is None  # only the CLI tells them, and this user may not use it
        assert offers["CoreShowChannels"].available
        assert "lack the write class originate" in (offers["Originate"].reason or "")
    assert not any(offer.available for offer in manager.make_offers())


def test_a_link_with_all_rights_offers_all_that_is_loaded(asterisk_server: AsteriskServer) -> None:
    listed = {name.lower() for name in list_commands(asterisk_server)}
    with linked_to_bed(asterisk_server) as manager:
        assert manager.rights is not None
        assert "all" in manager.rights.write
        offers = manager.make_offers()
        with pytest.raises(ActionUnsupported, match="needs the module app_meetme"):
            manager.execute(make_action("MeetmeListRooms"))

    assert {offer.known.name.lower() for offer in offers if offer.available} == listed
    assert not any("lacks" in (offer.reason or "") for offer in offers)
