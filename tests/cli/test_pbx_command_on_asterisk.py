"""``flask pbx`` and ``flask doctor`` of a real amictl, with a real Asterisk."""

from __future__ import annotations

import pytest

from amictl.cli.doctor import MANAGER_STANZA
from amictl.config import LinkSettings
from amictl.manager import Check, Verdict, inspect_link, write_stanza
from tests.asterisk.server import AsteriskServer
from tests.patience import PATIENCE
from tests.serving import LinkedPbx, StartAmictl

pytestmark = pytest.mark.asterisk


def test_a_pbx_added_by_command_is_reached_and_described(
    start_amictl: StartAmictl, asterisk: LinkedPbx
) -> None:
    server = start_amictl()
    where = ("--host", asterisk.host, "--port", str(asterisk.ami_port), "--username", asterisk.username)
    added = server.flask("pbx", "add", "main", *where, "--secret-stdin", stdin=asterisk.secret + "\n")
    tested = server.flask("pbx", "test")
    listed = server.flask("pbx", "list")
    doctor = server.flask("doctor")
    assert tested.startswith(f"main, {asterisk.host}:{asterisk.ami_port}:\n")
    assert [line.split()[0] for line in tested.splitlines()[1:]] == ["fine"] * len(Check)
    assert "Version: Asterisk " in tested
    assert f"{asterisk.host}:{asterisk.ami_port}" in listed
    assert "All is well." in doctor
    assert asterisk.secret not in added + tested + listed + doctor


def test_the_stanza_that_doctor_prints_gives_all_that_amictl_needs(private_asterisk: AsteriskServer) -> None:
    stanza = write_stanza("from-doctor", "a-long-random-secret", private_asterisk.host)
    assert stanza.splitlines()[1:] == MANAGER_STANZA.splitlines()[1:]
    manager_conf = private_asterisk.home / "etc/manager.conf"
    manager_conf.write_text(f"{manager_conf.read_text()}\n{stanza}")
    private_asterisk.cli("manager reload")
    link = LinkSettings(
        "main", private_asterisk.host, private_asterisk.ami_port, "from-doctor", "a-long-random-secret"
    )
    verdicts = {finding.check: finding.verdict for finding in inspect_link(link, PATIENCE)}
    assert verdicts == dict.fromkeys(Check, Verdict.FINE)
