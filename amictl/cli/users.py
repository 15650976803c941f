"""``flask user``: the people who may log in."""

from __future__ import annotations

import click

from amictl.cli.groups import CommandGroup, RecordedCommand, find_store, format_table, read_secret_line, say
from amictl.store.permissions import AGENT_ROLE

user = CommandGroup("user", help="Manage the people who may log in.")

_password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)

# Who types it has a shell on amictl's machine and so the keys to everything; it is printed nowhere, and
# programs that set a service's password cannot choose another. So it need not be changed, unless asked for.
_must_change = click.option(
    "--must-change", is_flag=True, help="Let the user do nothing before choosing another password."
)


@user.command("create", cls=RecordedCommand)
@click.argument("name")
@click.option("--role", "role_name", default=AGENT_ROLE.name, show_default=True, help="Name of the role.")
@_password_stdin
@_must_change
def create_user(*, name: str, role_name: str, password_stdin: bool, must_change: bool) -> None:
    """Create the user NAME; the password is prompted for."""
    created = find_store().accounts.create(
        name, _ask_password(password_stdin), role_name, must_change_password=must_change
    )
    say(f"Created the user {created.username} with the role {created.role.name}.")


@user.command("list")
def list_users() -> None:
    """List the users."""
    rows = [
        (account.username, account.role.name, "yes" if account.active else "no")
        for account in find_store().accounts.all()
    ]
    say(format_table(("NAME", "ROLE", "ACTIVE"), rows))


@user.command("password", cls=RecordedCommand)
@click.argument("name")
@_password_stdin
@_must_change
def change_password(*, name: str, password_stdin: bool, must_change: bool) -> None:
    """Set a new password for the user NAME and end the user's sessions."""
    accounts = find_store().accounts
    account = accounts.find(name)
    accounts.update(account, password=_ask_password(password_stdin), must_change_password=must_change)
    say(f"Changed the password of {account.username}. The user's sessions have ended.")


def _ask_password(from_stdin: bool) -> str:
    """Return the password, typed twice or read from standard input."""
    if from_stdin:
        return read_secret_line("password")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt="Again")
    return password
