"""The settings pages of a real amictl, with a real Asterisk."""

from __future__ import annotations

import re

import pytest
import requests

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
