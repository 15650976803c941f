"""Trying a link without keeping it."""

from __future__ import annotations

import time

import pytest

from amictl.errors import LinkDown, LoginRefused
from amictl.manager import probe
from amictl.manager.rights import WRITE_CLASSES
from tests.faults.links import settings_of
from tests.faults.scripted_server import HonestAsterisk, ScriptedServer, ignore
from tests.patience import PATIENCE


def test_a_good_link_is_reported_and_logged_off() -> None:
    commands = (
        "CoreShowChannels",
        "BridgeList",
        "QueueStatus",
        "CoreSettings",
        "Hangup",
        "Originate",
        "QueuePause",
        "ParkedCalls",
        "ConfbridgeListRooms",
        "PJSIPShowEndpoints",
        "SIPpeers",
        "IAXpeerlist",
        "DeviceStateList",
        "Command",
    )
    with ScriptedServer(HonestAsterisk(commands=commands)) as server:
        report = probe.test_link(settings_of(server), timeout=PATIENCE)
        assert report.asterisk_version == "22.0.0-scripted"
        assert report.banner == "Asterisk Call Manager/11.0.0"
        assert report.missing == ()
        assert report.tls is None
        assert report.rights is not None
        assert report.round_trip > 0
        assert server.peers[0].actions[-1]["Action"] == "Logoff"


def test_what_amictl_lacks_is_told() -> None:
    with ScriptedServer(HonestAsterisk(commands=("Ping", "QueueStatus", "BridgeList"))) as server:
        missing = " ".join(probe.test_link(settings_of(server), timeout=PATIENCE).missing)
    for name in WRITE_CLASSES.keys() - {"reporting"}:  # nothing of its own in Asterisk's core
        assert f"lacks the write class {name}:" in missing
    assert "does not tell which read classes" in missing
    assert "QueueStatus" not in missing


def test_a_tls_link_tells_what_was_agreed_on() -> None:
    with ScriptedServer(HonestAsterisk(), tls=True) as server:
        report = probe.test_link(settings_of(server, tls=True, tls_ca=server.ca_pem), timeout=PATIENCE)
        assert report.tls is not None
        assert report.tls.protocol.startswith("TLSv1.")
        assert report.tls.verified
        unverified = probe.test_link(settings_of(server, tls=True, tls_verify=False), timeout=PATIENCE)
        assert unverified.tls is not None
        assert not unverified.tls.verified


def test_refused_credentials_are_raised_with_what_to_check() -> None:
    with (
        ScriptedServer(HonestAsterisk()) as server,
        pytest.raises(LoginRefused, match="permit and deny") as refused,
    ):
        probe.test_link(settings_of(server, secret="wrong"), timeout=PATIENCE)
    assert refused.value.ami == "Authentication failed"


def test_nobody_there_is_raised_with_what_to_check() -> None:
    server = ScriptedServer(HonestAsterisk())
    server.close()
    with pytest.raises(LinkDown, match="refuses connections"):
        probe.test_link(settings_of(server), timeout=PATIENCE)


@pytest.mark.parametrize("silent_at", ["Challenge", "Login", "Ping", "ListCommands"])
def test_a_pbx_that_stops_answering_is_raised_within_the_timeout(silent_at: str) -> None:
    with ScriptedServer(HonestAsterisk({silent_at: ignore})) as server:
        started = time.monotonic()
        with pytest.raises(LinkDown, match="stopped answering"):
            probe.test_link(settings_of(server), timeout=0.5)
        assert time.monotonic() - started < 30  # where it would wait for minutes
