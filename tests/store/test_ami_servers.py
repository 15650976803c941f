"""Asterisk servers: what is accepted, what is encrypted, and what never comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import text

from amictl.config import LinkSettings
from amictl.errors import ConfigurationError, Conflict, InvalidInput, NotFound
from amictl.store import SecretBox, ServerFields, Servers, Store, db
from amictl.store.keys import make_encryption_key
from tests.store.store_app import AMI_SECRET

FIELDS = ServerFields("main", "pbx.example.com", 5038, "amictl", AMI_SECRET)


def make_ca_pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test CA")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def test_a_server_becomes_link_settings_with_its_secret(store: Store) -> None:
    pem = make_ca_pem()
    store.servers.create(replace(FIELDS, tls=True, tls_verify=False, tls_ca=pem))
    assert store.servers.load_link_settings() == [
        LinkSettings("main", "pbx.example.com", 5038, "amictl", AMI_SECRET, True, False, pem)
    ]


def test_the_secret_is_in_no_row_and_no_repr(store: Store) -> None:
    server = store.servers.create(FIELDS)
    rows = db.session.execute(text("SELECT * FROM ami_server")).all()
    shown = repr(rows) + repr(server) + str(server) + repr(FIELDS) + repr(store.servers.load_link_settings())
    assert AMI_SECRET not in shown
    assert repr(SecretBox([make_encryption_key()])) == "<SecretBox>"


def test_a_disabled_server_has_no_link(store: Store) -> None:
    store.servers.create(replace(FIELDS, enabled=False))
    assert store.servers.load_link_settings() == []


@pytest.mark.parametrize(
    ("change", "refused_field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Main"}, "name"),
        ({"name": "-main"}, "name"),
        ({"name": "main-"}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": "main\n"}, "name"),
        ({"name": "x" * 33}, "name"),
        ({"host": ""}, "host"),
        ({"host": "two words"}, "host"),
        ({"host": "pbx\r\nAction: Logoff"}, "host"),
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"username": ""}, "username"),
        ({"username": "a\r\nSecret: b"}, "username"),
        ({"username": "x" * 129}, "username"),
        ({"secret": ""}, "secret"),
        ({"secret": None}, "secret"),
        ({"secret": "a\nb"}, "secret"),
        ({"secret": "a\0b"}, "secret"),
        ({"secret": "x" * 513}, "secret"),
        ({"tls_ca": "not a certificate"}, "tls_ca"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_and_nothing_is_stored(
    store: Store, change: dict, refused_field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        store.servers.create(replace(FIELDS, **change))
    assert [problem.field for problem in refused.value.problems] == [refused_field]
    assert store.servers.all() == []


def test_all_refused_fields_are_named_at_once(store: Store) -> None:
    with pytest.raises(InvalidInput) as refused:
        store.servers.create(ServerFields("", "", 0, "", ""))
    assert [problem.field for problem in refused.value.problems] == [
        "name",
        "host",
        "port",
        "username",
        "secret",
    ]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "fe80::1%eth0", "pbx", "pbx_1.example.com"])
def test_names_and_addresses_of_both_families_are_hosts(store: Store, host: str) -> None:
    assert store.servers.create(replace(FIELDS, host=host)).host == host


def test_a_taken_name_is_a_conflict_for_new_and_for_renamed_servers(store: Store) -> None:
    store.servers.create(FIELDS)
    other = store.servers.create(replace(FIELDS, name="lab"))
    with pytest.raises(Conflict, match="'main'"):
        store.servers.create(FIELDS)
    with pytest.raises(Conflict, match="'main'"):
        store.servers.update(other, replace(FIELDS, secret=None))
    assert [server.name for server in store.servers.all()] == ["lab", "main"]


def test_an_update_without_a_secret_keeps_the_stored_one(store: Store) -> None:
    server = store.servers.create(FIELDS)
    store.servers.update(server, replace(FIELDS, name="renamed", username="other", secret=None))
    (link,) = store.servers.load_link_settings()
    assert (link.name, link.username, link.secret) == ("renamed", "other", AMI_SECRET)


@pytest.mark.parametrize(
    "change",
    [
        {"host": "elsewhere.example.com"},
        {"port": 5039},
        {"tls": False},
        {"tls_verify": False},
        {"tls_ca": None},
    ],
)
def test_the_stored_secret_is_not_sent_elsewhere_unless_entered_again(store: Store, change: dict) -> None:
    fields = replace(FIELDS, tls=True, tls_ca=make_ca_pem())
    server = store.servers.create(fields)
    with pytest.raises(InvalidInput) as refused:
        store.servers.update(server, replace(fields, **change, secret=None))
    assert [problem.field for problem in refused.value.problems] == ["secret"]
    assert (server.host, server.port, server.tls, server.tls_verify) == ("pbx.example.com", 5038, True, True)
    store.servers.update(server, replace(fields, **change))
    assert store.servers.load_link_settings()[0].secret == AMI_SECRET


def test_finding_an_unknown_server_names_the_known_ones(store: Store) -> None:
    store.servers.create(FIELDS)
    with pytest.raises(NotFound, match=r"'lab'.*main"):
        store.servers.find("lab")


def test_a_secret_that_no_key_fits_is_a_problem_of_that_link_which_stays_configured(store: Store) -> None:
    lost = Servers(db.session, SecretBox([make_encryption_key()])).create(replace(FIELDS, name="lost"))
    store.servers.create(FIELDS)
    links = store.servers.load_link_settings()
    assert [(link.name, link.secret, link.problem is None) for link in links] == [
        ("lost", "", False),
        ("main", AMI_SECRET, True),
    ]
    assert "AMICTL_ENCRYPTION_KEYS" in (store.servers.describe_problem(lost) or "")
    with pytest.raises(ConfigurationError, match="fits none"):
        store.servers.read_link(lost)


def test_the_newest_key_encrypts_and_every_key_decrypts() -> None:
    old, new = make_encryption_key(), make_encryption_key()
    encrypted = SecretBox([old]).encrypt(AMI_SECRET)
    both = SecretBox([new, old])
    assert both.decrypt(encrypted) == AMI_SECRET
    assert SecretBox([new]).decrypt(both.rotate(encrypted)) == AMI_SECRET


@pytest.mark.usefixtures("store")
def test_rotation_renews_every_readable_secret_and_names_the_others() -> None:
    old, new = make_encryption_key(), make_encryption_key()
    Servers(db.session, SecretBox([old])).create(FIELDS)
    Servers(db.session, SecretBox([make_encryption_key()])).create(replace(FIELDS, name="lost"))
    assert Servers(db.session, SecretBox([new, old])).rotate_secrets() == (1, ["lost"])
    lost, main = Servers(db.session, SecretBox([new])).load_link_settings()
    assert (lost.secret, main.secret) == ("", AMI_SECRET)


@pytest.mark.parametrize("keys", [[], ["not-a-key"], ["ключ"], [make_encryption_key(), "x" * 44]])
def test_bad_keys_are_refused_without_being_quoted(keys: list[str]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        SecretBox(keys)
    assert not any(key in refused.value.detail for key in keys)
    assert refused.value.__cause__ is None
