"""``flask keys``."""

from __future__ import annotations

import pytest

from amictl.cli import register_commands
from amictl.config import Settings
from amictl.errors import ConfigurationError
from amictl.store import SecretBox, ServerFields, Servers, Store, db, load_keys
from amictl.store.keys import make_encryption_key
from tests.cli.conftest import Run
from tests.store.store_app import AMI_SECRET, close_app, make_app

FIELDS = ServerFields("main", "pbx.example.com", 5038, "amictl", AMI_SECRET)


def test_generate_prints_a_usable_key_and_stores_none(run: Run, settings: Settings) -> None:
    before = load_keys(settings)
    SecretBox([run("keys", "generate").stdout.strip()])
    assert load_keys(settings) == before


def test_rotate_makes_a_new_key_that_alone_reads_every_secret(
    run: Run, store: Store, settings: Settings
) -> None:
    store.servers.create(FIELDS)
    (old,) = load_keys(settings).encryption_keys
    result = run("keys", "rotate")
    assert result.exit_code == 0, result.output
    assert "Encrypted 1 secret" in result.stdout
    new, previous = load_keys(settings).encryption_keys
    assert previous == old
    db.session.expire_all()
    encrypted = store.servers.find("main").secret_encrypted
    assert SecretBox([new]).decrypt(encrypted) == AMI_SECRET
    with pytest.raises(ConfigurationError):
        SecretBox([old]).decrypt(encrypted)
    assert not any(key in result.output for key in (old, new, AMI_SECRET))


def test_rotate_keeps_all_keys_while_a_secret_cannot_be_read(run: Run, settings: Settings) -> None:
    for _ in range(2):
        run("keys", "rotate")
    Servers(db.session, SecretBox([make_encryption_key()])).create(FIELDS)
    result = run("keys", "rotate")
    assert result.exit_code == 1
    assert "main" in result.stderr
    assert len(load_keys(settings).encryption_keys) == 3


def test_rotate_uses_the_keys_of_the_environment(settings: Settings) -> None:
    old, new = make_encryption_key(), make_encryption_key()
    app = make_app(settings.model_copy(update={"encryption_keys": (new, old)}))
    register_commands(app)
    with app.app_context():
        db.create_all()
        Servers(db.session, SecretBox([old])).create(FIELDS)
        result = app.test_cli_runner().invoke(args=["keys", "rotate"])
        assert result.exit_code == 0, result.output
        db.session.expire_all()
        (link,) = Servers(db.session, SecretBox([new])).load_link_settings()
        assert link.secret == AMI_SECRET
    assert not (settings.instance / "encryption_keys").exists()
    close_app(app)
