"""``flask doctor``: checks whether everything is there that amictl needs."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask.cli import with_appcontext

from amictl.cli.groups import find_store, say
from amictl.cli.pbxes import inspect_server
from amictl.errors import StorageUnavailable
from amictl.manager import MANAGER_STANZA, Verdict
from amictl.services.utilities.links import can_log_in
from amictl.store import Permission, Store, db
from amictl.store.schema import find_newest_revision, read_present_revision

_PROBLEMS = frozenset({Verdict.WRONG, Verdict.UNKNOWN})


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check database, users and links, and print the manager.conf stanza that amictl needs."""
    store = find_store()
    problems = list(_check_database(store))
    if not problems:
        problems = [*_check_users(store), *_check_links(store)]
    say(f"\nThe user that amictl needs in manager.conf on each Asterisk server:\n\n{MANAGER_STANZA}")
    for problem in problems:
        say(f"Problem: {problem}", err=True)
    if problems:
        raise click.exceptions.Exit(1)
    say("All is well.")


def _check_database(store: Store) -> Iterator[str]:
    """Yield what is wrong with the database."""
    newest = find_newest_revision()
    try:
        with db.engine.connect() as connection:
            present = read_present_revision(connection)
        store.writer.prove()
    except StorageUnavailable as error:
        yield f"{error.detail} ({error.place})"
        return
    if present != newest:
        yield f"The database is at revision {present or 'none'}, not {newest}. Run: flask db upgrade"
        return
    say(f"Database: revision {present}, {db.engine.dialect.name}.")


def _check_users(store: Store) -> Iterator[str]:
    """Yield what is wrong with the users."""
    users = [user for user in store.accounts.all() if user.active]
    say(f"Users: {len(users)} may log in.")
    if not any(Permission.USERS_ADMIN in user.role.permissions for user in users):
        yield "Nobody can manage users. Run: flask user create NAME --role Admin"


def _check_links(store: Store) -> Iterator[str]:
    """Yield what is wrong with the links."""
    servers = [server for server in store.servers.all() if server.enabled]
    if not servers:
        yield "There is no PBX. Run: flask pbx add main --host HOST --username USER"
    for server in servers:
        findings = inspect_server(store.servers, server)
        if not can_log_in(findings):
            yield f"There is no link to {server.name}: see above."
        elif any(finding.verdict in _PROBLEMS for finding in findings):
            yield f"The link to {server.name} misses something: see above."
