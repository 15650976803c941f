"""``flask pbx``: the Asterisk servers that amictl keeps a link to."""

from __future__ import annotations

from pathlib import Path

import click

from amictl.cli.groups import (
    CommandGroup,
    RecordedCommand,
    find_store,
    format_table,
    read_secret_line,
    refuse,
    say,
)
from amictl.config import DEFAULT_AMI_PORT, DEFAULT_AMI_TLS_PORT
from amictl.errors import AmictlError
from amictl.manager import Finding
from amictl.services.utilities.links import can_log_in, describe_findings, inspect_stored
from amictl.store import AmiServer, ServerFields, Servers

_TAKEN_UP = "An amictl that is running takes this up within seconds."

pbx = CommandGroup("pbx", help="Manage the Asterisk servers that amictl keeps a link to.")


@pbx.command("add", cls=RecordedCommand)
@click.argument("name")
@click.option("--host", required=True, help="Host name or IP address of the server.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help=f"AMI's port.  [default: {DEFAULT_AMI_PORT}, or {DEFAULT_AMI_TLS_PORT} with --tls]",
)
@click.option("--username", required=True, help="Name of the user's section in manager.conf.")
@click.option("--secret-stdin", is_flag=True, help="Read the secret from the first line of standard input.")
@click.option("--tls", is_flag=True, help="Speak TLS.")
@click.option(
    "--tls-ca",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="PEM file of a private CA that signed the server's certificate.",
)
@click.option("--no-tls-verify", is_flag=True, help="Accept any certificate; for a lab only.")
def add_pbx(
    *,
    name: str,
    host: str,
    port: int | None,
    username: str,
    secret_stdin: bool,
    tls: bool,
    tls_ca: Path | None,
    no_tls_verify: bool,
) -> None:
    """Add the PBX NAME; the secret is prompted for."""
    if not tls and (tls_ca or no_tls_verify):
        raise click.UsageError("--tls-ca and --no-tls-verify need --tls.")
    fields = ServerFields(
        name=name,
        host=host,
        port=port or (DEFAULT_AMI_TLS_PORT if tls else DEFAULT_AMI_PORT),
        username=username,
        secret=read_secret_line("secret") if secret_stdin else click.prompt("Secret", hide_input=True),
        tls=tls,
        tls_verify=not no_tls_verify,
        tls_ca=tls_ca.read_text("utf-8", "replace") if tls_ca else None,
    )
    added = find_store().servers.create(fields)
    say(f"Added the PBX {added.name}. Try it with: flask pbx test {added.name}\n{_TAKEN_UP}")


@pbx.command("list")
def list_pbxes() -> None:
    """List the PBXes, without their secrets."""
    servers = find_store().servers
    found = servers.all()
    if not found:
        say("No PBX yet. Add one with: flask pbx add main --host HOST --username USER")
        return
    rows = [
        (
            server.name,
            f"{server.host}:{server.port}",
            server.username,
            _describe_tls(server),
            _describe_state(servers, server),
        )
        for server in found
    ]
    say(format_table(("NAME", "ADDRESS", "AMI USER", "TLS", "STATE"), rows))


@pbx.command("remove", cls=RecordedCommand)
@click.argument("name")
def remove_pbx(name: str) -> None:
    """Forget the PBX NAME and its secret."""
    servers = find_store().servers
    servers.delete(servers.find(name))
    say(f"Removed the PBX {name}. {_TAKEN_UP}")


@pbx.command("test")
@click.argument("name", required=False)
def test_pbxes(name: str | None) -> None:
    """Look at the link to the PBX NAME, or to all, and tell what was found and what to change."""
    servers = find_store().servers
    chosen = [servers.find(name)] if name else servers.all()
    if not chosen:
        raise refuse("No PBX yet. Add one with: flask pbx add main --host HOST --username USER")
    failed = [server.name for server in chosen if not can_log_in(inspect_server(servers, server))]
    if failed:
        raise refuse(f"No link to {', '.join(failed)}.")


def inspect_server(servers: Servers, server: AmiServer) -> list[Finding]:
    """Look at the link to one PBX, print what was found, and return it; nothing where it has no secret."""
    try:
        findings = inspect_stored(servers, server)
    except AmictlError as error:
        say(f"{server.name}: {error.detail}")
        return []
    say(f"{server.name}, {server.host}:{server.port}:\n{describe_findings(findings)}")
    return findings


def _describe_tls(server: AmiServer) -> str:
    """Return how the link is protected."""
    if not server.tls:
        return "no"
    return "verified" if server.tls_verify else "unverified"


def _describe_state(servers: Servers, server: AmiServer) -> str:
    """Return whether amictl keeps the link, as far as the settings decide."""
    if not server.enabled:
        return "off"
    return servers.describe_problem(server) or "on"
