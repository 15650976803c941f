"""``flask keys``: the keys that encrypt the AMI secrets."""

from __future__ import annotations

from amictl.cli.groups import CommandGroup, RecordedCommand, find_store, refuse, say
from amictl.store import SecretBox, Servers, Store, db
from amictl.store.keys import add_encryption_key, drop_old_encryption_keys, make_encryption_key

keys = CommandGroup("keys", help="Manage the encryption of the AMI secrets.")


@keys.command("generate")
def generate_key() -> None:
    """Print a new key for AMICTL_ENCRYPTION_KEYS; it is stored nowhere."""
    say(make_encryption_key())


def _describe_taking_up(store: Store) -> str:
    """Return a sentence on how a running amictl gets the newest key."""
    if store.settings.encryption_keys:
        return "An amictl that was started with other AMICTL_ENCRYPTION_KEYS must be restarted with these."
    return "An amictl that is running takes it up by itself."


@keys.command("rotate", cls=RecordedCommand)
def rotate_keys() -> None:
    """Encrypt all AMI secrets with the newest key.

    With AMICTL_ENCRYPTION_KEYS set, put the new key first there and restart amictl before. Otherwise a new
    key is made in the instance folder, the one before it is kept there too, and an amictl that runs reads
    both.
    """
    store = find_store()
    if store.settings.encryption_keys:
        count, unreadable = store.servers.rotate_secrets()
    else:
        box = SecretBox(add_encryption_key(store.settings))
        count, unreadable = Servers(db.session, box).rotate_secrets()
        if not unreadable:
            drop_old_encryption_keys(store.settings)
    say(f"Encrypted {count} secret(s) with the newest key. {_describe_taking_up(store)}")
    if unreadable:
        raise refuse(
            f"The secret of {', '.join(unreadable)} fits none of the keys: enter it again. "
            "No key was dropped."
        )
