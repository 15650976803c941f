"""Calls are parked, taken back, come back and give up, as on a real Asterisk 22 with the same files."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from amictl.demo.world import CONFIGURATION
from tests.demo.office import Office


@pytest.fixture
def office() -> Office:
    return Office()


def office_with_lot(folder: Path, settings: str) -> Office:
    """An office whose only lot has other settings."""
    copytree(CONFIGURATION, folder, dirs_exist_ok=True)
    (folder / "res_parking.conf").write_text(f"[default]\nparkext = 700\ncontext = parkedcalls\n{settings}\n")
    return Office(folder)


def test_a_call_that_is_parked_waits_in_the_first_space_and_who_parked_it_is_let_go(office: Office) -> None:
    tom, anna = office.call_in("1001")
    office.forget()
    assert office.ask("Park", Channel=tom.name, TimeoutChannel=anna.name)[0]["Message"] == "Park successful\n"
    parked = office.event("ParkedCall")
    assert parked["ParkeeChannel"] == tom.name
    assert parked["ParkerDialString"] == "PJSIP/1001"
    assert (parked["ParkingSpace"], parked["ParkingTimeout"]) == ("701", "90")
    assert tom.music == "default"
    assert not anna.hung_up  # hears the number of the space first
    office.let(3)
    assert anna.hung_up
    assert office.names("Bridge", "ParkedCall", "MusicOnHold", "Hangup") == [
        "BridgeCreate", "BridgeLeave", "ParkedCall", "BridgeEnter", "MusicOnHoldStart", "BridgeLeave",
        "BridgeDestroy", "Hangup",
    ]  # fmt: skip


def test_the_hint_of_a_space_shows_whether_it_is_taken(office: Office) -> None:
    tom, anna = office.call_in("1001")
    assert office.world.devices.extension_state("parkedcalls", "701") == (0, "Idle", "park:701@parkedcalls")
    office.ask("Park", Channel=tom.name, TimeoutChannel=anna.name)
    office.let(0.1)
    assert office.world.devices.extension_state("parkedcalls", "701") == (1, "InUse", "park:701@parkedcalls")
    assert office.world.devices.state("park:799@parkedcalls") == "INVALID"


def test_who_dials_the_space_talks_to_the_parked_caller_and_both_see_each_other(office: Office) -> None:
    tom, anna = office.call_in("1001")
    office.ask("Park", Channel=tom.name, TimeoutChannel=anna.name)
    office.let(5)
    office.forget()
    james = office.dial("1002", "701")
    taken = office.event("UnParkedCall")
    assert (taken["ParkeeChannel"], taken["RetrieverChannel"]) == (tom.name, james.name)
    assert (taken["ParkingDuration"], taken["ParkingTimeout"]) == ("5", "85")
    assert tom.bridge is james.bridge is not None
    assert (tom.connected.number, james.connected.number) == ("1002", "02079460123")
    assert not tom.music
    assert office.ask("ParkedCalls")[-1]["Total"] == "0"
    office.phone("1002").hang_up(james)
    office.let(1)
    assert not office.world.channels.all()


def test_an_empty_space_gives_nobody(office: Office) -> None:
    james = office.dial("1002", "702")
    office.let(6)
    assert james.hung_up
    assert not office.names("UnParkedCall", "BridgeCreate")


def test_nobody_takes_it_and_it_rings_who_parked_it(office: Office) -> None:
    tom, anna = office.call_in("1001")
    office.ask("Park", Channel=tom.name, TimeoutChannel=anna.name, Timeout=20_000)
    office.let(19)
    assert not office.names("ParkedCallTimeOut")
    office.let(2)
    back = office.event("ParkedCallTimeOut")
    assert (back["ParkeeContext"], back["ParkeeExten"]) == ("park-dial", "PJSIP_1001")
    assert (back["ParkingTimeout"], back["ParkingDuration"]) == ("0", "20")
    again = office.answer("1001")
    assert tom.bridge is again.bridge is not None
    variables = {
        name: tom.variables[name] for name in ("PARKING_SPACE", "PARKEDLOT", "PARKER", "PARKER_FLAT")
    }
    assert variables == {
        "PARKING_SPACE": "701", "PARKEDLOT": "default", "PARKER": "PJSIP/1001", "PARKER_FLAT": "PJSIP_1001",
    }  # fmt: skip


def test_who_hangs_up_while_parked_gave_up(office: Office) -> None:
    tom, anna = office.call_in("1001")
    office.ask("Park", Channel=tom.name, TimeoutChannel=anna.name)
    office.let(5)
    office.forget()
    office.world.phones.carrier.hang_up(tom)
    office.let(1)
    assert office.event("ParkedCallGiveUp")["ParkingDuration"] == "5"
    assert office.ask("ParkedCalls")[-1]["Total"] == "0"
    assert not office.world.channels.all()


@pytest.mark.parametrize("how", ["code", "transfer"])
def test_people_park_by_a_code_and_by_transferring_to_the_extension(office: Office, how: str) -> None:
    tom, anna = office.call_in("1001")
    if how == "code":
        office.phone("1001").press(anna, "*7")
    else:
        assert office.phone("1001").transfer(anna, "700")
    office.let(1)
    assert office.event("ParkedCall")["ParkeeChannel"] == tom.name
    office.let(3)
    assert anna.hung_up
    assert tom.bridge is not None
    assert tom.bridge.type == "parking"


def test_a_call_that_runs_an_application_is_parked_without_a_parker(office: Office) -> None:
    anna = office.dial("1001", "600")
    office.forget()
    office.ask("Park", Channel=anna.name)
    office.let(0.1)
    assert office.event("ParkedCall")["ParkerDialString"] == "PJSIP/1001"
    office.let(85)
    assert not anna.hung_up
    office.phone("1001").hang_up(anna)
    office.let(1)
    assert office.names("ParkedCallGiveUp")
    assert anna.hung_up


def test_parking_who_talks_lets_the_other_one_go_where_no_parker_is_named(office: Office) -> None:
    tom, anna = office.call_in("1001")
    office.ask("Park", Channel=tom.name)
    office.let(0.1)
    assert anna.hung_up
    assert office.event("ParkedCall")["ParkerDialString"] == "PJSIP/carrier"


def test_spaces_are_taken_in_turn_where_the_lot_says_so_and_a_full_lot_takes_nobody(tmp_path: Path) -> None:
    office = office_with_lot(tmp_path, "parkpos = 701-702\nfindslot = next")
    spaces = []
    for number in ("1001", "1002"):
        tom, agent = office.call_in(number)
        office.forget()
        office.ask("Park", Channel=tom.name, TimeoutChannel=agent.name)
        spaces.append(office.event("ParkedCall")["ParkingSpace"])
        office.let(5)
    tom, agent = office.call_in("1003")
    office.forget()
    office.ask("Park", Channel=tom.name, TimeoutChannel=agent.name)
    office.let(1)
    assert spaces == ["701", "702"]
    assert not office.names("ParkedCall")
    assert tom.bridge is agent.bridge is not None


def test_a_wanted_space_is_given_and_the_next_one_where_it_is_taken(office: Office) -> None:
    spaces = []
    for number in ("1001", "1002"):
        tom, agent = office.call_in(number)
        office.forget()
        office.ask("Park", Channel=tom.name, TimeoutChannel=agent.name, ParkingSpace=715)
        spaces.append(office.event("ParkedCall")["ParkingSpace"])
    assert spaces == ["715", "716"]


def test_refusals_have_asterisks_words(office: Office) -> None:
    def refusal(action: str, **headers: object) -> str:
        (answer,) = office.ask(action, **headers)
        assert answer["Response"] == "Error"
        return answer["Message"]

    assert refusal("Park") == "Channel not specified"
    assert refusal("Park", Channel="PJSIP/x") == "Channel does not exist: PJSIP/x"
    assert refusal("Park", Channel="PJSIP/x", Timeout=-1) == "Invalid Timeout value."
    assert refusal("Park", Channel="PJSIP/x", Timeout="soon") == "Invalid Timeout value."
    assert refusal("ParkedCalls", ParkingLot="none") == "Requested parking lot could not be found."


def test_the_lots_are_those_of_the_file(office: Office) -> None:
    _, lot, end = office.ask("Parkinglots")
    assert {name: lot[name] for name in ("Name", "StartSpace", "StopSpace", "Timeout")} == {
        "Name": "default", "StartSpace": "701", "StopSpace": "720", "Timeout": "90",
    }  # fmt: skip
    assert end["Event"] == "ParkinglotsComplete"
