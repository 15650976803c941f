"""Logging in, and what is said when that does not work."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace

import pytest

from amictl.errors import LinkDown
from amictl.manager import LinkTimings
from amictl.pbx.topics.links.value import LinkState
from amictl.protocol import Action as AmiAction
from tests.asterisk.certificates import make_server_certificate
from tests.asterisk.server import await_condition
from tests.faults.links import ALERT, CALM, READ, await_state, connected_link_to, link_to
from tests.faults.scripted_server import (
    SECRET,
    Action,
    HonestAsterisk,
    Peer,
    ScriptedServer,
    ignore,
)
from tests.patience import PATIENCE

HASTY = replace(CALM, login_timeout=0.4)  # for servers that say nothing


def test_the_secret_itself_is_not_sent_when_a_challenge_is_offered() -> None:
    with ScriptedServer(HonestAsterisk()) as server, connected_link_to(server) as manager:
        login = server.peers[0].actions[1]
        assert login["Action"] == "Login"
        assert login["AuthType"] == "MD5"
        assert SECRET not in login.values()
        assert manager.status.asterisk_version == "22.0.0-scripted"


def test_the_plain_secret_is_sent_when_no_challenge_is_offered() -> None:
    def refuse(peer: Peer, action: Action) -> None:
        peer.reply(action, "Message: Must specify AuthType", response="Error")

    with ScriptedServer(HonestAsterisk({"Challenge": refuse})) as server, connected_link_to(server):
        assert server.peers[0].actions[1]["Secret"] == SECRET


def test_refused_credentials_are_named_and_tried_again_slowly() -> None:
    with (
        ScriptedServer(HonestAsterisk()) as server,
        link_to(server, secret="wrong", draw=lambda _lowest, ceiling: ceiling) as manager,
    ):
        await_state(manager, LinkState.BAD_CREDENTIALS)
        status = manager.status
        assert status.retry_at is not None
        assert status.retry_at - time.time() > 30
        for word in ("user", "secret", "permit", "deny", "Authentication failed"):
            assert word in (status.detail or "")
        assert len(server.peers) == 1
        with pytest.raises(LinkDown, match="Authentication failed"):
            manager.execute(READ)


def test_credentials_that_are_refused_again_and_again_are_tried_with_growing_waits() -> None:
    waits: list[float] = []

    def draw(_lowest: float, ceiling: float) -> float:
        waits.append(ceiling)
        return 0.01

    with ScriptedServer(HonestAsterisk()) as server, link_to(server, secret="wrong", draw=draw):
        await_condition(lambda: len(waits) >= 6)
    assert waits[:5] == [60.0, 120.0, 240.0, 300.0, 300.0]


def test_mended_credentials_are_noticed_at_the_next_try() -> None:
    accepting = threading.Event()
    honest = HonestAsterisk()

    def log_in(peer: Peer, action: Action) -> None:
        if accepting.is_set():
            honest._log_in(peer, action)
        else:
            peer.reply(action, "Message: Authentication failed", response="Error")

    timings = replace(CALM, refused_lowest=0.05, refused_highest=0.1)
    with (
        ScriptedServer(HonestAsterisk({"Login": log_in})) as server,
        link_to(server, timings) as manager,
    ):
        await_state(manager, LinkState.BAD_CREDENTIALS)
        accepting.set()
        await_state(manager, LinkState.CONNECTED)
        assert manager.status.detail is None


def test_a_login_that_succeeded_makes_the_wait_after_the_next_refusal_short_again() -> None:
    waits: list[float] = []
    answers = ["refuse", "refuse", "accept", "refuse"]
    honest = HonestAsterisk()

    def draw(_lowest: float, ceiling: float) -> float:
        waits.append(ceiling)
        return 0.01

    def log_in(peer: Peer, action: Action) -> None:
        if answers and answers.pop(0) == "accept":
            honest._log_in(peer, action)
            peer.hang_up()
        else:
            peer.reply(action, "Message: Authentication failed", response="Error")

    timings = replace(CALM, retry_highest=0.04, refused_lowest=30.0)
    with ScriptedServer(HonestAsterisk({"Login": log_in})) as server, link_to(server, timings, draw=draw):
        await_condition(lambda: len(waits) >= 5)
    assert waits[:5] == [60.0, 120.0, 0.04, 60.0, 120.0]


def test_a_login_already_in_use_is_no_matter_of_credentials() -> None:
    def refuse(peer: Peer, action: Action) -> None:
        peer.reply(action, "Message: Login Already In Use", response="Error")

    with ScriptedServer(HonestAsterisk({"Login": refuse})) as server, link_to(server) as manager:
        await_condition(lambda: manager.status.detail)
        assert "allowmultiplelogin" in (manager.status.detail or "")
        await_condition(lambda: len(server.peers) >= 3, what="another try")
        assert manager.status.state is not LinkState.BAD_CREDENTIALS


def failing_detail(server: ScriptedServer, timings: LinkTimings = CALM, **changes: object) -> str:
    """Return what a link to a server says when it cannot be made."""
    with link_to(server, timings, **changes) as manager:
        await_state(manager, LinkState.RECONNECTING)
        assert manager.status.retry_at is not None
        return manager.status.detail or ""


def test_an_end_of_file_without_a_banner_points_at_authlimit() -> None:
    with ScriptedServer(lambda peer: peer.hang_up()) as server:
        assert "authlimit" in failing_detail(server)


def test_a_server_that_is_no_asterisk_is_told_without_what_it_is() -> None:
    with ScriptedServer(lambda peer: peer.send_raw(b"SSH-2.0-OpenSSH_9.2p1\r\n")) as server:
        detail = failing_detail(server)
    assert "no AMI banner" in detail
    assert "SSH" not in detail


def test_a_greeting_without_end_is_not_read_for_ever() -> None:
    with ScriptedServer(lambda peer: peer.send_raw(b"x" * 100_000)) as server:
        assert "no AMI banner" in failing_detail(server)


def test_a_banner_that_never_comes_points_at_the_port() -> None:
    with ScriptedServer(lambda peer: peer.wait_for_hang_up()) as server:
        detail = failing_detail(server, HASTY)
    assert "no AMI banner" in detail
    assert "5039" in detail


def test_a_port_where_nobody_listens_is_named_so() -> None:
    server = ScriptedServer(HonestAsterisk())
    server.close()
    detail = failing_detail(server)
    assert f"127.0.0.1:{server.port} refuses connections" in detail


@pytest.mark.filterwarnings("ignore:please use dns.resolver:DeprecationWarning")  # eventlet's own resolver
def test_a_name_that_does_not_resolve_is_named_so() -> None:
    with ScriptedServer(HonestAsterisk()) as server:
        detail = failing_detail(server, host="no-such-host.invalid", timings=replace(CALM, connect_timeout=8))
    assert "no-such-host.invalid" in detail
    assert "resolve" in detail


def test_a_name_that_cannot_be_a_name_is_refused_like_one_that_does_not_resolve() -> None:
    with ScriptedServer(HonestAsterisk()) as server:
        assert "cannot be resolved" in failing_detail(server, host="x" * 80 + ".example")


def test_all_addresses_of_a_name_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    look_up = socket.getaddrinfo

    def look_up_two(_host: str, port: int, **options: int) -> list[object]:
        dead = ScriptedServer(HonestAsterisk())
        dead.close()
        return [*look_up("127.0.0.1", dead.port, **options), *look_up("127.0.0.1", port, **options)]

    with ScriptedServer(HonestAsterisk()) as server:
        monkeypatch.setattr(socket, "getaddrinfo", look_up_two)
        with connected_link_to(server, host="pbx.example") as manager:
            assert manager.ping() > 0


def test_a_resolver_that_hangs_does_not_hang_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()

    def hang(*_args: object, **_options: object) -> list[object]:
        answer.wait(PATIENCE)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with ScriptedServer(HonestAsterisk()) as server:
        detail = failing_detail(server, host="slow.example", timings=replace(CALM, connect_timeout=0.3))
    answer.set()
    assert "was not resolved in time" in detail


def test_a_login_that_is_never_answered_ends_in_another_try() -> None:
    with ScriptedServer(HonestAsterisk({"Login": ignore})) as server:
        assert "did not answer Login" in failing_detail(server, HASTY)


def test_credentials_that_cannot_be_sent_are_refused_before_they_leave() -> None:
    with (
        ScriptedServer(HonestAsterisk()) as server,
        link_to(server, username="a\r\nAction: Originate") as manager,
    ):
        await_state(manager, LinkState.BAD_CREDENTIALS)
        assert "Username" in (manager.status.detail or "")
        assert [action["Action"] for action in server.peers[0].actions] == ["Challenge"]


def test_no_ping_is_sent_before_the_login_is_answered() -> None:
    accepted = threading.Event()
    honest = HonestAsterisk()

    def log_in_late(peer: Peer, action: Action) -> None:
        accepted.wait(PATIENCE)
        honest._log_in(peer, action)

    timings = replace(ALERT, ping_interval=0.01)
    with (
        ScriptedServer(HonestAsterisk({"Login": log_in_late})) as server,
        link_to(server, timings) as manager,
    ):
        await_state(manager, LinkState.AUTHENTICATING)
        await_condition(lambda: server.peers and len(server.peers[0].actions) == 2)
        assert not accepted.wait(0.1), "time for ten pings"
        accepted.set()
        await_condition(lambda: "Ping" in [action["Action"] for action in server.peers[0].actions])
        names = [action["Action"] for action in server.peers[0].actions]
        assert names[:2] == ["Challenge", "Login"]


# TLS


def test_a_tls_link_verifies_by_the_private_ca_and_works() -> None:
    with (
        ScriptedServer(HonestAsterisk(), tls=True) as server,
        connected_link_to(server, tls=True, tls_ca=server.ca_pem) as manager,
    ):
        assert manager.ping() > 0


def test_an_action_larger_than_a_tls_record_leaves_whole() -> None:
    seen: list[Action] = []

    def answer(peer: Peer, action: Action) -> None:
        seen.append(action)
        peer.reply(action)

    big = AmiAction("Originate", tuple((f"Header{number}", "x" * 1000) for number in range(100)))
    with (
        ScriptedServer(HonestAsterisk({"Originate": answer}), tls=True) as server,
        connected_link_to(server, tls=True, tls_ca=server.ca_pem) as manager,
    ):
        assert manager.execute(big).success
    assert [seen[0][f"Header{number}"] for number in range(100)] == ["x" * 1000] * 100


def test_a_certificate_of_an_unknown_ca_is_refused_and_no_secret_is_sent() -> None:
    with ScriptedServer(HonestAsterisk(), tls=True) as server:
        detail = failing_detail(server, tls=True, tls_ca=make_server_certificate().ca_pem)
        assert "does not verify" in detail
        assert all(not peer.actions for peer in server.peers)


def test_a_certificate_for_another_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    look_up = socket.getaddrinfo

    def look_up_here(_host: str, port: int, **options: int) -> list[object]:
        return list(look_up("127.0.0.1", port, **options))

    with ScriptedServer(HonestAsterisk(), tls=True) as server:
        monkeypatch.setattr(socket, "getaddrinfo", look_up_here)
        detail = failing_detail(server, tls=True, tls_ca=server.ca_pem, host="pbx.example")
    assert "does not verify" in detail
    assert "pbx.example" in detail


def test_an_unverified_link_is_possible_when_asked_for() -> None:
    with (
        ScriptedServer(HonestAsterisk(), tls=True) as server,
        connected_link_to(server, tls=True, tls_verify=False) as manager,
    ):
        assert manager.ping() > 0


def test_tls_to_a_plain_port_says_so() -> None:
    with ScriptedServer(HonestAsterisk()) as server:
        assert "does not speak TLS" in failing_detail(server, tls=True)


def test_a_plain_link_to_a_tls_port_points_at_tls() -> None:
    with ScriptedServer(HonestAsterisk(), tls=True) as server:
        detail = failing_detail(server, HASTY)
    assert "TLS port" in detail


def test_a_server_that_never_answers_the_handshake_is_given_up() -> None:
    with ScriptedServer(lambda peer: peer.stop_reading()) as server:
        detail = failing_detail(server, tls=True, timings=replace(CALM, connect_timeout=0.4))
    assert "TLS handshake" in detail


def test_a_server_that_hangs_up_in_the_handshake_is_named_so() -> None:
    with ScriptedServer(lambda peer: peer.hang_up()) as server:
        detail = failing_detail(server, tls=True)
    assert "TLS" in detail


@pytest.mark.parametrize(
    "pem", ["not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
)
def test_a_ca_that_is_no_certificate_is_named_so(pem: str) -> None:
    with ScriptedServer(HonestAsterisk(), tls=True) as server:
        assert "not a PEM certificate" in failing_detail(server, tls=True, tls_ca=pem)
