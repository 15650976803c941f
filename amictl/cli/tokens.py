"""``flask token``: bearer tokens for programs."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from amictl.cli.groups import CommandGroup, RecordedCommand, find_store, format_instant, format_table, say

token = CommandGroup("token", help="Manage the API tokens of programs.")


@token.command("create", cls=RecordedCommand)
@click.option("--user", "username", required=True, help="The user for whom the program acts.")
@click.option("--name", default="", help="What the token is for.")
@click.option("--days", type=click.IntRange(1, 3650), help="Days until it expires; never when left out.")
@click.option(
    "--permission",
    "--permissions",
    "permissions",
    multiple=True,
    help="Limit the token to these permissions: repeated, or separated by commas.",
)
def create_token(username: str, name: str, days: int | None, permissions: tuple[str, ...]) -> None:
    """Make a token and print it, alone, this once."""
    store = find_store()
    owner = store.accounts.find(username)
    made = store.tokens.create(owner, name=name, days=days, permissions=_split(permissions))
    say(made.text)


@token.command("list")
def list_tokens() -> None:
    """List the tokens, without their text."""
    now = datetime.now(UTC)
    rows = [
        (
            str(record.id),
            record.user.username,
            record.name or "-",
            record.describe_state(now),
            format_instant(record.expires_at, "never"),
            format_instant(record.last_used_at, "never"),
        )
        for record in find_store().tokens.all()
    ]
    say(format_table(("ID", "USER", "NAME", "STATE", "EXPIRES", "LAST USED"), rows))


@token.command("revoke", cls=RecordedCommand)
@click.argument("token_id", type=int, metavar="ID")
def revoke_token(token_id: int) -> None:
    """End the token ID for good; `flask token list` shows the IDs."""
    record = find_store().tokens.revoke(token_id)
    say(f"Revoked the token {record.id} of {record.user.username}.")


def _split(permissions: tuple[str, ...]) -> list[str] | None:
    """Return the permissions that were named, or None when none was."""
    names = [name.strip() for each in permissions for name in each.split(",")]
    return [name for name in names if name] or None
