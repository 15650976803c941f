"""The bed itself: what other tests rely on is true of both Asterisk versions."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from tests.asterisk.ami_client import AmiClient, AmiRefused
from tests.asterisk.calls import hang_up_all, live_channels, place_call, waiting_callers
from tests.asterisk.development import main as run_development
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.recording import record_stream
from tests.asterisk.server import (
    BARRED,
    READ_ONLY,
    SINGLE_LOGIN,
    AsteriskFailed,
    AsteriskServer,
    await_condition,
)
from tests.asterisk.sip_phone import PhoneFailed, SipPhone
from tests.patience import PATIENCE

pytestmark = pytest.mark.asterisk

_ROOT = Path(__file__).parents[2]


def test_a_pbx_of_the_asked_version_answers(asterisk: BedPbx, ami: AmiClient) -> None:
    assert f"Asterisk {asterisk.major}." in asterisk.cli("core show version")
    assert ami.action("CoreSettings")[0]["AsteriskVersion"].startswith(f"{asterisk.major}.")


def test_every_port_that_accepts_connections_is_on_loopback(asterisk_server: AsteriskServer) -> None:
    listening = _listening_addresses(asterisk_server.pid)

    assert {port for _, port in listening} == {asterisk_server.ami_port, asterisk_server.ami_tls_port}
    assert {address for address, _ in listening} == {"127.0.0.1"}


def test_a_call_rings_talks_and_ends(asterisk: BedPbx, ami: AmiClient) -> None:
    place_call(asterisk, "42201", caller="2103")

    ami.wait_event("DialState", DialStatus="RINGING")
    ami.wait_event("BridgeEnter", BridgeNumChannels="2")
    await_condition(lambda: len([c for c in live_channels(asterisk) if c.bridge_id]) >= 2, what="a talk")
    await_condition(lambda: not live_channels(asterisk), what="the end of the call")
    ami.drain()
    happened = [event["Event"] for event in ami.events]
    assert happened.count("Newchannel") == happened.count("Hangup") == 4


def test_a_queue_gives_its_caller_to_an_agent(asterisk: BedPbx, ami: AmiClient) -> None:
    members = [
        m["Name"] for m in ami.action("QueueStatus", Queue="support") if m.get("Event") == "QueueMember"
    ]
    assert sorted(members) == ["Alice Ångström", "Bob", "Carol", "Dávid"]

    place_call(asterisk, "300", caller="2102")

    connected = ami.wait_event("AgentConnect", Queue="support")
    assert connected["Interface"] in {"Local/501@agents/n", "Local/502@agents/n"}
    assert ami.wait_event("AgentComplete", Queue="support")["Reason"] == "caller"


def test_a_caller_waits_where_nobody_answers(asterisk: BedPbx) -> None:
    place_call(asterisk, "303", caller="2105")

    await_condition(lambda: waiting_callers(asterisk, "nobody") == 1, what="a waiting caller")
    hang_up_all(asterisk)
    await_condition(lambda: waiting_callers(asterisk, "nobody") == 0, what="an empty queue")


@pytest.mark.parametrize(
    ("extension", "event", "wanted"),
    [
        ("700", "ParkedCall", {"ParkingSpace": "701"}),
        ("800", "ConfbridgeJoin", {"Conference": "800"}),
        ("810", "ConfbridgeJoin", {"Conference": "800", "Admin": "Yes"}),
        ("955", "MusicOnHoldStart", {"Class": "default"}),
        ("951", "NewCallerid", {"CallerIDName": "Zoë Łukasz 王小明"}),
    ],
)
def test_extensions_lead_where_the_dialplan_says(
    asterisk: BedPbx, ami: AmiClient, extension: str, event: str, wanted: dict[str, str]
) -> None:
    place_call(asterisk, extension, caller="2103")

    assert wanted.items() <= ami.wait_event(event).items()


def test_a_mailbox_answers_and_is_listed(asterisk: BedPbx, ami: AmiClient) -> None:
    place_call(asterisk, "900", caller="2103")

    ami.wait_event("Newexten", Application="VoiceMail")
    await_condition(lambda: not live_channels(asterisk), what="the end of the call")
    mailboxes = {m["VoiceMailbox"] for m in ami.action("VoicemailUsersList") if "VoiceMailbox" in m}
    assert mailboxes == {"100", "101", "102", "103"}


def test_phones_register_and_talk_over_sip(asterisk_server: AsteriskServer) -> None:
    with SipPhone(asterisk_server, 102) as called, SipPhone(asterisk_server, 105) as caller:
        called.register()
        called.answer(ring=0.2)
        caller.call("102", talk=1.0)

        await_condition(
            lambda: [c.state for c in live_channels(asterisk_server) if c.bridge_id] == ["Up", "Up"],
            what="a talk of two phones",
        )
        names = {c.name.partition("-")[0] for c in live_channels(asterisk_server)}
        assert names == {"PJSIP/102", "PJSIP/105"}
        caller.finish()
        called.finish()


def test_a_phone_that_is_rung_and_not_answered_sees_the_cancel(asterisk_server: AsteriskServer) -> None:
    with SipPhone(asterisk_server, 101) as phone:
        phone.register()
        phone.ring()
        place_call(asterisk_server, "101", caller="2110")
        await_condition(
            lambda: any(c.state == "Ringing" for c in live_channels(asterisk_server)), what="a ringing phone"
        )

        hang_up_all(asterisk_server)

        phone.finish()


def test_a_phone_that_hears_something_else_than_its_scenario_fails(asterisk_server: AsteriskServer) -> None:
    with SipPhone(asterisk_server, 102) as phone:
        phone.call("no-such-extension")

        with pytest.raises(PhoneFailed):
            phone.finish()


def test_tls_verifies_against_the_beds_authority_and_not_without_it(asterisk_server: AsteriskServer) -> None:
    host, port = asterisk_server.host, asterisk_server.ami_tls_port
    trusting = ssl.create_default_context(cadata=asterisk_server.ca_pem)

    with AmiClient(host, port, asterisk_server.username, asterisk_server.secret, tls=trusting) as ami:
        assert ami.action("Ping")[0]["Ping"] == "Pong"
    with pytest.raises(ssl.SSLCertVerificationError), socket.create_connection((host, port)) as plain:
        ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def test_the_read_only_user_hears_calls_and_may_not_make_them(asterisk: BedPbx) -> None:
    with AmiClient(asterisk.host, asterisk.ami_port, READ_ONLY.username, READ_ONLY.secret) as ami:
        place_call(asterisk, "2101", caller="2101")
        assert ami.wait_event("Newchannel")
        with pytest.raises(AmiRefused, match="Permission denied"):
            ami.action("Hangup", Channel="/.*/")


def test_the_single_user_logs_in_once_and_the_barred_one_never(asterisk: BedPbx) -> None:
    with AmiClient(asterisk.host, asterisk.ami_port, SINGLE_LOGIN.username, SINGLE_LOGIN.secret):
        with pytest.raises(AmiRefused, match="Login Already In Use"):
            AmiClient(asterisk.host, asterisk.ami_port, SINGLE_LOGIN.username, SINGLE_LOGIN.secret)
        with pytest.raises(AmiRefused, match="Authentication failed"):
            AmiClient(asterisk.host, asterisk.ami_port, BARRED.username, BARRED.secret)


def test_a_killed_pbx_comes_back_on_its_ports(private_asterisk: AsteriskServer) -> None:
    before = private_asterisk.ami_port, private_asterisk.ami_tls_port, private_asterisk.sip_port
    pid = private_asterisk.pid

    private_asterisk.kill()
    assert not Path(f"/proc/{pid}").exists()
    assert _is_refused(private_asterisk.ami_port)
    with pytest.raises(AsteriskFailed, match="does not run"):
        private_asterisk.cli("core show version")

    private_asterisk.start()
    assert before == (private_asterisk.ami_port, private_asterisk.ami_tls_port, private_asterisk.sip_port)
    with AmiClient(
        private_asterisk.host, private_asterisk.ami_port, private_asterisk.username, private_asterisk.secret
    ) as ami:
        assert ami.action("Ping")


def test_a_frozen_pbx_accepts_connections_and_is_silent_until_thawed(
    private_asterisk: AsteriskServer,
) -> None:
    address = private_asterisk.host, private_asterisk.ami_port
    private_asterisk.freeze()

    with socket.create_connection(address, timeout=5) as connection:
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(100)
        private_asterisk.thaw()
        connection.settimeout(5)
        assert connection.recv(100).startswith(b"Asterisk Call Manager/")


def test_a_frozen_pbx_can_be_stopped(private_asterisk_22: AsteriskServer) -> None:
    private_asterisk_22.freeze()

    private_asterisk_22.stop()

    assert not private_asterisk_22.is_running


def test_two_of_one_version_live_side_by_side(asterisk_22: AsteriskServer) -> None:
    with AsteriskServer(22) as other:
        place_call(other, "2103")
        await_condition(lambda: live_channels(other), what="a call on the one")
        assert not live_channels(asterisk_22)


def test_a_bed_whose_program_is_killed_takes_its_asterisk_with_it() -> None:
    program = (
        "from tests.asterisk.server import AsteriskServer\n"
        "pbx = AsteriskServer(22); pbx.start(); print(pbx.pid, flush=True); input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        pid = int(owner.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        owner.kill()

    await_condition(lambda: not _is_alive(pid), what="the end of Asterisk")


@pytest.mark.usefixtures("asterisk_22")  # skipped where there is none
def test_a_recording_holds_whole_messages_of_mixed_traffic(tmp_path: Path) -> None:
    path = tmp_path / "recordings" / "stream.ami"

    record_stream(path, 0.3)

    stream = path.read_bytes()
    assert len(stream) >= 300_000
    assert stream.startswith(b"Event: ")
    assert stream.endswith(b"\r\n\r\n")
    for name in (b"Newchannel", b"Hangup", b"QueueCallerJoin", b"BridgeEnter", b"VarSet"):
        assert b"\r\n\r\nEvent: " + name + b"\r\n" in stream


def test_the_development_pbx_has_calls_survives_a_kill_and_leaves_nothing_behind() -> None:
    command = [sys.executable, "-m", "tests.asterisk.development", "22"]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as program:
        told = _read_until(program, "flask pbx add")
        port = int(told.partition("--port ")[2].split()[0])
        with AmiClient("127.0.0.1", port, "amictl", "amictl-secret", events="off") as ami:
            await_condition(lambda: _count_channels(ami) > 15, what="calls")

        os.kill(_asterisk_of(program), signal.SIGKILL)
        _read_until(program, "starting it again")
        await_condition(lambda: not _is_refused(port), what="the same port")
        with AmiClient("127.0.0.1", port, "amictl", "amictl-secret", events="off") as ami:
            await_condition(lambda: _count_channels(ami) > 15, what="calls again")

        children = _children_of(program.pid)
        assert len(children) > 1, "Asterisk and sipps"
        os.kill(_asterisk_of(program), signal.SIGSTOP)
        program.send_signal(signal.SIGINT)
        assert program.wait(PATIENCE) == 0
    assert not [child for child in children if _is_alive(child)]
    assert _is_refused(port)


def test_the_development_pbx_refuses_a_version_it_does_not_have(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_development(["99"]) == 2
    assert "usage" in capsys.readouterr().err


def _read_until(program: subprocess.Popen[str], words: str) -> str:
    assert program.stdout
    told = ""
    while words not in told:
        line = program.stdout.readline()
        assert line, f"It ended without {words!r}: {told}"
        told += line
    return told


def _asterisk_of(program: subprocess.Popen[str]) -> int:
    (pbx,) = (
        child
        for child in _children_of(program.pid)
        if Path(f"/proc/{child}/comm").read_text("ascii").strip() == "asterisk"
    )
    return pbx


def _children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def _count_channels(ami: AmiClient) -> int:
    return int(ami.action("CoreShowChannels")[-1]["ListItems"])


def _is_refused(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    return state != "Z"


def _listening_addresses(pid: int) -> set[tuple[str, int]]:
    """The TCP addresses on which a process listens, from /proc/net/tcp and tcp6 (Linux proc(5))."""
    inodes = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    addresses = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                host, _, port = fields[1].rpartition(":")
                loopback = "127.0.0.1" if host == "0100007F" else host
                addresses.add((loopback, int(port, 16)))
    return addresses
