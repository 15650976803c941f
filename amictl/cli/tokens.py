"""``flask token``: bearer tokens for programs."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from amictl.cli.groups import CommandGroup, find_store, format_instant, format_table
from amictl.store import ApiToken

token = CommandGroup("token", help="Manage the API tokens of programs.")


@token.command("create")
@click.option("--user", "username", required=True, help="The user for whom the program acts.")
@click.option("--name", default="", help="What the token is for.")
@click.option("--days", type=click.IntRange(1, 3650), help="Days until it expires; never when left out.")
@click.option(
    "--permission", "permissions", multiple=True, help="Limit the token to this permission; may be repeated."
)
def create_token(username: str, name: str, days: int | None, permissions: tuple[str, ...]) -> None:
    """Make a token and print it, alone, this once."""
    store = find_store()
    owner = store.accounts.find(username)
    made = store.tokens.create(owner, name=name, days=days, permissions=permissions or None)
    click.echo(made.text)


@token.command("list")
def list_tokens() -> None:
    """List the tokens, without their text."""
    rows = [
        (
            str(record.id),
            record.user.username,
            record.name or "-",
            _describe_state(record),
            format_instant(record.expires_at, "never"),
            format_instant(record.last_used_at, "never"),
        )
        for record in find_store().tokens.all()
    ]
    click.echo(format_table(("ID", "USER", "NAME", "STATE", "EXPIRES", "LAST USED"), rows))


@token.command("revoke")
@click.argument("token_id", type=int, metavar="ID")
def revoke_token(token_id: int) -> None:
    """End the token ID for good; `flask token list` shows the IDs."""
    record = find_store().tokens.revoke(token_id)
    click.echo(f"Revoked the token {record.id} of {record.user.username}.")


def _describe_state(record: ApiToken) -> str:
    """Return whether a token can still be used."""
    if record.revoked_at is not None:
        return "revoked"
    if record.expires_at is not None and record.expires_at <= datetime.now(UTC):
        return "expired"
    return "good"
