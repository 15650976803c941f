"""What a command changes counts in an amictl that runs, and takes nothing from it that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from amictl.store.keys import make_encryption_key
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.server import AsteriskServer
from tests.faults.scripted_server import SECRET, USERNAME, HonestAsterisk, ScriptedServer
from tests.serving import PASSWORD, AmictlServer, StartAmictl, Visit, wait_until


@pytest.fixture
def pbx() -> Iterator[SimpleNamespace]:
    """An honest PBX that costs nothing."""
    with ScriptedServer(HonestAsterisk()) as server:
        yield SimpleNamespace(
            host=server.host, ami_port=server.port, username=USERNAME, secret=SECRET, server=server
        )


def add_pbx(server: AmictlServer, name: str, pbx: SimpleNamespace | BedPbx) -> None:
    words = ("pbx", "add", name, "--host", pbx.host, "--port", str(pbx.ami_port), "--username", pbx.username)
    server.flask(*words, "--secret-stdin", stdin=f"{pbx.secret}\n")


def read_readiness(server: AmictlServer) -> tuple[int, dict]:
    answer = Visit(server.url).get("/readyz")
    return answer.status_code, answer.json()


def outlast_reload(server: AmictlServer, pbx: SimpleNamespace | BedPbx) -> None:
    """Return once a reload that began after now is over: a PBX that was added now is linked."""
    add_pbx(server, "later", pbx)
    assert wait_until(lambda: read_readiness(server)[1]["links"].get("later") == "connected"), server.output


def test_rotations_of_the_keys_leave_every_link_up(start_amictl: StartAmictl, pbx: SimpleNamespace) -> None:
    server = start_amictl(pbx)
    server.wait_until_ready()
    for _ in range(2):  # the second one drops the key that the process began with
        assert "Encrypted 1 secret" in server.flask("keys", "rotate")
    outlast_reload(server, pbx)
    links = {"later": "connected", "main": "connected"}
    assert read_readiness(server) == (200, {"status": "ready", "links": links, "problems": []})
    assert len(pbx.server.peers) == 2, "one session each: no link was made anew"
    server.flask("pbx", "remove", "later")
    assert wait_until(lambda: read_readiness(server)[1]["links"] == {"main": "connected"}), server.output


@pytest.mark.asterisk
def test_a_rotation_of_the_keys_leaves_the_link_to_a_real_pbx_up(
    start_amictl: StartAmictl, asterisk_22: AsteriskServer
) -> None:
    server = start_amictl(asterisk_22)
    server.wait_until_ready()
    program = server.call_api(server.make_token())
    before = program.get("/api/ami/channels/").json()["data"]["epoch"]
    server.flask("keys", "rotate")
    outlast_reload(server, asterisk_22)
    after = program.get("/api/ami/channels/").json()["data"]
    assert (after["epoch"], after["link"]["state"], after["link"]["detail"]) == (before, "connected", None)


def test_a_secret_that_the_running_process_cannot_read_leaves_its_link_up_and_is_told(
    start_amictl: StartAmictl, pbx: SimpleNamespace, tmp_path: Path
) -> None:
    old, new = make_encryption_key(), make_encryption_key()
    server = start_amictl(pbx, AMICTL_ENCRYPTION_KEYS=old)
    server.wait_until_ready()
    program = server.call_api(server.make_token())
    (tmp_path / "shell").mkdir()
    shell = AmictlServer(
        tmp_path / "shell", AMICTL_INSTANCE=str(server.instance), AMICTL_ENCRYPTION_KEYS=f"{new},{old}"
    )
    assert "must be restarted" in shell.flask("keys", "rotate")
    assert wait_until(lambda: read_readiness(server)[1]["problems"])
    status, ready = read_readiness(server)
    assert (status, ready["links"]) == (200, {"main": "connected"})
    assert ready["problems"][0].startswith("PBX main: The stored secret fits none of the encryption keys.")
    link = program.get("/api/ami/channels/").json()["data"]["link"]
    assert (link["state"], link["stale"]) == ("connected", False)
    assert "fits none" in link["detail"]
    assert program.get("/api/ami/ping/").status_code == 200

    # A start with the wrong keys knows the PBX as well, and that it has no link.
    server.stop()
    server.start()
    status, ready = read_readiness(server)
    assert (status, ready["code"], ready["links"]) == (503, "not_ready", {"main": "stopped"})
    refused = program_of(server, program).get("/api/ami/ping/")
    assert (refused.status_code, refused.json()["code"]) == (503, "link_down")
    assert "fits none" in refused.json()["detail"]


def program_of(server: AmictlServer, program: Visit) -> Visit:
    """Return the program at the server's present address."""
    program.url = server.url
    return program


def test_passwords_and_tokens_that_a_command_changes_count_at_the_next_request(
    start_amictl: StartAmictl,
) -> None:
    server = start_amictl()
    person = server.log_in()
    program = server.call_api(server.make_token())
    assert (person.get("/console/").status_code, program.get("/api/tokens/").status_code) == (200, 200)
    server.flask("token", "revoke", "1")
    server.flask("user", "password", "admin", "--password-stdin", stdin=f"{PASSWORD} anew")
    assert (person.get("/console/").status_code, program.get("/api/tokens/").status_code) == (302, 401)
    assert server.log_in(password=f"{PASSWORD} anew").get("/console/").status_code == 200
