"""Actions of calls, channels and recordings: refused in Asterisk's words, or carried out in the demo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from amictl.demo.channels import Channel, Party, State
from amictl.demo.phones import Phone
from amictl.demo.server import DemoServer
from tests.asterisk.ami_client import AmiClient, AmiRefused, Message
from tests.asterisk.server import AMICTL, await_condition
from tests.demo.conftest import AmiServer
from tests.demo.demo_servers import make_demo

NO_CHANNEL = {"Channel": "PJSIP/nobody-1"}
PLACE = {"Context": "x", "Exten": "1", "Priority": "1"}
REFUSED: list[tuple[str, dict[str, str]]] = [
    *((name, {}) for name in (
        "Hangup", "PJSIPHangup", "Redirect", "BlindTransfer", "Atxfer", "CancelAtxfer", "Bridge", "PlayDTMF",
        "PlayMF", "SendFlash", "MuteAudio", "AbsoluteTimeout", "SendText", "ControlPlayback", "Originate",
        "CoreShowChannelMap", "Getvar", "Setvar", "LocalOptimizeAway", "AGI", "BridgeInfo", "BridgeDestroy",
        "BridgeKick", "BridgeTechnologySuspend", "BridgeTechnologyUnsuspend", "MixMonitor", "StopMixMonitor",
        "MixMonitorMute",
    )),
    ("Hangup", NO_CHANNEL),
    ("Hangup", {"Channel": "/(/"}),
    ("PJSIPHangup", NO_CHANNEL | {"Cause": "486"}),
    ("Redirect", NO_CHANNEL),
    ("Redirect", NO_CHANNEL | {"Context": "x"}),
    ("Redirect", NO_CHANNEL | {"Context": "x", "Exten": "1"}),
    ("Redirect", NO_CHANNEL | {"Context": "x", "Exten": "1", "Priority": "here"}),
    ("Redirect", NO_CHANNEL | PLACE),
    ("Redirect", NO_CHANNEL | PLACE | {"ExtraChannel": "y", "ExtraContext": "z"}),
    ("BlindTransfer", NO_CHANNEL),
    ("BlindTransfer", NO_CHANNEL | {"Exten": "1"}),
    ("Atxfer", NO_CHANNEL | {"Exten": "1"}),
    ("CancelAtxfer", NO_CHANNEL),
    ("Bridge", {"Channel1": "a", "Channel2": "b"}),
    ("PlayDTMF", NO_CHANNEL | {"Digit": "1"}),
    ("PlayMF", NO_CHANNEL | {"Digit": "1"}),
    ("SendFlash", NO_CHANNEL),
    ("MuteAudio", NO_CHANNEL),
    ("MuteAudio", NO_CHANNEL | {"State": "on"}),
    ("MuteAudio", NO_CHANNEL | {"State": "on", "Direction": "in"}),
    ("AbsoluteTimeout", NO_CHANNEL),
    ("AbsoluteTimeout", NO_CHANNEL | {"Timeout": "5"}),
    ("SendText", NO_CHANNEL),
    ("SendText", NO_CHANNEL | {"Message": "x"}),
    ("ControlPlayback", NO_CHANNEL),
    ("ControlPlayback", NO_CHANNEL | {"Control": "stop"}),
    ("CoreShowChannelMap", NO_CHANNEL),
    ("Status", NO_CHANNEL),
    ("Getvar", NO_CHANNEL | {"Variable": "X"}),
    ("Setvar", NO_CHANNEL | {"Variable": "X", "Value": "1"}),
    ("Setvar", {"Variable": "NOSUCHFUNCTION(x)", "Value": "1"}),
    ("LocalOptimizeAway", NO_CHANNEL),
    ("AGI", NO_CHANNEL | {"Command": "x"}),
    ("BridgeInfo", {"BridgeUniqueid": "x"}),
    ("BridgeDestroy", {"BridgeUniqueid": "x"}),
    ("BridgeKick", NO_CHANNEL),
    ("BridgeTechnologySuspend", {"BridgeTechnology": "x"}),
    ("MixMonitor", NO_CHANNEL | {"File": "x"}),
    ("StopMixMonitor", NO_CHANNEL),
    ("MixMonitorMute", {"Direction": "sideways"}),
    ("MixMonitorMute", {"Direction": "read"}),
    ("MixMonitorMute", NO_CHANNEL | {"Direction": "read"}),
    ("MixMonitorMute", NO_CHANNEL | {"Direction": "read", "State": "1"}),
    ("Originate", {"Channel": "PJSIP/nobody"}),
    ("Originate", {"Channel": "nobody"}),
    ("Originate", {"Channel": "PJSIP/nobody", "Exten": "1", "Context": "nowhere", "Priority": "1"}),
    ("Originate", {"Channel": "PJSIP/nobody", "Exten": "1", "Context": "nowhere", "Priority": "x"}),
    ("Originate", {"Channel": "PJSIP/nobody", "Application": "Wait", "Timeout": "x"}),
    ("Originate", {"Channel": "PJSIP/nobody", "Application": "Wait", "ChannelId": "x" * 150}),
    ("Originate", {"Channel": "PJSIP/nobody", "Application": "Wait", "Data": "1"}),
]  # fmt: skip
EMPTY_LISTS: list[tuple[str, dict[str, str]]] = [
    ("Hangup", {"Channel": "/^nobody/"}),
    ("CoreShowChannels", {}),
    ("Status", {}),
    ("BridgeList", {}),
    ("BridgeTechnologyList", {}),
]


def ask(client: AmiClient, name: str, headers: dict[str, str]) -> bytes:
    """Return the bytes of the answer."""
    before = len(client.received)
    lines = [f"Action: {name}", "ActionID: asked", *(f"{key}: {value}" for key, value in headers.items())]
    client.send_raw(("\r\n".join(lines) + "\r\n\r\nAction: Ping\r\nActionID: mark\r\n\r\n").encode())
    while client.next_message().get("ActionID") != "mark":
        pass
    return bytes(client.received[before:]).partition(b"Response: Success\r\nActionID: mark")[0]


@pytest.mark.asterisk
def test_each_refusal_and_each_empty_list_is_the_bytes_of_a_real_asterisk(
    demo: DemoServer, private_asterisk_22: AmiServer
) -> None:
    answers: list[dict[str, bytes]] = []
    for server in (demo, private_asterisk_22):
        with AmiClient(server.host, server.ami_port, AMICTL.username, AMICTL.secret, events="off") as client:
            asked = REFUSED + EMPTY_LISTS
            answers.append({f"{name} {headers}": ask(client, name, headers) for name, headers in asked})
    assert answers[0] == answers[1]


class Call:
    """Anna (1001) talks to Tom from outside; a console is there."""

    def __init__(self, server: DemoServer, console: AmiClient) -> None:
        self.server, self.world, self.console = server, server.world, console
        self.james = self.phone("1002")
        with self.world.lock:
            for number in ("1001", "1002"):
                self.phone(number).plug_in()
            tom = self.world.phones.carrier.dial("02079460101", Party("02079460123", "Tom Archer"))
        assert tom is not None
        self.tom = tom
        self.anna = self.answer("1001")
        self.await_event("BridgeEnter", Uniqueid=tom.unique_id)

    def phone(self, number: str) -> Phone:
        phone = self.world.phones.get(number)
        assert phone is not None
        return phone

    def answer(self, number: str) -> Channel:
        phone = self.phone(number)
        await_condition(lambda: phone.channels and phone.channels[-1].leg, what=f"the ringing of {number}")
        with self.world.lock:
            channel = phone.channels[-1]
            phone.answer(channel)
        self.await_event("Newstate", Uniqueid=channel.unique_id, ChannelState="6")
        return channel

    def await_event(self, name: str, **headers: str) -> Message:
        return self.console.wait_event(name, **headers)

    def order(self, name: str, **headers: object) -> list[Message]:
        return self.console.action(name, **headers)


@pytest.fixture
def call() -> Iterator[Call]:
    with make_demo() as server:
        server.start()
        with AmiClient(server.host, server.ami_port, AMICTL.username, AMICTL.secret) as console:
            yield Call(server, console)


def test_a_hung_up_call_ends_with_the_cause_that_was_asked_for(call: Call) -> None:
    assert call.order("Hangup", Channel=call.tom.name, Cause=21)[0]["Message"] == "Channel Hungup"
    assert call.await_event("Hangup", Channel=call.tom.name)["Cause"] == "21"
    call.await_event("Hangup", Channel=call.anna.name)
    assert call.order("CoreShowChannels")[-1]["ListItems"] == "0"


def test_all_channels_whose_names_match_are_hung_up_and_listed(call: Call) -> None:
    _, *items, complete = call.order("Hangup", Channel="/^PJSIP.carrier/")
    assert [item["Channel"] for item in items] == [call.tom.name]
    assert complete["ListItems"] == "1"
    call.await_event("Hangup", Channel=call.tom.name)


def test_both_parties_of_a_call_go_to_places_of_their_own(call: Call) -> None:
    call.order(
        "Redirect", Channel=call.tom.name, Context="queues", Exten="600", Priority=1,
        ExtraChannel=call.anna.name, ExtraContext="phones", ExtraExten="1002", ExtraPriority=1,
    )  # fmt: skip
    call.await_event("QueueCallerJoin", Channel=call.tom.name)
    call.answer("1002")
    call.await_event("BridgeEnter", Channel=call.anna.name, Exten="1002")


def test_a_caller_is_transferred_without_a_word(call: Call) -> None:
    call.order("BlindTransfer", Channel=call.anna.name, Context="from-phones", Exten="1002")
    call.answer("1002")
    assert call.await_event("BlindTransfer")["TransfereeChannel"] == call.tom.name
    call.await_event("Hangup", Channel=call.anna.name)
    call.await_event("BridgeEnter", Channel=call.tom.name, Exten="1002")


def test_a_consultation_is_given_up_and_the_first_call_goes_on(call: Call) -> None:
    call.order("Atxfer", Channel=call.anna.name, Context="from-phones", Exten="1002")
    james = call.answer("1002")
    call.order("CancelAtxfer", Channel=call.anna.name)
    call.await_event("Hangup", Channel=james.name)
    await_condition(lambda: call.anna.bridge is not None and call.anna.bridge is call.tom.bridge)
    assert not call.tom.music


def test_two_channels_of_two_calls_are_connected_and_the_others_end(call: Call) -> None:
    with call.world.lock:
        jane = call.world.phones.carrier.dial("02079460102", Party("02079460124", "Jane Roe"))
    assert jane is not None
    james = call.answer("1002")
    call.await_event("BridgeEnter", Channel=jane.name)
    call.order("Bridge", Channel1=call.tom.name, Channel2=jane.name)
    for left in (call.anna, james):
        call.await_event("Hangup", Channel=left.name)
    assert call.tom.bridge is not None
    assert set(call.tom.bridge.channels) == {call.tom, jane}
    await_condition(lambda: call.tom.connected == jane.caller)


def test_a_call_that_is_ordered_connects_a_phone_with_an_extension(call: Call) -> None:
    call.order(
        "Originate", Channel="PJSIP/1002", Context="from-phones", Exten="02079460999", Priority=1,
        CallerID="Console <1000>", Variable="ORDER=17", Async="true",
    )  # fmt: skip
    james = call.answer("1002")
    told = call.await_event("OriginateResponse")
    assert (told["Response"], told["Reason"], told["Exten"]) == ("Success", "4", "02079460999")
    assert told["Uniqueid"] == james.unique_id
    assert call.order("Getvar", Channel=james.name, Variable="ORDER")[0]["Value"] == "17"
    call.await_event("DialBegin", Channel=james.name, DialString="02079460999@carrier")


def test_a_call_that_is_waited_for_is_answered_when_the_phone_is(call: Call) -> None:
    call.console.send("Originate", Channel="PJSIP/1002", Application="Echo", Timeout=30_000)
    james = call.phone("1002")
    await_condition(lambda: james.channels and james.channels[-1].state == State.RINGING, what="the ringing")
    answered = b"Message: Originate successfully queued"
    assert answered not in call.console.received
    call.answer("1002")
    call.order("Ping")
    assert answered in call.console.received


def test_a_call_to_a_phone_that_is_not_there_fails(call: Call) -> None:
    with pytest.raises(AmiRefused, match="Originate failed"):
        call.order("Originate", Channel="PJSIP/1003", Application="Echo")


def test_a_phone_that_nobody_answers_is_given_up_after_the_timeout(call: Call) -> None:
    call.order("Originate", Channel="PJSIP/1002", Application="Echo", Timeout=300, Async="true")
    told = call.await_event("OriginateResponse")
    assert (told["Response"], told["Reason"]) == ("Failure", "3")
    assert call.await_event("Hangup", CallerIDNum="1002")["Cause-txt"] == "User alerting, no answer"


def test_both_halves_of_a_local_channel_have_the_ids_that_were_asked_for(call: Call) -> None:
    call.order(
        "Originate", Channel="Local/*97@codes/n", Application="Wait", Data="5", Async="true",
        ChannelId="mine-1", OtherChannelId="mine-2",
    )  # fmt: skip
    told = call.await_event("OriginateResponse")
    assert (told["Response"], told["Uniqueid"]) == ("Success", "mine-1")
    bridged = call.await_event("LocalBridge")
    assert (bridged["LocalTwoUniqueid"], bridged["LocalOptimization"]) == ("mine-2", "No")


@pytest.mark.parametrize(("options", "stays"), [("", False), ("/n", True)])
def test_a_local_channel_leaves_a_call_whose_ends_can_be_joined_unless_it_shall_not(
    call: Call, options: str, stays: bool
) -> None:
    call.order(
        "Originate", Channel=f"Local/1002@from-phones{options}", Context="from-phones", Exten="02079460999",
        Priority=1, Async="true",
    )  # fmt: skip
    james = call.answer("1002")
    outside = call.phone("carrier")
    await_condition(lambda: outside.channels[-1].leg, what="the ringing outside")
    with call.world.lock:
        far = outside.channels[-1]
        outside.answer(far)
    if not stays:
        assert call.await_event("LocalOptimizationBegin")["SourceChannel"] == james.name
        call.await_event("LocalOptimizationEnd")
        await_condition(
            lambda: far.bridge is not None and far.bridge is james.bridge, what="their own bridge"
        )
    call.await_event("BridgeEnter", Channel=far.name)
    await_condition(
        lambda: any(each.technology == "Local" for each in call.world.channels.all()) is stays,
        what="what becomes of the Local channel",
    )
    call.order("Hangup", Channel=james.name)
    call.await_event("Hangup", Channel=far.name)


def test_a_channel_ends_when_its_time_is_over(call: Call) -> None:
    call.order("AbsoluteTimeout", Channel=call.tom.name, Timeout="0.3")
    call.await_event("Hangup", Channel=call.tom.name)


def test_variables_and_functions_are_set_and_read(call: Call) -> None:
    name = call.tom.name
    call.order("Setvar", Channel=name, Variable="CALLERID(name)", Value="Thomas")
    assert call.await_event("NewCallerid", Channel=name)["CallerIDName"] == "Thomas"
    call.order("Setvar", Channel=name, Variable="NOTE", Value="it's 5 o'clock")
    assert call.await_event("VarSet", Channel=name, Variable="NOTE")["Value"] == r"it\'s 5 o\'clock"
    (status,) = call.order("Status", Channel=name, Variables="NOTE,CHANNEL(language)")[1:-1]
    assert status["Variable"] == "NOTE=it's 5 o'clock\nCHANNEL(language)=en"
    call.order("Setvar", Variable="SHIFT", Value="late")
    assert call.order("Getvar", Variable="SHIFT")[0]["Value"] == "late"


def test_a_bridge_is_listed_shown_and_dissolved(call: Call) -> None:
    (listed,) = call.order("BridgeList")[1:-1]
    unique_id = listed["BridgeUniqueid"]
    *shown, complete = call.order("BridgeInfo", BridgeUniqueid=unique_id)[1:]
    assert {each["Channel"] for each in shown} == {call.tom.name, call.anna.name}
    assert complete["BridgeNumChannels"] == "2"
    call.order("BridgeDestroy", BridgeUniqueid=unique_id)
    call.await_event("BridgeDestroy", BridgeUniqueid=unique_id)
    call.await_event("Hangup", Channel=call.tom.name)


def test_a_channel_that_is_put_out_of_its_bridge_leaves_the_other_alone(call: Call) -> None:
    call.order("BridgeKick", Channel=call.anna.name)
    for channel in (call.anna, call.tom):
        call.await_event("Hangup", Channel=channel.name)


def test_a_call_is_recorded_muted_and_no_longer_recorded(call: Call) -> None:
    name = call.tom.name
    started = call.order("MixMonitor", Channel=name, File="tom.wav", Options="i(RECORDING)")[0]
    call.await_event("MixMonitorStart", Channel=name)
    assert call.await_event("VarSet", Channel=name, Variable="MIXMONITOR_FILENAME")["Value"].endswith(
        "tom.wav"
    )
    call.order(
        "MixMonitorMute", Channel=name, Direction="read", State="1", MixMonitorID=started["MixMonitorID"]
    )
    assert call.await_event("MixMonitorMute", Channel=name)["State"] == "1"
    call.order("StopMixMonitor", Channel=name, MixMonitorID=started["MixMonitorID"])
    call.await_event("MixMonitorStop", Channel=name)
    with pytest.raises(AmiRefused, match="Could not stop monitoring channel"):
        call.order("StopMixMonitor", Channel=name)


def test_a_digit_that_a_phone_is_said_to_have_sent_reaches_the_other_one(call: Call) -> None:
    call.order("PlayDTMF", Channel=call.tom.name, Digit="5", Receive="1", Duration=200)
    call.await_event("DTMFEnd", Channel=call.tom.name, Direction="Received", DurationMs="200")
    call.await_event("DTMFEnd", Channel=call.anna.name, Direction="Sent", Digit="5")


def test_who_listens_to_a_phone_is_told_from_beginning_to_end(call: Call) -> None:
    with call.world.lock:
        call.phone("1100").plug_in()
        spy = call.phone("1100").dial("*81001")
    assert spy is not None
    assert call.await_event("ChanSpyStart")["SpyeeChannel"] == call.anna.name
    call.order("Hangup", Channel=spy.name)
    assert call.await_event("ChanSpyStop")["SpyerChannel"] == spy.name


def test_a_map_shows_who_is_connected_through_local_channels(call: Call) -> None:
    assert call.order("CoreShowChannelMap", Channel=call.tom.name)[1]["ConnectedChannel"] == call.anna.name
