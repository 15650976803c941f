"""Keys: made once, private, and never shown."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from amictl.config import Settings
from amictl.errors import ConfigurationError
from amictl.store import SecretBox, load_keys
from amictl.store.keys import (
    ChangedKeys,
    add_encryption_key,
    drop_old_encryption_keys,
    make_encryption_key,
)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_are_made_once_and_kept_private(settings: Settings) -> None:
    keys = load_keys(settings)
    assert mode_of(settings.instance) == 0o700
    assert {path.name: mode_of(path) for path in settings.instance.iterdir()} == {
        "encryption_keys": 0o600,
        "secret_key": 0o600,
    }
    assert load_keys(settings) == keys
    assert len(keys.secret_key) >= 32
    SecretBox(keys.encryption_keys)


def test_of_the_environment_come_first_and_leave_no_file(settings: Settings) -> None:
    given = (make_encryption_key(), make_encryption_key())
    keys = load_keys(
        settings.model_copy(update={"secret_key": "from the environment", "encryption_keys": given})
    )
    assert (keys.secret_key, keys.encryption_keys) == ("from the environment", given)
    assert not settings.instance.exists()


def test_are_not_in_the_repr(settings: Settings) -> None:
    keys = load_keys(settings)
    assert keys.secret_key not in repr(keys)
    assert keys.encryption_keys[0] not in repr(keys)


@pytest.mark.parametrize("name", ["secret_key", "encryption_keys"])
def test_that_others_can_read_are_refused_with_the_remedy(settings: Settings, name: str) -> None:
    load_keys(settings)
    (settings.instance / name).chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        load_keys(settings)


def test_in_an_empty_file_are_refused_rather_than_replaced(settings: Settings) -> None:
    load_keys(settings)
    (settings.instance / "encryption_keys").write_text("\n")
    with pytest.raises(ConfigurationError, match="is empty"):
        load_keys(settings)


def test_an_instance_folder_that_is_there_keeps_its_mode(settings: Settings) -> None:
    settings.instance.mkdir(mode=0o755)
    settings.instance.chmod(0o755)
    load_keys(settings)
    assert mode_of(settings.instance) == 0o755


def test_a_rotation_adds_the_newest_first_and_ends_with_two(settings: Settings) -> None:
    (first,) = load_keys(settings).encryption_keys
    second, *rest = add_encryption_key(settings)
    assert rest == [first]
    drop_old_encryption_keys(settings)
    third, *rest = add_encryption_key(settings)
    assert rest == [second, first]
    drop_old_encryption_keys(settings)
    assert load_keys(settings).encryption_keys == (third, second)
    assert mode_of(settings.instance / "encryption_keys") == 0o600
    assert sorted(path.name for path in settings.instance.iterdir()) == ["encryption_keys", "secret_key"]


def test_of_a_process_that_runs_follow_every_rotation_of_the_file(settings: Settings) -> None:
    running = SecretBox(load_keys(settings).encryption_keys, ChangedKeys(settings).read)
    kept = running.encrypt("from before")
    for _ in range(3):
        newest, *_ = add_encryption_key(settings)
        drop_old_encryption_keys(settings)
        assert running.decrypt(SecretBox([newest]).encrypt("by a command")) == "by a command"
        assert SecretBox([newest]).decrypt(running.encrypt("by the process")) == "by the process"
        assert running.decrypt(kept) == "from before", "a key that is known is not forgotten"


@pytest.mark.parametrize("harm", ["gone", "empty", "open to others", "no keys", "others' keys"])
def test_of_a_process_that_runs_outlive_their_file(settings: Settings, harm: str) -> None:
    running = SecretBox(load_keys(settings).encryption_keys, ChangedKeys(settings).read)
    kept = running.encrypt("from before")
    path = settings.instance / "encryption_keys"
    if harm == "gone":
        path.unlink()
    elif harm == "open to others":
        path.chmod(0o644)
        path.write_text(make_encryption_key())
    else:
        path.write_text({"empty": "", "no keys": "x y"}.get(harm, make_encryption_key()))
    assert running.decrypt(kept) == "from before"
    assert running.decrypt(running.encrypt("from after")) == "from after"
