"""Each check of a link, wrong once for real: what is told, and that the told lines mend it."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from amictl.config import LinkSettings
from amictl.manager import Check, Finding, Verdict, inspect_link, write_stanza
from tests.asterisk.certificates import make_server_certificate
from tests.asterisk.server import (
    AMICTL,
    BARRED,
    FILTERED,
    NO_AGENT,
    SINGLE_LOGIN,
    WRONG_RIGHTS,
    AmiUser,
    AsteriskServer,
)
from tests.patience import PATIENCE

pytestmark = pytest.mark.asterisk

SILENCE = 1.0  # seconds for a look at what will never greet


def link(pbx: AsteriskServer, user: AmiUser = AMICTL, **changes: Any) -> LinkSettings:  # noqa: ANN401
    plain = LinkSettings("main", pbx.host, pbx.ami_port, user.username, user.secret)
    return replace(plain, **changes)


def tls(pbx: AsteriskServer, **changes: Any) -> LinkSettings:  # noqa: ANN401
    return link(pbx, **{"port": pbx.ami_tls_port, "tls": True, "tls_ca": pbx.ca_pem, **changes})


def look(settings: LinkSettings, seconds: float = PATIENCE) -> dict[Check, Finding]:
    findings = list(inspect_link(settings, seconds))
    assert [finding.check for finding in findings] == list(Check)
    return {finding.check: finding for finding in findings}


def lines_of(finding: Finding) -> list[str]:
    return [line for remedy in finding.remedies for line in remedy.lines]


def expect_end_at(findings: dict[Check, Finding], check: Check, words: str) -> Finding:
    """Hold that a look ended at a check, and that what comes after it was not looked at."""
    assert findings[check].verdict is Verdict.WRONG
    assert words in findings[check].seen
    later = list(Check)[list(Check).index(check) + 1 :]
    assert {findings[each].verdict for each in later} <= {Verdict.UNKNOWN}
    assert all(f"because {check.label} comes first" in findings[each].seen for each in later)
    return findings[check]


def test_a_user_with_all_rights_is_fine_in_every_check(asterisk_server: AsteriskServer) -> None:
    findings = look(link(asterisk_server))
    assert {finding.verdict for finding in findings.values()} == {Verdict.FINE}
    assert f"Asterisk {asterisk_server.major}." in findings[Check.VERSION].seen
    assert "queues and agents (app_queue)" in findings[Check.MODULES].seen
    assert [finding.remedies for finding in findings.values()] == [()] * len(Check)


@pytest.mark.parametrize(
    "user", [AmiUser("amictl", "wrong"), AmiUser("nobody", "x"), BARRED], ids=["secret", "user", "address"]
)
def test_a_refused_login_names_secret_and_permit_line(asterisk_server: AsteriskServer, user: AmiUser) -> None:
    refused = expect_end_at(look(link(asterisk_server, user)), Check.LOGIN, "Authentication failed")
    assert f"[{user.username}]" in refused.remedies[0].place
    assert "permit = 127.0.0.1/255.255.255.255" in lines_of(refused)
    assert user.secret not in "".join(lines_of(refused)) or user.secret == "x"


def test_a_second_login_that_is_not_allowed_names_the_line_that_allows_it(
    asterisk_server: AsteriskServer,
) -> None:
    held = inspect_link(link(asterisk_server, SINGLE_LOGIN), PATIENCE)
    while next(held).check is not Check.LOGIN:
        pass
    refused = expect_end_at(look(link(asterisk_server, SINGLE_LOGIN)), Check.LOGIN, "is logged in already")
    assert lines_of(refused) == ["allowmultiplelogin = yes"]
    list(held)


def test_missing_rights_are_told_with_the_lines_that_give_them(private_asterisk: AsteriskServer) -> None:
    pbx = private_asterisk
    findings = look(link(pbx, WRONG_RIGHTS))
    assert findings[Check.RIGHTS].verdict is Verdict.WRONG
    for check in (Check.VERSION, Check.MODULES, Check.FILTERS):
        assert findings[check].verdict is Verdict.UNKNOWN, check
    no_agent = look(link(pbx, NO_AGENT))[Check.RIGHTS]
    assert no_agent.seen.startswith("The AMI user lacks the read class agent: ")
    assert [line.partition(" ")[0] for line in lines_of(no_agent)] == ["read"]

    (read, write) = lines_of(findings[Check.RIGHTS])
    rewrite(pbx, lambda text: text.replace("read = log\nwrite = log", f"{read}\n{write}"))
    mended = look(link(pbx, WRONG_RIGHTS))
    assert {finding.verdict for finding in mended.values()} == {Verdict.FINE}


def test_filtered_events_are_told_with_the_lines_to_take_out(private_asterisk: AsteriskServer) -> None:
    pbx = private_asterisk
    filtered = look(link(pbx, FILTERED))[Check.FILTERS]
    assert filtered.verdict is Verdict.WRONG
    assert "Hangup" in filtered.seen
    assert lines_of(filtered) == ["eventfilter = !Event: Hangup", "eventfilter = !Event: QueueMember.*"]

    def take_out(text: str) -> str:
        before, section = text.split("[filtered]", 1)
        for line in lines_of(filtered):
            section = section.replace(f"{line}\n", "", 1)
        return f"{before}[filtered]{section}"

    rewrite(pbx, take_out)
    assert look(link(pbx, FILTERED))[Check.FILTERS].verdict is Verdict.FINE


def test_a_filter_by_criteria_is_told_as_it_stands(private_asterisk_22: AsteriskServer) -> None:
    pbx = private_asterisk_22
    line = "eventfilter(action(exclude),name(Hangup)) ="
    rewrite(pbx, lambda text: f"{text}\n[criteria]\nsecret = s\nread = all\nwrite = all\n{line}\n")
    filtered = look(link(pbx, AmiUser("criteria", "s")))[Check.FILTERS]
    assert filtered.seen == "An eventfilter of the AMI user keeps these events away: Hangup."
    assert [told.strip() for told in lines_of(filtered)] == [line]


def test_a_module_that_is_not_loaded_is_told_with_the_line_that_loads_it(
    private_asterisk_22: AsteriskServer,
) -> None:
    private_asterisk_22.cli("module unload app_queue.so")
    modules = look(link(private_asterisk_22))[Check.MODULES]
    assert modules.verdict is Verdict.WARNING
    assert lines_of(modules)[0] == "load = app_queue.so"
    private_asterisk_22.cli(lines_of(modules)[1].split('"')[1])
    assert look(link(private_asterisk_22))[Check.MODULES].verdict is Verdict.FINE


def test_a_verified_certificate_is_told(asterisk_server: AsteriskServer) -> None:
    certificate = look(tls(asterisk_server))[Check.CERTIFICATE]
    assert "CN=localhost, signed by CN=amictl test bed CA" in certificate.seen
    assert certificate.verdict is Verdict.WARNING, "the bed's certificate lasts two days"


@pytest.mark.parametrize("other_ca", [True, False], ids=["another CA", "none"])
def test_a_wrong_ca_ends_the_look_before_anything_is_said(
    asterisk_server: AsteriskServer, other_ca: bool
) -> None:
    ca = make_server_certificate().ca_pem if other_ca else None
    findings = look(tls(asterisk_server, tls_ca=ca))
    refused = expect_end_at(findings, Check.CERTIFICATE, "does not verify")
    assert lines_of(refused)[0].startswith("Private CA: ")
    assert findings[Check.REACH].verdict is Verdict.UNKNOWN


def test_a_certificate_for_another_name_points_at_the_host(asterisk_server: AsteriskServer) -> None:
    as_number = "2130706433"  # 127.0.0.1 as some resolvers read it, and no name in the certificate
    findings = look(tls(asterisk_server, host=as_number))
    refused = expect_end_at(findings, Check.CERTIFICATE, "does not verify")
    assert lines_of(refused) == ["Host: the name or address that the certificate is made for"]


def test_tls_at_the_plain_port_and_the_other_way_round_are_told(asterisk_server: AsteriskServer) -> None:
    pbx = asterisk_server
    plain = expect_end_at(look(tls(pbx, port=pbx.ami_port)), Check.CERTIFICATE, "TLS")
    assert "tlsenable = yes" in lines_of(plain)
    silent = expect_end_at(look(link(pbx, port=pbx.ami_tls_port), SILENCE), Check.REACH, "no AMI banner")
    assert lines_of(silent) == ["Port: that of port in manager.conf (5038 by default), or TLS: on"]


def test_a_port_where_nobody_listens_is_told_with_the_lines_that_open_it(
    asterisk_server: AsteriskServer,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    refused = expect_end_at(look(link(asterisk_server, port=free)), Check.REACH, "refuses connections")
    assert lines_of(refused) == ["enabled = yes", "bindaddr = 0.0.0.0", f"port = {free}"]


@pytest.fixture
def web_server() -> Iterator[http.server.HTTPServer]:
    """A real HTTP server, which waits for a request."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_web_server_at_the_port_is_told_to_be_no_ami_and_not_what_it_is(
    asterisk_server: AsteriskServer, web_server: http.server.HTTPServer
) -> None:
    findings = look(link(asterisk_server, port=web_server.server_port), SILENCE)
    other = expect_end_at(findings, Check.REACH, "no AMI banner")
    assert "HTTP" not in other.seen


def test_the_stanza_for_an_ipv6_address_lets_that_one_in_and_no_other(
    private_asterisk: AsteriskServer,
) -> None:
    pbx = private_asterisk
    stanzas = {"right": write_stanza("right", "s", "::1"), "other": write_stanza("other", "s", "2001:db8::1")}
    rewrite(
        pbx,
        lambda text: (
            text.replace("bindaddr = 127.0.0.1", "bindaddr = ::1").replace(
                f"tlsbindaddr = 127.0.0.1:{pbx.ami_tls_port}", f"tlsbindaddr = [::1]:{pbx.ami_tls_port}"
            )
            + "\n".join(stanzas.values())
        ),
    )
    right = look(link(pbx, AmiUser("right", "s"), host="::1"))
    assert {finding.verdict for finding in right.values()} == {Verdict.FINE}
    other = look(link(pbx, AmiUser("other", "s"), host="::1"))
    assert "permit = ::1/128" in lines_of(expect_end_at(other, Check.LOGIN, "Authentication failed"))


def rewrite(pbx: AsteriskServer, change: Callable[[str], str]) -> None:
    """Change manager.conf, and have it read again."""
    path = pbx.home / "etc/manager.conf"
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    pbx.cli("manager reload")
