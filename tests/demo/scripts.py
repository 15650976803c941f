"""Scripted calls of different kinds: the same is played on a real Asterisk and on the demo's world.

``1001`` and up are agents, ``1100`` and up the staff, ``carrier`` is whoever is outside. A phone that shall
answer or refuse waits until it rings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.demo.stage import Stage

PHONES: Final = ["1001", "1002", "1003", "1100", "1101", "1102"]
"""The phones that are signed in when a script begins."""

Script = Callable[[Stage], None]


def call_in(stage: Stage, number: str) -> None:
    """Somebody outside dials a number of the call centre."""
    stage.phone("carrier").dial(number, caller="02079460123", name="Tom Archer")


def ended_by_caller(stage: Stage) -> None:
    """1100 calls 1001, who answers; 1100 hangs up."""
    caller, called = stage.phone("1100"), stage.phone("1001")
    caller.dial("1001")
    called.answer()
    caller.await_state("up")
    stage.hear("BridgeEnter", count=2)
    caller.hang_up()


def ended_by_callee(stage: Stage) -> None:
    """Somebody outside calls 1001, who answers and hangs up."""
    call_in(stage, "02079460101")
    stage.phone("1001").answer()
    stage.phone("carrier").await_state("up")
    stage.hear("BridgeEnter", count=2)
    stage.phone("1001").hang_up()


def call_out(stage: Stage) -> None:
    """1100 calls a number outside, which answers and hangs up."""
    stage.phone("1100").dial("02079460999")
    stage.phone("carrier").answer()
    stage.phone("1100").await_state("up")
    stage.hear("BridgeEnter", count=2)
    stage.phone("carrier").hang_up()


def busy(stage: Stage) -> None:
    """1100 calls 1101, who is busy."""
    stage.phone("1100").dial("1101")
    stage.phone("1101").refuse("busy")


def refused(stage: Stage) -> None:
    """1100 calls 1101, who declines."""
    stage.phone("1100").dial("1101")
    stage.phone("1101").refuse("declined")


def no_answer(stage: Stage) -> None:
    """1100 calls 1101, who lets it ring until the PBX gives up."""
    stage.phone("1100").dial("1101")
    stage.phone("1101").await_state("ringing")


def unknown_number(stage: Stage) -> None:
    """1100 dials a number outside that does not exist."""
    stage.phone("1100").dial("0555")
    stage.phone("carrier").refuse("unknown")


def unreachable(stage: Stage) -> None:
    """1100 calls an extension whose phone is not there."""
    stage.phone("1100").dial("1105")


def given_up(stage: Stage) -> None:
    """1100 calls 1101 and hangs up while it rings."""
    stage.phone("1100").dial("1101")
    stage.phone("1101").await_state("ringing")
    stage.hear("DialState", DialStatus="RINGING")
    stage.phone("1100").hang_up()


def _join(stage: Stage, queue: str, *numbers: str, **headers: object) -> None:
    for number in numbers:
        stage.action("QueueAdd", Queue=queue, Interface=f"PJSIP/{number}", MemberName=number, **headers)


def _leave(stage: Stage, queue: str, *numbers: str) -> None:
    for number in numbers:
        stage.action("QueueRemove", Queue=queue, Interface=f"PJSIP/{number}")


def queue_ended_by_caller(stage: Stage) -> None:
    """Somebody waits in a queue, 1001 answers, the caller hangs up."""
    _join(stage, "quick", "1001")
    call_in(stage, "900")
    stage.phone("1001").answer()
    stage.hear("AgentConnect")
    stage.hear("BridgeEnter", count=2)
    stage.phone("carrier").hang_up()
    stage.hear("AgentComplete")
    _leave(stage, "quick", "1001")


def queue_ended_by_agent(stage: Stage) -> None:
    """Somebody waits in a queue, 1001 answers and hangs up."""
    _join(stage, "quick", "1001")
    call_in(stage, "900")
    stage.phone("1001").answer()
    stage.hear("AgentConnect")
    stage.hear("BridgeEnter", count=2)
    stage.phone("1001").hang_up()
    stage.hear("AgentComplete")
    _leave(stage, "quick", "1001")


def queue_abandoned(stage: Stage) -> None:
    """Somebody waits in a queue and gives up while 1001 rings."""
    _join(stage, "quick", "1001")
    call_in(stage, "900")
    stage.phone("1001").await_state("ringing")
    stage.hear("DialState", DialStatus="RINGING")
    stage.phone("carrier").hang_up()
    stage.hear("QueueCallerLeave")
    _leave(stage, "quick", "1001")


def queue_timed_out(stage: Stage) -> None:
    """Somebody waits in a queue without members until the queue gives the call back to the dialplan."""
    call_in(stage, "901")
    stage.phone("carrier").await_state("over")


def queue_closed(stage: Stage) -> None:
    """Somebody calls a queue that takes nobody in while it has no members."""
    call_in(stage, "903")
    stage.phone("carrier").await_state("over")


def second_member(stage: Stage) -> None:
    """The first member of a queue lets it ring, the second one answers."""
    _join(stage, "quick", "1001", "1002")
    call_in(stage, "900")
    stage.phone("1001").await_state("ringing")
    stage.hear("AgentRingNoAnswer")
    stage.action("QueuePause", Queue="quick", Interface="PJSIP/1001", Paused="true", Reason="Away")
    stage.phone("1002").answer()
    stage.hear("AgentConnect")
    stage.hear("BridgeEnter", count=2)
    stage.phone("carrier").hang_up()
    stage.hear("AgentComplete")
    _leave(stage, "quick", "1001", "1002")


def ring_all(stage: Stage) -> None:
    """Both members of a queue ring, the second one answers."""
    _join(stage, "together", "1001", "1002")
    call_in(stage, "902")
    stage.hear("DialState", DialStatus="RINGING", count=2)
    stage.phone("1002").answer()
    stage.hear("AgentConnect")
    stage.hear("BridgeEnter", count=2)
    stage.phone("1002").hang_up()
    stage.hear("AgentComplete")
    _leave(stage, "together", "1001", "1002")


def paused_member(stage: Stage) -> None:
    """The first member of a queue is paused, so that only the second one rings."""
    _join(stage, "quick", "1001", "1002")
    stage.action("QueuePause", Queue="quick", Interface="PJSIP/1001", Paused="true", Reason="Lunch")
    call_in(stage, "900")
    stage.phone("1002").answer()
    stage.hear("AgentConnect")
    stage.hear("BridgeEnter", count=2)
    stage.phone("carrier").hang_up()
    stage.hear("AgentComplete")
    _leave(stage, "quick", "1001", "1002")


def _talk(stage: Stage) -> None:
    """Somebody outside calls 1001, and they talk."""
    call_in(stage, "02079460101")
    stage.phone("1001").answer()
    stage.phone("carrier").await_state("up")
    stage.hear("BridgeEnter", count=2)


def blind_transfer(stage: Stage) -> None:
    """1001 sends a caller to 1002 by the phone's own key."""
    _talk(stage)
    stage.phone("1001").transfer("1002")
    stage.phone("1002").answer()
    stage.hear("BridgeEnter", "PJSIP/1002")
    stage.hear("BridgeEnter", "PJSIP/carrier", count=2)
    stage.phone("carrier").hang_up()


def blind_transfer_by_ami(stage: Stage) -> None:
    """A console sends a caller of 1001 to 1002."""
    _talk(stage)
    talker = stage.hear("BridgeEnter", "PJSIP/1001")["Channel"]
    stage.action("BlindTransfer", Channel=talker, Exten="1002", Context="from-phones")
    stage.phone("1002").answer()
    stage.hear("BridgeEnter", "PJSIP/carrier", count=2)
    stage.hear("BridgeEnter", "PJSIP/1002")
    stage.phone("1002").hang_up()


def attended_transfer(stage: Stage) -> None:
    """1001 holds a caller, asks 1002, and connects both by the phone's own key."""
    _talk(stage)
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
    _talk(stage)
    talker = stage.hear("BridgeEnter", "PJSIP/1001")["Channel"]
    stage.action("Atxfer", Channel=talker, Exten="1002", Context="from-phones")
    stage.phone("1002").answer()
    stage.hear("BridgeEnter", "PJSIP/1002")
    stage.hear("BridgeEnter", "PJSIP/1001", count=2)
    stage.phone("1001").hang_up()
    stage.hear("AttendedTransfer")
    stage.hear("BridgeEnter", count=6)
    stage.phone("carrier").hang_up()


def hold(stage: Stage) -> None:
    """1001 puts a caller on hold and takes the call back."""
    _talk(stage)
    stage.phone("1001").hold()
    stage.hear("MusicOnHoldStart")
    stage.phone("1001").hold(on=False)
    stage.hear("MusicOnHoldStop")
    stage.phone("carrier").hang_up()


def digits(stage: Stage) -> None:
    """A caller of 1001 presses keys, and so does 1001."""
    _talk(stage)
    stage.phone("carrier").press("5#")
    stage.phone("1001").press("8")
    stage.hear("DTMFEnd", "PJSIP/1001", Digit="8")
    stage.phone("carrier").hang_up()


def park(stage: Stage) -> None:
    """A console parks a caller of 1001, and 1002 takes the call back."""
    _talk(stage)
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
    _talk(stage)
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


def conference(stage: Stage) -> None:
    """Three people meet; one is muted and unmuted, one is sent away, the others leave."""
    stage.phone("carrier").dial("02079460801", caller="02079460123", name="Tom Archer")
    stage.hear("ConfbridgeJoin")
    stage.phone("1100").dial("915")
    stage.hear("ConfbridgeJoin", count=2)
    stage.phone("1101").dial("801")
    stage.hear("ConfbridgeJoin", count=3)
    muted = stage.hear("ConfbridgeJoin", "PJSIP/carrier")["Channel"]
    kicked = stage.hear("ConfbridgeJoin", "PJSIP/1101")["Channel"]
    stage.action("ConfbridgeMute", Conference="801", Channel=muted)
    stage.hear("ConfbridgeMute")
    stage.action("ConfbridgeUnmute", Conference="801", Channel=muted)
    stage.hear("ConfbridgeUnmute")
    stage.action("ConfbridgeLock", Conference="801")
    stage.action("ConfbridgeUnlock", Conference="801")
    stage.action("ConfbridgeKick", Conference="801", Channel=kicked)
    stage.hear("Hangup", "PJSIP/1101")
    stage.phone("carrier").hang_up()
    stage.hear("ConfbridgeLeave", "PJSIP/carrier")
    stage.hear("Hangup", "PJSIP/carrier")
    stage.phone("1100").hang_up()


def voicemail(stage: Stage) -> None:
    """Somebody leaves a message."""
    call_in(stage, "912")
    stage.phone("carrier").await_state("up")
    stage.let_pass(2.5)
    stage.phone("carrier").hang_up()


def originate_extension(stage: Stage) -> None:
    """A console calls 1100 and connects 1001."""
    stage.action(
        "Originate",
        Channel="PJSIP/1100",
        Context="from-phones",
        Exten="1001",
        Priority=1,
        CallerID="Console <1000>",
        Async="true",
    )
    stage.phone("1100").answer()
    stage.phone("1001").answer()
    stage.hear("BridgeEnter", count=2)
    stage.phone("1100").hang_up()


def originate_application(stage: Stage) -> None:
    """A console calls 1100 and lets an application run."""
    stage.action(
        "Originate", Channel="PJSIP/1100", Application="Wait", Data="60", Variable="ORDER=17", Async="true"
    )
    stage.phone("1100").answer()
    stage.hear("OriginateResponse")
    stage.phone("1100").hang_up()


def originate_refused(stage: Stage) -> None:
    """A console calls 1100, who is busy."""
    stage.action("Originate", Channel="PJSIP/1100", Application="Wait", Data="60", Async="true")
    stage.phone("1100").refuse("busy")
    stage.hear("OriginateResponse")


def originate_unanswered(stage: Stage) -> None:
    """A console calls 1100, who does not answer in time."""
    stage.action(
        "Originate",
        Channel="PJSIP/1100",
        Context="from-phones",
        Exten="1001",
        Priority=1,
        Timeout=1000,
        Async="true",
    )
    stage.phone("1100").await_state("ringing")
    stage.hear("OriginateResponse")


def redirect(stage: Stage) -> None:
    """A console sends a caller, who talks to 1001, to another extension; and back to 1002."""
    _talk(stage)
    caller = stage.hear("BridgeEnter", "PJSIP/carrier")["Channel"]
    stage.action("Redirect", Channel=caller, Context="from-phones", Exten="910", Priority=1)
    stage.hear("Hangup", "PJSIP/1001")
    stage.hear("Newexten", "PJSIP/carrier", Extension="910", Application="Wait")
    stage.action("Redirect", Channel=caller, Context="from-phones", Exten="1002", Priority=1)
    stage.phone("1002").answer()
    stage.hear("BridgeEnter", "PJSIP/carrier", count=2)
    stage.hear("BridgeEnter", "PJSIP/1002")
    stage.phone("carrier").hang_up()


def spy(stage: Stage) -> None:
    """1100 listens to 1001, who talks to somebody outside."""
    _talk(stage)
    stage.phone("1100").dial("*81001")
    stage.hear("ChanSpyStart")
    stage.phone("1100").hang_up()
    stage.hear("Hangup", "PJSIP/1100")
    stage.phone("carrier").hang_up()


def members(stage: Stage) -> None:
    """A console adds, pauses, changes and removes a member of a queue."""
    member = {"Queue": "quick", "Interface": "PJSIP/1001"}
    stage.action("QueueAdd", **member, MemberName="Amara Okafor", Penalty=2)
    stage.action("QueuePause", **member, Paused="true", Reason="Lunch")
    stage.action("QueuePause", **member, Paused="false")
    stage.action("QueuePenalty", **member, Penalty=4)
    stage.action("QueueMemberRingInUse", **member, RingInUse="yes")
    stage.action("QueueRemove", **member)
    stage.hear("QueueMemberRemoved")


def callers(stage: Stage) -> None:
    """Two people wait; the second one's priority is raised, the first is withdrawn, the second gives up."""
    call_in(stage, "900")
    first = stage.hear("QueueCallerJoin")["Channel"]
    stage.phone("1101").dial("900")
    second = stage.hear("QueueCallerJoin", count=2)["Channel"]
    stage.action("QueueChangePriorityCaller", Queue="quick", Caller=second, Priority=5, Immediate="yes")
    stage.action("QueueWithdrawCaller", Queue="quick", Caller=first, WithdrawInfo="spam")
    stage.hear("QueueCallerLeave")
    stage.hear("Hangup", "PJSIP/carrier")
    stage.phone("1101").hang_up()


def phone_drops_off(stage: Stage) -> None:
    """The phone of a queue's member signs out and in again."""
    _join(stage, "quick", "1001")
    stage.phone("1001").sign(in_=False)
    stage.hear("QueueMemberStatus", Status="5")
    stage.phone("1001").sign(in_=True)
    stage.hear("QueueMemberStatus", Status="1")
    _leave(stage, "quick", "1001")


def blind_transfer_by_code(stage: Stage) -> None:
    """1001 sends a caller to 1002 by the PBX's code."""
    _talk(stage)
    stage.phone("1001").press("##1002")
    stage.phone("1002").answer()
    stage.hear("BridgeEnter", "PJSIP/1002")
    stage.hear("BridgeEnter", "PJSIP/carrier", count=2)
    stage.phone("carrier").hang_up()


def attended_transfer_by_code(stage: Stage) -> None:
    """1001 asks 1002 by the PBX's code, and hangs up."""
    _talk(stage)
    stage.phone("1001").press("*21002")
    stage.phone("1002").answer()
    stage.hear("BridgeEnter", "PJSIP/1002")
    stage.phone("1001").hang_up()
    stage.hear("AttendedTransfer")
    stage.phone("carrier").hang_up()


def attended_transfer_refused(stage: Stage) -> None:
    """1001 asks 1102 by the PBX's code, who is busy; 1001 is with the caller again."""
    _talk(stage)
    stage.phone("1001").press("*21102")
    stage.phone("1102").refuse("busy")
    stage.hear("MusicOnHoldStop", "PJSIP/carrier")
    stage.phone("carrier").hang_up()


def park_by_code(stage: Stage) -> None:
    """1001 parks a caller by the PBX's code, and takes the call back."""
    _talk(stage)
    stage.phone("1001").press("*7")
    space = stage.hear("ParkedCall")["ParkingSpace"]
    stage.hear("Hangup", "PJSIP/1001")
    stage.phone("1001").dial(space)
    stage.hear("UnParkedCall")
    stage.phone("1001").await_state("up")
    stage.phone("carrier").hang_up()


def queue_call_transferred(stage: Stage) -> None:
    """1001 answers a call of a queue and sends it to 1100."""
    _join(stage, "quick", "1001")
    call_in(stage, "900")
    stage.phone("1001").answer()
    stage.hear("AgentConnect")
    stage.hear("BridgeEnter", count=2)
    stage.phone("1001").transfer("1100")
    stage.phone("1100").answer()
    stage.hear("AgentComplete")
    stage.hear("BridgeEnter", "PJSIP/1100")
    stage.phone("carrier").hang_up()
    stage.hear("Hangup", "PJSIP/carrier")
    _leave(stage, "quick", "1001")


def queue_member_refuses(stage: Stage) -> None:
    """1001 declines a call of a queue, is asked again, and answers."""
    _join(stage, "quick", "1001")
    call_in(stage, "900")
    stage.phone("1001").refuse("busy")
    stage.hear("AgentCalled", count=2)
    stage.phone("1001").answer()
    stage.hear("AgentConnect")
    stage.phone("carrier").hang_up()
    stage.hear("AgentComplete")
    _leave(stage, "quick", "1001")


def agent_signs_in(stage: Stage) -> None:
    """1003 signs in to a queue by its phone, takes a break, comes back, and signs out."""
    for code in ("*45601", "*47", "*48", "*46601"):
        stage.phone("1003").dial(code)
        stage.phone("1003").await_state("over")


def busy_with_message(stage: Stage) -> None:
    """1003 is busy, and the caller gets the mailbox and hangs up."""
    call_in(stage, "02079460103")
    stage.phone("1003").refuse("busy")
    stage.phone("carrier").await_state("up")
    stage.phone("carrier").hang_up()


def hang_up_by_ami(stage: Stage) -> None:
    """A console ends a call, giving a cause."""
    _talk(stage)
    caller = stage.hear("BridgeEnter", "PJSIP/carrier")["Channel"]
    stage.action("Hangup", Channel=caller, Cause=21)
    stage.hear("Hangup", "PJSIP/carrier")


def give_up_by_ami(stage: Stage) -> None:
    """A console ends a call that rings."""
    stage.phone("1100").dial("1101")
    stage.phone("1101").await_state("ringing")
    caller = stage.hear("Newchannel", "PJSIP/1100")["Channel"]
    stage.action("Hangup", Channel=caller)
    stage.hear("Hangup", "PJSIP/1100")


def bridge_by_ami(stage: Stage) -> None:
    """A console brings the callers of two calls together."""
    _talk(stage)
    stage.phone("1100").dial("910")
    stage.phone("1100").await_state("up")
    one = stage.hear("BridgeEnter", "PJSIP/carrier")["Channel"]
    two = stage.hear("Newchannel", "PJSIP/1100")["Channel"]
    stage.action("Bridge", Channel1=one, Channel2=two)
    stage.hear("BridgeEnter", "PJSIP/1100")
    stage.hear("BridgeEnter", "PJSIP/carrier", count=2)
    stage.phone("1100").hang_up()
    stage.hear("Hangup", "PJSIP/1100")
    stage.phone("carrier").hang_up()


def record(stage: Stage) -> None:
    """A console records a call, mutes the recording, and ends it."""
    _talk(stage)
    caller = stage.hear("BridgeEnter", "PJSIP/carrier")["Channel"]
    stage.action("MixMonitor", Channel=caller, File="script.wav")
    stage.action("MixMonitorMute", Channel=caller, Direction="both", State=1)
    stage.action("MixMonitorMute", Channel=caller, Direction="both", State=0)
    stage.action("StopMixMonitor", Channel=caller)
    stage.phone("carrier").hang_up()


def variables(stage: Stage) -> None:
    """A console sets variables, mutes a channel, plays a digit and sends an event of its own."""
    _talk(stage)
    caller = stage.hear("BridgeEnter", "PJSIP/carrier")["Channel"]
    stage.action("Setvar", Channel=caller, Variable="ORDER", Value='17; "two"')
    stage.action("Setvar", Variable="SHIFT", Value="late")
    stage.action("Getvar", Channel=caller, Variable="ORDER")
    stage.action("PlayDTMF", Channel=caller, Digit="4", Duration=100)
    stage.action("MuteAudio", Channel=caller, Direction="in", State="on")
    stage.action("UserEvent", UserEvent="Wrapped", Order="17")
    stage.phone("carrier").hang_up()


SCRIPTS: Final[Mapping[str, Script]] = {
    script.__name__.replace("_", "-"): script
    for script in (
        *(ended_by_caller, ended_by_callee, call_out, busy, refused, no_answer, unknown_number, unreachable),
        *(given_up, queue_ended_by_caller, queue_ended_by_agent, queue_abandoned, queue_timed_out),
        *(queue_closed, second_member, ring_all, paused_member, blind_transfer, blind_transfer_by_ami),
        *(attended_transfer, attended_transfer_by_ami, hold, digits, park, park_timeout, park_by_dialplan),
        *(conference, voicemail, originate_extension, originate_application, originate_refused),
        *(originate_unanswered, redirect, spy, members, callers, phone_drops_off),
        *(blind_transfer_by_code, attended_transfer_by_code, attended_transfer_refused, park_by_code),
        *(queue_call_transferred, queue_member_refuses, agent_signs_in, busy_with_message),
        *(hang_up_by_ami, give_up_by_ami, bridge_by_ami, record, variables),
    )
}
"""All scripts by name."""
