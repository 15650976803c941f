"""Looking at a link without keeping it: what is told of servers that a test writes."""

from __future__ import annotations

import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest

from amictl.config import LinkSettings
from amictl.manager import Check, Finding, Verdict, inspect_link
from amictl.manager.judging import PbxFacts, judge_clock, judge_modules, judge_tls, judge_version
from amictl.manager.stanza import write_stanza
from amictl.manager.tls import TlsInfo
from tests.asterisk.certificates import make_server_certificate
from tests.faults.links import settings_of
from tests.faults.scripted_server import Action, HonestAsterisk, Peer, ScriptedServer, ignore
from tests.patience import PATIENCE

BROKEN_OFF = 0.5  # seconds for a look that is to run out of time


def look(settings: LinkSettings, seconds: float = PATIENCE) -> dict[Check, Finding]:
    """Look at a link, and hold that each check is told once and in order."""
    findings = list(inspect_link(settings, seconds))
    assert [finding.check for finding in findings] == list(Check)
    return {finding.check: finding for finding in findings}


def verdicts(findings: dict[Check, Finding]) -> dict[str, str]:
    return {str(check): str(finding.verdict) for check, finding in findings.items()}


def test_a_good_link_is_told_check_by_check_and_logged_off() -> None:
    with ScriptedServer(HonestAsterisk()) as server:
        findings = look(settings_of(server))
        assert f"answers at 127.0.0.1:{server.port}" in findings[Check.REACH].seen
        assert "comes from 127.0.0.1" in findings[Check.REACH].seen
        assert findings[Check.VERSION].seen == "Asterisk 22.0.0-scripted."
        for check in (Check.REACH, Check.CERTIFICATE, Check.LOGIN, Check.VERSION, Check.RIGHTS, Check.CLOCK):
            assert findings[check].verdict is Verdict.FINE
        assert server.peers[0].actions[-1]["Action"] == "Logoff"


def test_findings_come_as_soon_as_each_is_known() -> None:
    held = HonestAsterisk({"Login": ignore})
    with ScriptedServer(held) as server:
        findings = inspect_link(settings_of(server), PATIENCE)
        assert [next(findings).check, next(findings).check] == [Check.REACH, Check.CERTIFICATE]
        assert held.logged_in == []
        findings.close()  # type: ignore[attr-defined] - a generator
        server.peers[0].wait_for_hang_up()


def test_nothing_is_sent_to_a_port_that_does_not_greet_as_asterisk_and_nothing_of_it_is_told() -> None:
    heard: list[Action | None] = []

    def speak(peer: Peer) -> None:
        peer.send_raw(b"SSH-2.0-OpenSSH_9.2p1 secret-build\r\n")
        heard.append(peer.next_action())

    with ScriptedServer(speak) as spoken, ScriptedServer(lambda peer: peer.wait_for_hang_up()) as silent:
        told = [look(settings_of(server), BROKEN_OFF)[Check.REACH] for server in (spoken, silent)]
    assert heard == [None]
    ports = (str(spoken.port), str(silent.port))
    words = {finding.seen.replace(port, "PORT") for finding, port in zip(told, ports, strict=True)}
    assert len(words) == 1, "a port that speaks and one that does not are told alike"
    assert "SSH" not in words.pop()


@pytest.mark.parametrize("silent_at", ["Challenge", "Login", "Ping", "ListCommands", "CoreSettings"])
def test_a_pbx_that_stops_answering_is_told_within_the_time(silent_at: str) -> None:
    with ScriptedServer(HonestAsterisk({silent_at: ignore})) as server:
        started = time.monotonic()
        findings = look(settings_of(server), BROKEN_OFF)
        assert time.monotonic() - started < PATIENCE / 2
    (wrong,) = [finding for finding in findings.values() if finding.verdict is Verdict.WRONG]
    assert "stopped answering" in wrong.seen
    assert findings[Check.CLOCK].verdict is Verdict.UNKNOWN
    assert f"because {wrong.check.label} comes first" in findings[Check.CLOCK].seen


@pytest.mark.parametrize(
    ("off_by", "verdict", "words"),
    [
        (-1.0, "fine", "1.0 s apart"),
        (10.0, "warning", "10.0 s ahead"),
        (-9000.0, "wrong", "2.5 hours behind"),
    ],
)
def test_a_clock_that_is_off_is_told_by_how_much(off_by: float, verdict: str, words: str) -> None:
    def pong(peer: Peer, action: Action) -> None:
        peer.reply(action, "Ping: Pong", f"Timestamp: {time.time() + off_by:.6f}")

    with ScriptedServer(HonestAsterisk({"Ping": pong})) as server:
        clock = look(settings_of(server))[Check.CLOCK]
    assert clock.verdict == verdict
    assert words in clock.seen
    assert [remedy.lines for remedy in clock.remedies] == (
        [] if verdict == "fine" else [("timedatectl set-ntp true",)]
    )


def test_a_pbx_that_does_not_tell_its_time_is_told_so() -> None:
    assert judge_clock(None, 0.001).verdict is Verdict.UNKNOWN


def test_what_a_slow_answer_leaves_open_is_not_held_against_the_clock() -> None:
    assert judge_clock(3.0, 4.0).verdict is Verdict.FINE


def facts(version: str | None = "22.1.0", actions: frozenset[str] | None = frozenset()) -> PbxFacts:
    return PbxFacts(actions, version, None, (), "Asterisk Call Manager/11.0.0")


@pytest.mark.parametrize(
    ("version", "verdict"),
    [
        ("16.28.0~dfsg", "fine"),
        ("22.10.1", "fine"),
        ("13.38.3", "warning"),
        ("23.0.0", "warning"),
        ("GIT-master-abc", "fine"),
        (None, "unknown"),
    ],
)
def test_versions_that_amictl_was_not_made_for_are_told(version: str | None, verdict: str) -> None:
    assert judge_version("amictl", facts(version)).verdict == verdict


def test_a_pbx_without_queues_is_told_which_line_loads_them() -> None:
    modules = judge_modules("amictl", facts(actions=frozenset({"ping", "parkedcalls"})))
    assert modules.verdict is Verdict.WARNING
    assert "Not loaded, and so not shown: queues and agents (app_queue)" in modules.seen
    assert "Loaded: parked calls (res_parking)." in modules.seen
    assert modules.remedies[0].lines == ("load = app_queue.so",)


def test_modules_that_a_version_does_not_have_are_not_missed() -> None:
    every = frozenset({"queuestatus", "corestatus", "coresettings", "parkedcalls"})
    assert "chan_sip" not in judge_modules("amictl", facts("22.1.0", every)).seen
    assert "chan_sip" in judge_modules("amictl", facts("18.1.0", every)).seen


def test_a_link_that_leaves_the_machine_without_tls_is_told_to_be_readable() -> None:
    now = datetime.now(UTC)
    assert judge_tls(None, "::1", now).verdict is Verdict.FINE
    open_link = judge_tls(None, "192.0.2.7", now)
    assert open_link.verdict is Verdict.WARNING
    assert "tlsenable = yes" in open_link.remedies[0].lines


def test_a_certificate_that_expires_soon_is_told_and_one_that_lasts_is_fine() -> None:
    der = ssl.PEM_cert_to_DER_cert(make_server_certificate().certificate_pem)
    tls = TlsInfo("TLSv1.3", "AES", verified=True, certificate=der)
    now = datetime.now(UTC)
    assert "from then on there is no link" in judge_tls(tls, "192.0.2.7", now).seen
    assert judge_tls(tls, "192.0.2.7", now - timedelta(days=30)).verdict is Verdict.FINE


@pytest.mark.parametrize("verified", [True, False])
def test_a_tls_link_tells_the_certificate_that_it_got(verified: bool) -> None:
    with ScriptedServer(HonestAsterisk(), tls=True) as server:
        settings = settings_of(server, tls=True, tls_verify=verified, tls_ca=server.ca_pem)
        seen = look(settings)[Check.CERTIFICATE].seen
    assert "TLSv1." in seen
    assert "CN=localhost, signed by CN=amictl test bed CA" in seen
    assert ("not verified" in seen) is not verified


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("10.1.2.3", ("deny = 0.0.0.0/0.0.0.0", "permit = 10.1.2.3/255.255.255.255")),
        ("2001:db8::7", ("deny = ::/0", "permit = 2001:db8::7/128")),
    ],
)
def test_a_stanza_lets_in_the_address_that_amictl_comes_from(address: str, lines: tuple[str, str]) -> None:
    assert tuple(write_stanza("desk", "s3cret", address).splitlines()[:4]) == (
        "[desk]",
        "secret = s3cret",
        *lines,
    )
