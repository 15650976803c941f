"""``flask pbx`` and ``flask doctor`` of a real amictl, with a real Asterisk."""

from __future__ import annotations

import pytest

from amictl.cli.doctor import MANAGER_STANZA
from amictl.config import LinkSettings
from amictl.manager import probe
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
    assert tested.startswith("main: Logged in to Asterisk ")
    assert f"{asterisk.host}:{asterisk.ami_port}" in listed
    assert "All is well." in doctor
    assert asterisk.secret not in added + tested + listed + doctor


def test_the_stanza_that_doctor_prints_gives_all_that_amictl_needs(private_asterisk: AsteriskServer) -> None:
    stanza = MANAGER_STANZA.replace("[amictl]", "[from-doctor]")
    manager_conf = private_asterisk.home / "etc/manager.conf"
    manager_conf.write_text(f"{manager_conf.read_text()}\n{stanza}")
    private_asterisk.cli("manager reload")
    link = LinkSettings(
        "main", private_asterisk.host, private_asterisk.ami_port, "from-doctor", "a-long-random-secret"
    )
    report = probe.test_link(link, timeout=PATIENCE)
    assert report.missing == ()
    assert report.rights is not None
    assert {"dialplan", "dtmf"} <= report.rights.read
