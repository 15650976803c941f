"""Real calls of each kind that a journey tells of, from their first ringing to their end.

Phones are real SIP legs where a kind needs them, of endpoints without a mailbox: sipp takes the notice of one
for a call. All calls are over when a function returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from tests.asterisk.ami_client import AmiClient, AmiRefused
from tests.asterisk.calls import LiveChannel, hang_up_all, live_channels, place_call
from tests.asterisk.server import AsteriskServer, await_condition
from tests.asterisk.sip_phone import SipPhone

QUEUE, SILENT_MEMBER = "nobody", "Local/505@agents/n"  # conf/queues.conf: 505 rings for five seconds, in vain

Journey = Callable[[AsteriskServer, AmiClient], None]


@contextmanager
def answering(pbx: AsteriskServer, *numbers: int, calls: int = 1) -> Iterator[None]:
    """Registered phones that answer so many calls each, and are through with them at the end."""
    with ExitStack() as stack:
        given = [stack.enter_context(SipPhone(pbx, number)) for number in numbers]
        for phone in given:
            phone.register()
            phone.answer(calls=calls)
        yield
        # A phone that goes too early leaves the PBX repeating its BYE to whoever has the port next.
        for phone in given:
            phone.finish()


@contextmanager
def calling(pbx: AsteriskServer, number: int) -> Iterator[SipPhone]:
    """A phone that calls in, and is through with its call at the end."""
    with SipPhone(pbx, number) as phone:
        yield phone
        phone.finish()


def find(pbx: AsteriskServer, matches: Callable[[LiveChannel], object]) -> LiveChannel:
    """The first channel that matches, as soon as there is one."""
    found: list[LiveChannel] = []

    def look() -> bool:
        found[:] = [channel for channel in live_channels(pbx) if matches(channel)]
        return bool(found)

    await_condition(look, what="the channel")
    return found[0]


def in_bridge(pbx: AsteriskServer, name: str) -> LiveChannel:
    """The channel whose name begins so, as soon as it is in a bridge."""
    return find(pbx, lambda channel: channel.name.startswith(name) and channel.bridge_id)


def end(pbx: AsteriskServer) -> None:
    """Hang everything up."""
    hang_up_all(pbx)
    await_condition(lambda: not live_channels(pbx), what="the end of all channels")


def hold(pbx: AsteriskServer, ami: AmiClient) -> None:
    """104 calls 102, holds, takes the call back, and hangs up."""
    with answering(pbx, 102), calling(pbx, 104) as caller:
        caller.call("102", talk=0.5, hold=0.5)
        ami.wait_event("Unhold")
        await_condition(lambda: not live_channels(pbx), what="the end of the call")


def ring_no_answer(pbx: AsteriskServer, ami: AmiClient) -> None:
    """104 waits in a queue whose first member does not answer; the second one, Alice, does."""
    alice = {"Queue": QUEUE, "Interface": "PJSIP/102"}
    silent = {"Queue": QUEUE, "Interface": SILENT_MEMBER}
    with answering(pbx, 102), calling(pbx, 104) as caller:
        caller.call("303")
        ami.wait_event("AgentRingNoAnswer")
        ami.action("QueuePause", **silent, Paused="true")
        ami.action("QueueAdd", **alice, MemberName="Alice")
        try:
            ami.wait_event("AgentConnect")
            in_bridge(pbx, "PJSIP/104")
            end(pbx)
        finally:
            ami.action("QueueRemove", **alice)
            ami.action("QueuePause", **silent, Paused="false")


def abandon(pbx: AsteriskServer, ami: AmiClient) -> None:
    """104 waits in a queue while a member rings, and gives up."""
    with calling(pbx, 104) as caller:
        caller.call("303", talk=2)
        ami.wait_event("AgentCalled")
        ami.wait_event("QueueCallerAbandon")
        end(pbx)


def blind_transfer(pbx: AsteriskServer, ami: AmiClient) -> None:
    """104 talks to 102, who sends the call to 103."""
    with answering(pbx, 102, 103), calling(pbx, 104) as caller:
        caller.call("102")
        transferer = in_bridge(pbx, "PJSIP/102")
        in_bridge(pbx, "PJSIP/104")
        ami.action("BlindTransfer", Channel=transferer.name, Context="default", Exten="103")
        in_bridge(pbx, "PJSIP/103")
        end(pbx)


def attended_transfer(pbx: AsteriskServer, ami: AmiClient) -> None:
    """104 talks to 102, who asks 103 by AMI's Atxfer and hangs up."""
    with answering(pbx, 102, 103), calling(pbx, 104) as caller:
        caller.call("102")
        transferer = in_bridge(pbx, "PJSIP/102")
        in_bridge(pbx, "PJSIP/104")
        ami.action("Atxfer", Channel=transferer.name, Context="default", Exten="103")
        _complete_transfer(pbx, ami, transferer)


def attended_transfer_by_code(pbx: AsteriskServer, ami: AmiClient) -> None:
    """The same, by the feature code that 102 dials (conf/features.conf)."""
    with answering(pbx, 102, 103), calling(pbx, 104) as caller:
        caller.call("102")
        transferer = in_bridge(pbx, "PJSIP/102")
        in_bridge(pbx, "PJSIP/104")
        for digits in ("*2", "103"):
            for digit in digits:
                ami.action("PlayDTMF", Channel=transferer.name, Digit=digit, Receive="true")
                ami.wait_event("DTMFEnd", Uniqueid=transferer.unique_id, Digit=digit)
        _complete_transfer(pbx, ami, transferer)


def _complete_transfer(pbx: AsteriskServer, ami: AmiClient, transferer: LiveChannel) -> None:
    asked = in_bridge(pbx, "PJSIP/103")
    find(pbx, lambda each: each.bridge_id == asked.bridge_id and each.unique_id != asked.unique_id)
    ami.wait_event("DialEnd", DestChannel=asked.name)
    ami.action("Hangup", Channel=transferer.name)
    ami.wait_event("AttendedTransfer")
    end(pbx)


def park(pbx: AsteriskServer, ami: AmiClient) -> None:
    """102 parks 104, whom 103 takes back."""
    with answering(pbx, 102), calling(pbx, 103) as retriever, calling(pbx, 104) as caller:
        caller.call("102")
        parker, parkee = in_bridge(pbx, "PJSIP/102"), in_bridge(pbx, "PJSIP/104")
        ami.action("Park", Channel=parkee.name, TimeoutChannel=parker.name)
        space = ami.wait_event("ParkedCall")["ParkingSpace"]
        retriever.call(space)
        ami.wait_event("UnParkedCall")
        in_bridge(pbx, "PJSIP/103")
        end(pbx)


def park_timeout(pbx: AsteriskServer, ami: AmiClient) -> None:
    """102 parks 104, whom nobody takes back: the call comes back to 102."""
    with answering(pbx, 102, calls=2), calling(pbx, 104) as caller:
        caller.call("102")
        parker, parkee = in_bridge(pbx, "PJSIP/102"), in_bridge(pbx, "PJSIP/104")
        ami.action("Park", Channel=parkee.name, TimeoutChannel=parker.name, Timeout=1000)
        ami.wait_event("ParkedCallTimeOut")
        find(
            pbx,
            lambda each: (
                each.name.startswith("PJSIP/102") and each.bridge_id and each.unique_id != parker.unique_id
            ),
        )
        end(pbx)


def conference(pbx: AsteriskServer, ami: AmiClient) -> None:
    """104 and then 103 join a conference, 104 leaves."""
    with calling(pbx, 103) as other, calling(pbx, 104) as caller:
        caller.call("800", talk=2)
        ami.wait_event("ConfbridgeJoin")
        other.call("800")
        find(pbx, lambda each: each.name.startswith("PJSIP/103") and each.bridge_id)
        ami.wait_event("ConfbridgeLeave")
        end(pbx)


def busy(pbx: AsteriskServer, ami: AmiClient) -> None:
    """104 calls somebody who is busy; the phone's scenario ends with the refusal."""
    with SipPhone(pbx, 104) as caller:
        caller.call("4202")
        ami.wait_event("DialEnd", DialStatus="BUSY")
        end(pbx)


def no_answer(pbx: AsteriskServer, ami: AmiClient) -> None:
    """104 calls somebody who does not answer."""
    with SipPhone(pbx, 104) as caller:
        caller.call("42301")
        ami.wait_event("DialEnd", DialStatus="NOANSWER")
        end(pbx)


def originate(pbx: AsteriskServer, ami: AmiClient) -> None:
    """The PBX calls 102 and then connects 103."""
    with answering(pbx, 102, 103):
        call = {"Channel": "PJSIP/102", "Context": "default", "Exten": "103", "Priority": 1}
        ami.action("Originate", **call, Async="true")
        in_bridge(pbx, "PJSIP/103")
        in_bridge(pbx, "PJSIP/102")
        end(pbx)


def optimized(pbx: AsteriskServer, ami: AmiClient) -> None:
    """A caller gets 102 through a Local channel that steps out of the way as soon as media flow."""
    with answering(pbx, 102):
        dial = {"Application": "Dial", "Data": "Local/102@default"}
        ami.action("Originate", Channel="Local/955@default/n", **dial, Async="true")
        ami.wait_event("LocalOptimizationEnd")
        await_condition(lambda: len(live_channels(pbx)) == 3, what="the end of the Local channel")
        end(pbx)


def join(pbx: AsteriskServer, ami: AmiClient) -> None:
    """The callers of two calls are bridged to each other."""
    callers: list[LiveChannel] = []
    for _ in range(2):
        place_call(pbx, "4200")
        known = {channel.unique_id for channel in callers}
        callers.append(
            find(pbx, lambda c: c.application == "Dial" and c.bridge_id and c.unique_id not in known)  # noqa: B023
        )
    ami.action("Bridge", Channel1=callers[0].name, Channel2=callers[1].name)
    bridged = {channel.unique_id for channel in callers}
    await_condition(
        lambda: {each.unique_id for each in live_channels(pbx) if each.bridge_id} == bridged,
        what="one bridge of both callers",
    )
    end(pbx)


def hang_up_together(pbx: AsteriskServer, ami: AmiClient) -> None:
    """Two calls of two phones each end at the same moment."""
    with answering(pbx, 102, 103), calling(pbx, 105) as first, calling(pbx, 104) as second:
        first.call("102")
        second.call("103")
        for number in (102, 103, 105, 104):
            in_bridge(pbx, f"PJSIP/{number}")
        try:
            ami.action("Hangup", Channel="/.*/")
        except AmiRefused:  # somebody was faster
            hang_up_all(pbx)
        end(pbx)


JOURNEYS: Mapping[str, Journey] = {
    "hold": hold,
    "ring-no-answer": ring_no_answer,
    "abandon": abandon,
    "blind-transfer": blind_transfer,
    "attended-transfer": attended_transfer,
    "attended-transfer-by-code": attended_transfer_by_code,
    "park": park,
    "park-timeout": park_timeout,
    "conference": conference,
    "busy": busy,
    "no-answer": no_answer,
    "originate": originate,
    "optimized": optimized,
    "join": join,
    "hang-up-together": hang_up_together,
}

_ANSWERED = ("started", "dialed", "answered")

STEPS: Mapping[str, tuple[str, ...]] = {
    "hold": (*_ANSWERED, "held", "resumed"),
    "ring-no-answer": (
        *("started", "queue_entered", "member_rang", "ring_no_answer", "member_rang"),
        *("queue_left", "answered"),
    ),
    "abandon": ("started", "queue_entered", "member_rang", "abandoned", "queue_left"),
    "blind-transfer": (*_ANSWERED, "transferred", "dialed", "answered"),
    "attended-transfer": (*_ANSWERED, "held", "dialed", "answered", "transferred"),
    "attended-transfer-by-code": (*_ANSWERED, "held", "dialed", "answered", "transferred"),
    "park": (*_ANSWERED, "parked", "started", "unparked"),
    "park-timeout": (*_ANSWERED, "parked", "unparked", "dialed", "answered"),
    "conference": ("started", "conference_joined", "conference_left"),
    "busy": ("started", "dialed", "busy"),
    "no-answer": ("started", "dialed", "no_answer"),
    "originate": (*_ANSWERED, "dialed", "answered"),
    "optimized": (*_ANSWERED, "dialed", "answered"),
    "join": (*_ANSWERED, "dialed", "answered", *_ANSWERED, "dialed", "answered"),
    "hang-up-together": _ANSWERED,
}
"""The steps of the call that began first, but for the ends of legs and the merging of calls."""
