"""``flask pbx``, without a PBX; the test bed tries it with one."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from amictl.config import LinkSettings
from amictl.store import SecretBox, ServerFields, Servers, Store, db
from amictl.store.keys import make_encryption_key
from tests.cli.conftest import Run
from tests.faults.scripted_server import USERNAME, HonestAsterisk, ScriptedServer
from tests.store.store_app import AMI_SECRET

FIELDS = ServerFields("main", "pbx.example.com", 5038, "amictl", AMI_SECRET)
ADD = ("pbx", "add", "main", "--host", "pbx.example.com", "--username", "amictl")


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine on which nobody listens, reserved meanwhile."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]


def test_add_reads_the_secret_from_standard_input(run: Run, store: Store) -> None:
    result = run(*ADD, "--secret-stdin", stdin=AMI_SECRET + "\r\n")
    assert result.exit_code == 0, result.output
    assert AMI_SECRET not in result.output
    assert store.servers.load_link_settings() == [
        LinkSettings("main", "pbx.example.com", 5038, "amictl", AMI_SECRET)
    ]


def test_add_prompts_for_the_secret_without_echo(run: Run, store: Store) -> None:
    result = run(*ADD, stdin=AMI_SECRET + "\n")
    assert result.exit_code == 0, result.output
    assert AMI_SECRET not in result.output
    assert store.servers.load_link_settings()[0].secret == AMI_SECRET


def test_add_with_tls_takes_amis_tls_port(run: Run, store: Store) -> None:
    run(*ADD, "--secret-stdin", "--tls", "--no-tls-verify", stdin=AMI_SECRET)
    (link,) = store.servers.load_link_settings()
    assert (link.port, link.tls, link.tls_verify) == (5039, True, False)


@pytest.mark.parametrize(
    "words",
    [
        ("pbx", "add", "main", "--host", "h"),
        (*ADD, "--port", "70000"),
        (*ADD, "--secret", "on-the-command-line"),
        (*ADD, "--no-tls-verify"),
        (*ADD, "--tls", "--tls-ca", "/no/such/file"),
        (*ADD, "--secret-stdin"),
    ],
)
def test_wrong_use_ends_with_code_2_and_adds_nothing(run: Run, store: Store, words: tuple[str, ...]) -> None:
    assert run(*words, stdin="").exit_code == 2
    assert store.servers.all() == []


def test_add_refuses_what_cannot_be_used(run: Run, store: Store, tmp_path: Path) -> None:
    no_certificate = tmp_path / "ca.pem"
    no_certificate.write_bytes(b"\xff\xfe no PEM")
    result = run(*ADD, "--secret-stdin", "--tls", "--tls-ca", str(no_certificate), stdin=AMI_SECRET)
    assert result.exit_code == 1
    assert "tls_ca: Paste" in result.stderr
    assert store.servers.all() == []


def test_add_refuses_a_taken_name(run: Run, store: Store) -> None:
    store.servers.create(FIELDS)
    result = run(*ADD, "--secret-stdin", stdin="other secret")
    assert result.exit_code == 1
    assert "already a PBX 'main'" in result.stderr


def test_list_reads_well_and_shows_no_secret(run: Run, store: Store) -> None:
    store.servers.create(replace(FIELDS, enabled=False))
    store.servers.create(replace(FIELDS, name="lab", host="10.0.0.9", tls=True))
    Servers(db.session, SecretBox([make_encryption_key()])).create(replace(FIELDS, name="lost"))
    result = run("pbx", "list")
    lines = result.stdout.splitlines()
    assert lines[:2] == [
        "NAME  ADDRESS               AMI USER  TLS       STATE",
        "lab   10.0.0.9:5038         amictl    verified  on",
    ]
    assert lines[2].startswith("lost  pbx.example.com:5038  amictl    no        The stored secret fits none")
    assert lines[3] == "main  pbx.example.com:5038  amictl    no        off"
    assert AMI_SECRET not in result.output


def test_list_of_nothing_says_how_to_begin(run: Run) -> None:
    assert "flask pbx add" in run("pbx", "list").stdout


def test_remove_forgets_the_server(run: Run, store: Store) -> None:
    store.servers.create(FIELDS)
    assert run("pbx", "remove", "main").exit_code == 0
    assert store.servers.all() == []
    again = run("pbx", "remove", "main")
    assert again.exit_code == 1
    assert "no PBX 'main'" in again.stderr


def test_test_says_why_there_is_no_link(run: Run, store: Store, closed_port: int) -> None:
    store.servers.create(replace(FIELDS, host="127.0.0.1", port=closed_port))
    result = run("pbx", "test", "main")
    assert result.exit_code == 1
    assert result.stdout.startswith(f"main, 127.0.0.1:{closed_port}:\n  wrong          Reach: ")
    assert "No link to main" in result.stderr
    assert AMI_SECRET not in result.output


def test_test_of_nothing_says_how_to_begin(run: Run) -> None:
    result = run("pbx", "test")
    assert result.exit_code == 1
    assert "flask pbx add" in result.stderr


def test_what_a_pbx_says_acts_on_no_terminal(run: Run, store: Store) -> None:
    refusal = "Message: \x1b[2J\u202eno"
    refuse = {"Login": lambda peer, action: peer.reply(action, refusal, response="Error")}
    with ScriptedServer(HonestAsterisk(refuse)) as server:
        store.servers.create(replace(FIELDS, host=server.host, port=server.port, username=USERNAME))
        result = run("pbx", "test")
    assert result.exit_code == 1
    assert r"\u001b[2J\u202eno" in result.output
    assert not [each for each in result.output if not each.isprintable() and each != "\n"]
