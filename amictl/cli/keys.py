"""``flask keys``: the keys that encrypt the AMI secrets."""

from __future__ import annotations

import click

from amictl.cli.groups import CommandGroup, RecordedCommand, find_store
from amictl.store import SecretBox, Servers, db
from amictl.store.keys import add_encryption_key, drop_old_encryption_keys, make_encryption_key

keys = CommandGroup("keys", help="Manage the encryption of the AMI secrets.")


@keys.command("generate")
def generate_key() -> None:
    """Print a new key for AMICTL_ENCRYPTION_KEYS; it is stored nowhere."""
    click.echo(make_encryption_key())


@keys.command("rotate", cls=RecordedCommand)
def rotate_keys() -> None:
    """Encrypt all AMI secrets with the newest key.

    With AMICTL_ENCRYPTION_KEYS set, put the new key first there before. Otherwise a new key is made in the
    instance folder, and the one before it is kept there too, for a server that still runs.
    """
    store = find_store()
    if store.settings.encryption_keys:
        count, unreadable = store.servers.rotate_secrets()
    else:
        box = SecretBox(add_encryption_key(store.settings))
        count, unreadable = Servers(db.session, box).rotate_secrets()
        if not unreadable:
            drop_old_encryption_keys(store.settings)
    click.echo(
        f"Encrypted {count} secret(s) with the newest key. Restart amictl so that it uses that key too."
    )
    if unreadable:
        raise click.ClickException(
            f"The secret of {', '.join(unreadable)} fits none of the keys: enter it again. "
            "No key was dropped."
        )
