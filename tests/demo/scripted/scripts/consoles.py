"""What a console orders by AMI: conferences, calls of its own, recordings."""

from __future__ import annotations

from tests.demo.scripted.scripts.people import talk
from tests.demo.scripted.stage import Stage


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
    talk(stage)
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
    talk(stage)
    stage.phone("1100").dial("*81001")
    stage.hear("ChanSpyStart")
    stage.phone("1100").hang_up()
    stage.hear("Hangup", "PJSIP/1100")
    stage.phone("carrier").hang_up()


def hang_up_by_ami(stage: Stage) -> None:
    """A console ends a call, giving a cause."""
    talk(stage)
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
    talk(stage)
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
    talk(stage)
    caller = stage.hear("BridgeEnter", "PJSIP/carrier")["Channel"]
    stage.action("MixMonitor", Channel=caller, File="script.wav")
    stage.action("MixMonitorMute", Channel=caller, Direction="both", State=1)
    stage.action("MixMonitorMute", Channel=caller, Direction="both", State=0)
    stage.action("StopMixMonitor", Channel=caller)
    stage.phone("carrier").hang_up()


def variables(stage: Stage) -> None:
    """A console sets variables, mutes a channel, plays a digit and sends an event of its own."""
    talk(stage)
    caller = stage.hear("BridgeEnter", "PJSIP/carrier")["Channel"]
    stage.action("Setvar", Channel=caller, Variable="ORDER", Value='17; "two"')
    stage.action("Setvar", Variable="SHIFT", Value="late")
    stage.action("Getvar", Channel=caller, Variable="ORDER")
    stage.action("PlayDTMF", Channel=caller, Digit="4", Duration=100)
    stage.action("MuteAudio", Channel=caller, Direction="in", State="on")
    stage.action("UserEvent", UserEvent="Wrapped", Order="17")
    stage.phone("carrier").hang_up()


def conference_recorded(stage: Stage) -> None:
    """Two people meet in a room that is recorded, until a console puts one of them out."""
    stage.phone("1100").dial("802")
    first = stage.hear("ConfbridgeJoin")["Channel"]
    stage.phone("1101").dial("802")
    stage.hear("ConfbridgeJoin", count=2)
    stage.hear("BridgeEnter", count=2)
    stage.action("ConfbridgeStartRecord", Conference="802")
    stage.hear("ConfbridgeRecord")
    stage.action("ConfbridgeMute", Conference="802", Channel="all")
    stage.hear("ConfbridgeMute", count=2)
    stage.action("ConfbridgeStopRecord", Conference="802")
    stage.hear("ConfbridgeStopRecord")
    stage.action("ConfbridgeKick", Conference="802", Channel=first)
    stage.hear("ConfbridgeLeave")
    stage.phone("1101").hang_up()
    stage.hear("ConfbridgeEnd")
