"""``flask pbx`` and ``flask doctor`` of a real amictl, with a real Asterisk."""

from __future__ import annotations

import pytest

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
