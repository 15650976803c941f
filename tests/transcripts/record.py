"""Record the transcripts anew: ``python -m tests.transcripts.record``.

Each file holds the bytes of one AMI session as Asterisk sent them, banner first, and nothing of what was
asked. Times, IDs and the order of events of different channels differ from recording to recording: tests must
not lean on them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.asterisk.ami_client import AmiClient, AmiRefused
from tests.asterisk.calls import hang_up_all, live_channels, place_call
from tests.asterisk.installation import MAJORS
from tests.asterisk.journeys import JOURNEYS
from tests.asterisk.server import READ_ONLY, WRONG_RIGHTS, AmiUser, AsteriskServer, await_condition
from tests.asterisk.sip_phone import SipPhone

FOLDER = Path(__file__).parent


def record_all(folder: Path) -> None:
    """Record every transcript from each Asterisk into ``folder``."""
    for major in MAJORS:
        with AsteriskServer(major) as pbx:
            for name, play in _TRANSCRIPTS.items():
                _settle(pbx)
                (folder / f"{name}-{major}.ami").write_bytes(play(pbx))


def _settle(pbx: AsteriskServer) -> None:
    hang_up_all(pbx)
    await_condition(lambda: not live_channels(pbx), what="the end of all calls")


def _session(pbx: AsteriskServer, user: AmiUser | None = None, events: str = "on") -> AmiClient:
    username, secret = (user.username, user.secret) if user else (pbx.username, pbx.secret)
    return AmiClient(pbx.host, pbx.ami_port, username, secret, events=events)


def _try(ami: AmiClient, name: str, **headers: object) -> None:
    """Send an action whose refusal is welcome: empty lists are often errors."""
    try:
        ami.action(name, **headers)
    except AmiRefused:
        return


def _login(pbx: AsteriskServer) -> bytes:
    with AmiClient(pbx.host, pbx.ami_port, pbx.username, pbx.secret, challenge=True) as ami:
        for name in ("Ping", "CoreSettings", "CoreStatus", "ListCommands"):
            ami.action(name)
        ami.action("Events", EventMask="nonsense")
        _try(ami, "Logoff")
        return bytes(ami.received)


def _lists(pbx: AsteriskServer) -> bytes:
    place_call(pbx, "300")
    place_call(pbx, "800")
    place_call(pbx, "303")
    await_condition(lambda: len(live_channels(pbx)) >= 12, what="three calls")
    with _session(pbx, events="off") as ami:
        for name in ("CoreShowChannels", "BridgeList", "QueueStatus", "QueueSummary", "ParkedCalls"):
            ami.action(name)
        for name in ("PJSIPShowEndpoints", "ConfbridgeListRooms", "VoicemailUsersList", "SIPpeers"):
            _try(ami, name)
        return bytes(ami.received)


def _empty_lists(pbx: AsteriskServer) -> bytes:
    with _session(pbx, events="off") as ami:
        for name in ("CoreShowChannels", "BridgeList", "ParkedCalls", "ConfbridgeListRooms"):
            _try(ami, name)
        _try(ami, "QueueStatus", Queue="missing")
        _try(ami, "PJSIPShowEndpoint", Endpoint="missing")
        _try(ami, "ConfbridgeList", Conference="missing")
        ami.send("QueueRule")
        ami.action("Ping")
        return bytes(ami.received)


def _call(pbx: AsteriskServer) -> bytes:
    with _session(pbx) as ami:
        ami.action(
            "Originate",
            Channel="Local/2101@default/n",
            Context="default",
            Exten="2101",
            Priority=1,
            CallerID="Zoë Łukasz <+12025550107>",
            Variable=["CUSTOMER=4711", "NOTE=one, two"],
            Async="true",
        )
        ami.wait_event("OriginateResponse")
        await_condition(lambda: not live_channels(pbx), what="the end of the call")
        ami.drain()
        return bytes(ami.received)


def _queue_call(pbx: AsteriskServer) -> bytes:
    member = {"Queue": "support", "Interface": "Local/501@agents/n"}
    with _session(pbx, events="system,call,agent,user") as ami:
        ami.action("QueuePause", **member, Paused="true", Reason="Zażółć")
        place_call(pbx, "300", caller="2105")
        ami.wait_event("QueueCallerJoin")
        ami.action("QueuePause", **member, Paused="false")
        ami.wait_event("AgentConnect")
        ami.wait_event("AgentComplete")
        await_condition(lambda: not live_channels(pbx), what="the end of the call")
        ami.drain()
        return bytes(ami.received)


def _commands(pbx: AsteriskServer) -> bytes:
    with _session(pbx, events="off") as ami:
        for line in (
            "core show version",
            "queue show",
            "core show application Wait",
            "dialplan show 950@default",
        ):
            ami.command(line)
        _try(ami, "Command", Command="no such thing")
        _try(ami, "Command", Command="core show channel missing")
        return bytes(ami.received)


def _errors(pbx: AsteriskServer) -> bytes:
    with _session(pbx, READ_ONLY) as ami:
        _try(ami, "Originate", Channel="Local/200@default", Application="Wait", Data="1")
        _try(ami, "NoSuchAction")
        _try(ami, "Hangup", Channel="missing")
        _try(ami, "QueuePause", Interface="missing", Paused="true")
        ami.send_raw(b"Action: Ping\r\nActionID: long\r\nHeader: " + b"x" * 1100 + b"\r\n\r\n")
        ami.drain()
        return bytes(ami.received)


def _wrong_rights(pbx: AsteriskServer) -> bytes:
    with _session(pbx, WRONG_RIGHTS) as ami:
        for name in ("CoreShowChannels", "QueueStatus", "CoreSettings", "ListCommands"):
            _try(ami, name)
        return bytes(ami.received)


def _bad_login(pbx: AsteriskServer) -> bytes:
    with AmiClient(pbx.host, pbx.ami_port) as ami:
        _try(ami, "Login", Username=pbx.username, Secret="wrong")
        return bytes(ami.received)


def _user_events(pbx: AsteriskServer) -> bytes:
    with _session(pbx, events="user,dialplan") as ami:
        ami.action("UserEvent", UserEvent="Greeting", Text="Grüße 王小明 🙂")
        ami.send_raw(b"Action: UserEvent\r\nUserEvent: Bytes\r\nNote: \xff\xfe latin \xe9\r\n\r\n")
        for extension in ("950", "951", "952", "953", "956", "957", "959"):
            place_call(pbx, extension, caller="2101")
        await_condition(lambda: not live_channels(pbx), what="the end of the calls")
        ami.drain()
        return bytes(ami.received)


def _endpoints(pbx: AsteriskServer) -> bytes:
    lists = ("PJSIPShowEndpoints", "PJSIPShowContacts", "DeviceStateList", "SIPpeers")
    with SipPhone(pbx, 100) as phone, _session(pbx, events="system,call") as ami:
        _ask_all(ami, *lists)
        phone.register()
        ami.wait_event("ContactStatus", ContactStatus="NonQualified")
        ami.drain()
        _ask_all(ami, *lists)
        phone.call("200")
        ami.wait_event("DeviceStateChange", Device="PJSIP/100", State="INUSE")
        ami.drain()
        _ask_all(ami, *lists)
        hang_up_all(pbx)
        ami.wait_event("Hangup")
        phone.finish()
        phone.unregister()
        ami.wait_event("ContactStatus", ContactStatus="Removed")
        ami.drain()
        _ask_all(ami, *lists)
        return bytes(ami.received)


def _parking(pbx: AsteriskServer) -> bytes:
    place_call(pbx, "700")
    await_condition(lambda: "701" in pbx.cli("parking show default"), what="the first parked call")
    with _session(pbx, events="call") as ami:
        _ask_all(ami, "ParkedCalls")
        place_call(pbx, "700")
        ami.wait_event("ParkedCall", ParkingSpace="702")
        place_call(pbx, "200")
        ami.wait_event("Newstate", ChannelStateDesc="Up")
        ami.drain()
        _ask_all(ami, "ParkedCalls")
        talking = next(c for c in live_channels(pbx) if c.application == "Wait" and c.name.endswith(";1"))
        ami.action("Park", Channel=talking.name, Parkinglot="lobby", Timeout=1000)
        ami.wait_event("ParkedCallTimeOut")
        place_call(pbx, "701")
        ami.wait_event("UnParkedCall")
        ami.drain()
        _ask_all(ami, "ParkedCalls")
        hang_up_all(pbx)
        ami.wait_event("ParkedCallGiveUp")
        await_condition(lambda: not live_channels(pbx), what="the end of all calls")
        ami.drain()
        _ask_all(ami, "ParkedCalls")
        return bytes(ami.received)


def _conferences(pbx: AsteriskServer) -> bytes:
    def ask() -> None:
        _ask_all(ami, "ConfbridgeListRooms")
        _try(ami, "ConfbridgeList", Conference="800")

    place_call(pbx, "800")
    await_condition(lambda: "800" in pbx.cli("confbridge list"), what="the conference")
    with _session(pbx, events="call") as ami:
        ask()
        place_call(pbx, "810")
        ami.wait_event("ConfbridgeJoin", Admin="Yes")
        ami.action("ConfbridgeMute", Conference="800", Channel="participants")
        ami.wait_event("ConfbridgeMute")
        ami.action("ConfbridgeStartRecord", Conference="800")
        ami.wait_event("ConfbridgeRecord")
        ami.drain()
        ask()
        ami.action("Getvar", Variable="CHANNELS(^CBRec/)")
        ami.action("ConfbridgeUnmute", Conference="800", Channel="all")
        ami.action("ConfbridgeStopRecord", Conference="800")
        ami.wait_event("ConfbridgeStopRecord")
        ami.action("ConfbridgeLock", Conference="800")
        ami.drain()
        ask()
        hang_up_all(pbx)
        ami.wait_event("ConfbridgeEnd")
        await_condition(lambda: not live_channels(pbx), what="the end of all calls")
        ami.drain()
        ask()
        return bytes(ami.received)


def _ask_all(ami: AmiClient, *names: str) -> None:
    for name in names:
        _try(ami, name)


def _shutdown(pbx: AsteriskServer) -> bytes:
    with _session(pbx) as ami:
        pbx.stop()
        try:
            while True:
                ami.next_message()
        except EOFError:
            return bytes(ami.received)


def _journey(name: str) -> Callable[[AsteriskServer], bytes]:
    """Return what records one kind of call, from its first event to its last."""

    def record(pbx: AsteriskServer) -> bytes:
        with _session(pbx, events="call,agent") as ami:
            JOURNEYS[name](pbx, ami)
            ami.drain()
            return bytes(ami.received)

    return record


_RECORDED_JOURNEYS = (
    *("hold", "ring-no-answer", "abandon", "blind-transfer", "attended-transfer", "park", "conference"),
    *("busy", "originate", "join"),
)
_TRANSCRIPTS: Mapping[str, Callable[[AsteriskServer], bytes]] = {
    "login": _login,
    "bad-login": _bad_login,
    "empty-lists": _empty_lists,
    "lists": _lists,
    "call": _call,
    "queue-call": _queue_call,
    "commands": _commands,
    "errors": _errors,
    "wrong-rights": _wrong_rights,
    "user-events": _user_events,
    "endpoints": _endpoints,
    "parking": _parking,
    "conferences": _conferences,
    **{f"journey-{name}": _journey(name) for name in _RECORDED_JOURNEYS},
    "shutdown": _shutdown,
}


def main() -> int:
    """Record into this folder and say how much there is."""
    record_all(FOLDER)
    for path in sorted(FOLDER.glob("*.ami")):
        sys.stdout.write(f"{path.stat().st_size:8} {path.name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
