"""The settings pages of a real amictl, with a real Asterisk."""

from __future__ import annotations

import json
import re
import threading

import pytest
import requests

from tests.asterisk.server import AsteriskServer
from tests.faults.scripted_server import Action, HonestAsterisk, Peer, ScriptedServer
from tests.patience import PATIENCE
from tests.serving import AmictlServer, LinkedPbx, StartAmictl, Visit, wait_until

pytestmark = pytest.mark.asterisk


def send_form(visit: Visit, path: str, fields: dict[str, str]) -> requests.Response:
    """Fill in a form of the settings pages and send it; redirects are not followed."""
    page = visit.get(path).text
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert token, page
    return visit.http.post(
        f"{visit.url}{path}",
        data={**fields, "csrf_token": token[1]},
        headers={"X-CSRF-Token": ""},  # the form's own token alone must do
        timeout=PATIENCE,
        allow_redirects=False,
    )


def describe_server(pbx: LinkedPbx, **changes: str) -> dict[str, str]:
    """Return the fields of the form for a PBX."""
    return {
        "name": "main",
        "host": pbx.host,
        "port": str(pbx.ami_port),
        "username": pbx.username,
        "secret": pbx.secret,
        "enabled": "y",
        **changes,
    }


def can_ping(visit: Visit) -> bool:
    return visit.get("/api/ami/ping/").status_code == 200


@pytest.fixture
def server(start_amictl: StartAmictl) -> AmictlServer:
    """An amictl without any PBX."""
    return start_amictl()


def test_a_saved_change_takes_effect_at_once(server: AmictlServer, asterisk: LinkedPbx) -> None:
    visit = server.log_in()
    assert not can_ping(visit)
    assert send_form(visit, "/admin/servers/new/", describe_server(asterisk)).status_code == 302
    assert wait_until(lambda: can_ping(visit)), server.output

    off = describe_server(asterisk, secret="")
    del off["enabled"]
    assert send_form(visit, "/admin/servers/edit/?id=1", off).status_code == 302
    assert wait_until(lambda: not can_ping(visit))

    renamed = describe_server(asterisk, secret="", name="front-desk")
    assert send_form(visit, "/admin/servers/edit/?id=1", renamed).status_code == 302
    assert wait_until(lambda: visit.get("/api/ami/ping/?pbx=front-desk").status_code == 200), server.output
    assert asterisk.secret not in server.output


def test_the_test_button_logs_in_for_real(server: AmictlServer, asterisk: LinkedPbx) -> None:
    visit = server.log_in()
    for name, secret, said in (
        ("good", asterisk.secret, "Logged in as"),
        ("bad", "wrong", "Authentication failed"),
    ):
        fields = describe_server(asterisk, name=name, secret=secret)
        del fields["enabled"]
        assert send_form(visit, "/admin/servers/new/", fields).status_code == 302
        number = "1" if name == "good" else "2"
        token = visit.read_csrf_token("/admin/servers/")
        answer = visit.http.post(
            f"{server.url}/admin/servers/test/", data={"id": number, "csrf_token": token}, timeout=PATIENCE
        )
        assert said in answer.text
        assert asterisk.secret not in answer.text


def test_others_than_administrators_are_refused(server: AmictlServer) -> None:
    paths = ("/admin/", "/admin/servers/", "/admin/users/", "/admin/roles/new/", "/admin/tokens/")
    for role in ("Supervisor", "Agent"):
        server.make_user(role.lower(), role)
        visit = server.log_in(role.lower())
        for path in paths:
            answer = visit.get(path)
            assert answer.status_code == 403, (role, path)
            assert "Traceback" not in answer.text
    program = server.call_api(server.make_token())
    anonymous = Visit(server.url)
    for path in paths:
        assert program.get(path).status_code == 403, path
        assert anonymous.get(path).status_code in {302, 303, 401}, path


def ask(visit: Visit, do: str, **fields: str) -> requests.Response:
    """Send the connect page's form as its script does: the answer comes line by line."""
    token = visit.read_csrf_token("/admin/connect/")
    return visit.http.post(
        f"{visit.url}/admin/connect/",
        data={"tls_verify": "y", **fields, "do": do, "csrf_token": token},
        headers={"Accept": "application/x-ndjson"},
        timeout=PATIENCE,
        stream=True,
    )


def test_a_pbx_behind_a_private_ca_is_tested_connected_and_live(
    server: AmictlServer, asterisk_server: AsteriskServer
) -> None:
    visit, pbx = server.log_in(), asterisk_server
    fields = describe_server(pbx, port=str(pbx.ami_tls_port), tls="y")
    del fields["enabled"]
    with ask(visit, "connect", **fields) as refused:
        steps = [json.loads(line) for line in refused.iter_lines()]
    assert [step["verdict"] for step in steps if step["check"] == "certificate"] == ["wrong"]
    assert server.flask("pbx", "list").startswith("No PBX yet")

    with ask(visit, "connect", **fields, tls_ca=pbx.ca_pem) as done:
        *findings, end = [json.loads(line) for line in done.iter_lines()]
    assert {step["verdict"] for step in findings} == {"fine", "warning"}, "the certificate expires soon"
    assert (end["connected"], end["up"], end["console"]) == ("main", True, "/console/?pbx=main")
    assert can_ping(visit)
    assert pbx.secret not in server.output
    told = [row["message"] for row in visit.get("/api/audit/").json()["data"]["entries"]]
    assert f"Tests the link to {pbx.host}:{pbx.ami_tls_port} as {pbx.username}." in told
    assert "The server main was created." in told


def test_findings_reach_the_browser_while_the_test_goes_on(server: AmictlServer) -> None:
    go_on = threading.Event()

    def log_in_later(peer: Peer, action: Action) -> None:
        go_on.wait(PATIENCE)
        peer.reply(action, "Message: Authentication failed", response="Error")

    visit = server.log_in()
    with ScriptedServer(HonestAsterisk({"Login": log_in_later})) as pbx:
        fields = {"name": "main", "host": pbx.host, "port": str(pbx.port), "username": "x", "secret": "y"}
        with ask(visit, "test", **fields) as answer:
            lines = (json.loads(line)["check"] for line in answer.iter_lines(chunk_size=1))
            assert [next(lines), next(lines)] == ["reach", "certificate"]
            assert not go_on.is_set()
            go_on.set()
            assert list(lines) == ["login", "version", "rights", "modules", "filters", "clock"]
