"""Calls that are handed over, and calls that are parked."""

from __future__ import annotations

from tests.demo.scripted.scripts.people import call_in, talk
from tests.demo.scripted.stage import Stage


def blind_transfer(stage: Stage) -> None:
    """1001 sends a caller to 1002 by the phone's own key."""
    talk(stage)
    stage.phone("1001").transfer("1002")
    stage.phone("1002").answer()
    stage.hear("BridgeEnter", "PJSIP/1002")
    stage.hear("BridgeEnter", "PJSIP/carrier", count=2)
    stage.phone("carrier").hang_up()


def blind_transfer_by_ami(stage: Stage) -> None:
    """A console sends a caller of 1001 to 1002."""
    talk(stage)
    talker = stage.hear("BridgeEnter", "PJSIP/1001")["Channel"]
    stage.action("BlindTransfer", Channel=talker, Exten="1002", Context="from-phones")
    stage.phone("1002").answer()
    stage.hear("BridgeEnter", "PJSIP/carrier", count=2)
    stage.hear("BridgeEnter", "PJSIP/1002")
    stage.phone("1002").hang_up()


def blind_transfer_by_code(stage: Stage) -> None:
    """1001 sends a caller to 1002 by the PBX's code."""
    talk(stage)
    stage.phone("1001").press("##1002")
    stage.phone("1002").answer()
    stage.hear("BridgeEnter", "PJSIP/1002")
    stage.hear("BridgeEnter", "PJSIP/carrier", count=2)
    stage.phone("carrier").hang_up()


def attended_transfer(stage: Stage) -> None:
    """1001 holds a caller, asks 1002, and connects both by the phone's own key."""
    talk(stage)
    agent = stage.phone("1001")
    agent.hold()
    stage.hear("Hold")
    agent.dial("1002")
    stage.phone("1002").answer()
    agent.await_state("up")
    stage.hear("BridgeEnter", "PJSIP/1002")
    stage.hear("BridgeEnter", "PJSIP/1001", count=2)
    agent.transfer_to_consulted()
    stage.hear("AttendedTransfer")
    stage.phone("1001").await_state("over")
    stage.hear("Hangup", "PJSIP/1001", count=2)
    stage.phone("carrier").hang_up()


def attended_transfer_by_ami(stage: Stage) -> None:
    """A console has 1001 ask 1002; 1001 hangs up, and the caller is with 1002."""
    talk(stage)
    talker = stage.hear("BridgeEnter", "PJSIP/1001")["Channel"]
    stage.action("Atxfer", Channel=talker, Exten="1002", Context="from-phones")
    stage.phone("1002").answer()
    stage.hear("BridgeEnter", "PJSIP/1002")
    stage.hear("BridgeEnter", "PJSIP/1001", count=2)
    stage.phone("1001").hang_up()
    stage.hear("AttendedTransfer")
    stage.hear("BridgeEnter", count=6)
    stage.phone("carrier").hang_up()


def attended_transfer_by_code(stage: Stage) -> None:
    """1001 asks 1002 by the PBX's code, and hangs up."""
    talk(stage)
    stage.phone("1001").press("*21002")
    stage.phone("1002").answer()
    stage.hear("BridgeEnter", "PJSIP/1002")
    stage.phone("1001").hang_up()
    stage.hear("AttendedTransfer")
    stage.phone("carrier").hang_up()


def attended_transfer_refused(stage: Stage) -> None:
    """1001 asks 1102 by the PBX's code, who is busy; 1001 is with the caller again."""
    talk(stage)
    stage.phone("1001").press("*21102")
    stage.phone("1102").refuse("busy")
    stage.hear("MusicOnHoldStop", "PJSIP/carrier")
    stage.phone("carrier").hang_up()


def park(stage: Stage) -> None:
    """A console parks a caller of 1001, and 1002 takes the call back."""
    talk(stage)
    caller = stage.hear("BridgeEnter", "PJSIP/carrier")["Channel"]
    agent = stage.hear("BridgeEnter", "PJSIP/1001")["Channel"]
    stage.action("Park", Channel=caller, TimeoutChannel=agent)
    space = stage.hear("ParkedCall")["ParkingSpace"]
    stage.hear("Hangup", "PJSIP/1001")
    stage.phone("1002").dial(space)
    stage.phone("1002").await_state("up")
    stage.hear("UnParkedCall")
    stage.hear("BridgeEnter", "PJSIP/carrier", count=3)
    stage.hear("BridgeEnter", "PJSIP/1002")
    stage.phone("1002").hang_up()


def park_timeout(stage: Stage) -> None:
    """A console parks a caller of 1001, nobody takes the call back, and it comes back to 1001."""
    talk(stage)
    caller = stage.hear("BridgeEnter", "PJSIP/carrier")["Channel"]
    agent = stage.hear("BridgeEnter", "PJSIP/1001")["Channel"]
    stage.action("Park", Channel=caller, TimeoutChannel=agent, Timeout=1500)
    stage.hear("ParkedCallTimeOut")
    stage.phone("1001").answer()
    stage.hear("BridgeEnter", "PJSIP/1001", count=2)
    stage.hear("BridgeEnter", "PJSIP/carrier", count=3)
    stage.phone("1001").hang_up()


def park_by_dialplan(stage: Stage) -> None:
    """Somebody is parked by the dialplan and gives up."""
    call_in(stage, "911")
    stage.hear("MusicOnHoldStart")
    stage.phone("carrier").hang_up()


def park_by_code(stage: Stage) -> None:
    """1001 parks a caller by the PBX's code, and takes the call back."""
    talk(stage)
    stage.phone("1001").press("*7")
    space = stage.hear("ParkedCall")["ParkingSpace"]
    stage.hear("Hangup", "PJSIP/1001")
    stage.phone("1001").dial(space)
    stage.hear("UnParkedCall")
    stage.phone("1001").await_state("up")
    stage.phone("carrier").hang_up()


def park_by_phone(stage: Stage) -> None:
    """1001 parks a caller by transferring it to the extension that parks; the caller gives up."""
    talk(stage)
    stage.phone("1001").transfer("700")
    stage.hear("ParkedCall")
    stage.hear("Hangup", "PJSIP/1001")
    stage.phone("carrier").hang_up()
    stage.hear("ParkedCallGiveUp")


def empty_space(stage: Stage) -> None:
    """1100 dials a space in which nobody waits."""
    stage.phone("1100").dial("703")
    stage.phone("1100").await_state("over")


def transfer_to_busy(stage: Stage) -> None:
    """1001 sends a caller to 1003, who is busy, so that the caller gets the mailbox."""
    talk(stage)
    stage.phone("1001").transfer("1003")
    stage.phone("1003").refuse("busy")
    stage.hear("Newexten", "PJSIP/carrier", Application="VoiceMail")
    stage.phone("carrier").hang_up()
