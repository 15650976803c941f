"""Calls of queues, their members and their callers."""

from __future__ import annotations

from tests.demo.scripted.scripts.people import call_in
from tests.demo.scripted.stage import Stage


def join(stage: Stage, queue: str, *numbers: str, **headers: object) -> None:
    for number in numbers:
        stage.action("QueueAdd", Queue=queue, Interface=f"PJSIP/{number}", MemberName=number, **headers)


def leave(stage: Stage, queue: str, *numbers: str) -> None:
    for number in numbers:
        stage.action("QueueRemove", Queue=queue, Interface=f"PJSIP/{number}")


def answer(stage: Stage) -> None:
    """1001 answers, and talks to the caller."""
    stage.phone("1001").answer()
    stage.hear("AgentConnect")
    stage.hear("BridgeEnter", count=2)


def end(stage: Stage) -> None:
    """The caller hangs up."""
    stage.phone("carrier").hang_up()
    stage.hear("AgentComplete")


def queue_ended_by_caller(stage: Stage) -> None:
    """Somebody waits in a queue, 1001 answers, the caller hangs up."""
    join(stage, "quick", "1001")
    call_in(stage, "900")
    answer(stage)
    end(stage)
    leave(stage, "quick", "1001")


def queue_ended_by_agent(stage: Stage) -> None:
    """Somebody waits in a queue, 1001 answers and hangs up."""
    join(stage, "quick", "1001")
    call_in(stage, "900")
    answer(stage)
    stage.phone("1001").hang_up()
    stage.hear("AgentComplete")
    leave(stage, "quick", "1001")


def queue_abandoned(stage: Stage) -> None:
    """Somebody waits in a queue and gives up while 1001 rings."""
    join(stage, "quick", "1001")
    call_in(stage, "900")
    stage.phone("1001").await_state("ringing")
    stage.hear("DialState", DialStatus="RINGING")
    stage.phone("carrier").hang_up()
    stage.hear("QueueCallerLeave")
    leave(stage, "quick", "1001")


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
    join(stage, "quick", "1001", "1002")
    call_in(stage, "900")
    stage.phone("1001").await_state("ringing")
    stage.hear("AgentRingNoAnswer")
    stage.action("QueuePause", Queue="quick", Interface="PJSIP/1001", Paused="true", Reason="Away")
    stage.phone("1002").answer()
    stage.hear("AgentConnect")
    stage.hear("BridgeEnter", count=2)
    end(stage)
    leave(stage, "quick", "1001", "1002")


def ring_all(stage: Stage) -> None:
    """Both members of a queue ring, the second one answers."""
    join(stage, "together", "1001", "1002")
    call_in(stage, "902")
    stage.hear("DialState", DialStatus="RINGING", count=2)
    stage.phone("1002").answer()
    stage.hear("AgentConnect")
    stage.hear("BridgeEnter", count=2)
    stage.phone("1002").hang_up()
    stage.hear("AgentComplete")
    leave(stage, "together", "1001", "1002")


def paused_member(stage: Stage) -> None:
    """The first member of a queue is paused, so that only the second one rings."""
    join(stage, "quick", "1001", "1002")
    stage.action("QueuePause", Queue="quick", Interface="PJSIP/1001", Paused="true", Reason="Lunch")
    call_in(stage, "900")
    stage.phone("1002").answer()
    stage.hear("AgentConnect")
    stage.hear("BridgeEnter", count=2)
    end(stage)
    leave(stage, "quick", "1001", "1002")


def queue_call_transferred(stage: Stage) -> None:
    """1001 answers a call of a queue and sends it to 1100."""
    join(stage, "quick", "1001")
    call_in(stage, "900")
    answer(stage)
    stage.phone("1001").transfer("1100")
    stage.phone("1100").answer()
    stage.hear("AgentComplete")
    stage.hear("BridgeEnter", "PJSIP/1100")
    stage.phone("carrier").hang_up()
    stage.hear("Hangup", "PJSIP/carrier")
    leave(stage, "quick", "1001")


def queue_member_refuses(stage: Stage) -> None:
    """1001 declines a call of a queue, is asked again, and answers."""
    join(stage, "quick", "1001")
    call_in(stage, "900")
    stage.phone("1001").refuse("busy")
    stage.hear("AgentCalled", count=2)
    stage.phone("1001").answer()
    stage.hear("AgentConnect")
    end(stage)
    leave(stage, "quick", "1001")


def agent_signs_in(stage: Stage) -> None:
    """1003 signs in to a queue by its phone, takes a break, comes back, and signs out."""
    for code in ("*45601", "*47", "*48", "*46601"):
        stage.phone("1003").dial(code)
        stage.phone("1003").await_state("over")


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
    join(stage, "quick", "1001")
    stage.phone("1001").sign(in_=False)
    stage.hear("QueueMemberStatus", Status="5")
    stage.phone("1001").sign(in_=True)
    stage.hear("QueueMemberStatus", Status="1")
    leave(stage, "quick", "1001")


def queue_left_by_key(stage: Stage) -> None:
    """Somebody waits in a queue and presses keys, one of which leads elsewhere."""
    call_in(stage, "904")
    stage.hear("QueueCallerJoin")
    stage.phone("carrier").press("15")
    stage.hear("QueueCallerLeave")
    stage.phone("carrier").hang_up()


def queue_left_by_key_while_ringing(stage: Stage) -> None:
    """Somebody presses a key while a member rings."""
    join(stage, "keyed", "1001")
    call_in(stage, "904")
    stage.hear("DialState", DialStatus="RINGING")
    stage.phone("carrier").press("5")
    stage.hear("QueueCallerLeave")
    stage.phone("carrier").hang_up()
    leave(stage, "keyed", "1001")


def waiting_caller_redirected(stage: Stage) -> None:
    """A console sends somebody who waits in a queue elsewhere, while a member rings."""
    join(stage, "quick", "1001")
    call_in(stage, "900")
    channel = stage.hear("QueueCallerJoin")["Channel"]
    stage.hear("DialState", DialStatus="RINGING")
    stage.action("Redirect", Channel=channel, Context="scripts", Exten="910", Priority=1)
    stage.hear("QueueCallerLeave")
    stage.phone("carrier").hang_up()
    leave(stage, "quick", "1001")


def ringing_caller_withdrawn(stage: Stage) -> None:
    """A console withdraws somebody while a member rings: that shows when the ringing is over."""
    join(stage, "quick", "1001")
    call_in(stage, "900")
    channel = stage.hear("QueueCallerJoin")["Channel"]
    stage.hear("DialState", DialStatus="RINGING")
    stage.action("QueueWithdrawCaller", Queue="quick", Caller=channel)
    stage.hear("QueueCallerLeave")
    stage.hear("Hangup", "PJSIP/carrier")
    leave(stage, "quick", "1001")


def queue_with_variables(stage: Stage) -> None:
    """A queue that sets variables pauses a member who does not answer; the next one does."""
    join(stage, "wordy", "1001", "1002")
    call_in(stage, "905")
    stage.hear("QueueMemberPause")
    stage.phone("1002").answer()
    stage.hear("AgentConnect")
    stage.hear("BridgeEnter", count=2)
    stage.phone("1002").hang_up()
    stage.hear("AgentComplete")
    leave(stage, "wordy", "1001", "1002")


def queue_emptied(stage: Stage) -> None:
    """The only member of a queue is paused while it rings, and the queue lets its caller go."""
    join(stage, "emptied", "1001")
    call_in(stage, "906")
    stage.hear("DialState", DialStatus="RINGING")
    stage.action("QueuePause", Queue="emptied", Interface="PJSIP/1001", Paused="yes")
    stage.hear("QueueCallerLeave")
    stage.hear("Hangup", "PJSIP/carrier")
    leave(stage, "emptied", "1001")


def queue_with_rule(stage: Stage) -> None:
    """A member of a higher penalty is called after a while."""
    join(stage, "ruled", "1001", Penalty=2)
    call_in(stage, "907")
    answer(stage)
    end(stage)
    leave(stage, "ruled", "1001")


def agent_drops_caller(stage: Stage) -> None:
    """A member hangs up before the caller is connected, and takes the next call."""
    join(stage, "delayed", "1001")
    call_in(stage, "908")
    stage.phone("1001").answer()
    stage.phone("1001").await_state("up")
    stage.phone("1001").hang_up()
    stage.hear("AgentDump")
    answer(stage)
    end(stage)
    leave(stage, "delayed", "1001")


def queue_with_ringing(stage: Stage) -> None:
    """A queue is tried once where the caller hears a phone ring, then one with ringing all the time."""
    join(stage, "quick", "1001")
    call_in(stage, "909")
    stage.hear("AgentCalled", count=2)
    answer(stage)
    stage.phone("1001").hang_up()
    stage.hear("AgentComplete")
    stage.hear("Hangup", "PJSIP/carrier")
    leave(stage, "quick", "1001")


def queue_of_the_centre(stage: Stage) -> None:
    """Somebody calls the support twice and hears the greeting; each time another agent takes the call."""
    for agent in ("1001", "1002"):
        call_in(stage, "02079460600")
        stage.phone(agent).answer()
        stage.phone(agent).hold()
        stage.phone(agent).hold(on=False)
        stage.phone(agent).hang_up()
        stage.phone("carrier").await_state("over")


def queue_call_consulted(stage: Stage) -> None:
    """1001 answers a call of a queue, asks 1100, and hands the caller over by the phone's own key."""
    join(stage, "quick", "1001")
    call_in(stage, "900")
    agent = stage.phone("1001")
    agent.answer()
    stage.hear("AgentConnect")
    stage.hear("BridgeEnter", count=2)
    agent.hold()
    agent.dial("1100")
    stage.phone("1100").answer()
    agent.await_state("up")
    stage.hear("BridgeEnter", "PJSIP/1100")
    agent.transfer_to_consulted()
    stage.hear("AttendedTransfer")
    stage.hear("Hangup", "PJSIP/1001", count=2)
    stage.phone("carrier").hang_up()
    stage.hear("Hangup", "PJSIP/carrier")
    leave(stage, "quick", "1001")


def queue_call_parked(stage: Stage) -> None:
    """1001 answers a call of a queue and parks it; 1002 takes it back."""
    join(stage, "quick", "1001")
    call_in(stage, "900")
    answer(stage)
    caller = stage.hear("BridgeEnter", "PJSIP/carrier")["Channel"]
    agent = stage.hear("BridgeEnter", "PJSIP/1001")["Channel"]
    stage.action("Park", Channel=caller, TimeoutChannel=agent)
    space = stage.hear("ParkedCall")["ParkingSpace"]
    stage.phone("1002").dial(space)
    stage.hear("UnParkedCall")
    stage.phone("1002").await_state("up")
    stage.phone("carrier").hang_up()
    stage.hear("Hangup", "PJSIP/carrier")
    leave(stage, "quick", "1001")


def queue_caller_hung_up_by_ami(stage: Stage) -> None:
    """A console ends the call of somebody who waits."""
    call_in(stage, "900")
    caller = stage.hear("QueueCallerJoin")["Channel"]
    stage.action("Hangup", Channel=caller, Cause=16)
    stage.hear("Hangup", "PJSIP/carrier")


def queue_member_hung_up_by_ami(stage: Stage) -> None:
    """A console ends the leg of a member that rings; the member rings again and answers."""
    join(stage, "quick", "1001")
    call_in(stage, "900")
    stage.phone("1001").await_state("ringing")
    member = stage.hear("Newchannel", "PJSIP/1001")["Channel"]
    stage.action("Hangup", Channel=member)
    stage.hear("AgentCalled", count=2)
    stage.phone("1001").answer()
    stage.hear("AgentConnect")
    end(stage)
    leave(stage, "quick", "1001")


def queue_member_removed(stage: Stage) -> None:
    """The only member of a queue is removed while it rings, and answers all the same."""
    join(stage, "quick", "1001")
    call_in(stage, "900")
    stage.phone("1001").await_state("ringing")
    leave(stage, "quick", "1001")
    answer(stage)
    end(stage)
