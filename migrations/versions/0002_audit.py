"""Add the audit log, the idempotency keys and the allowed CLI commands."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# What reads only, and shows no secret, on Asterisk 16 to 22; `pjsip show auth` would show passwords.
READING_COMMANDS = (
    "agent show",
    "bridge show",
    "bridge technology show",
    "cdr show status",
    "cel show status",
    "confbridge list",
    "core show application",
    "core show applications",
    "core show calls",
    "core show channels",
    "core show channeltypes",
    "core show codecs",
    "core show function",
    "core show functions",
    "core show hint",
    "core show hints",
    "core show settings",
    "core show sysinfo",
    "core show taskprocessors",
    "core show threads",
    "core show translation",
    "core show uptime",
    "core show version",
    "dahdi show channels",
    "dahdi show status",
    "devstate list",
    "features show",
    "group show channels",
    "http show status",
    "iax2 show channels",
    "iax2 show peers",
    "iax2 show registry",
    "logger show channels",
    "manager show connected",
    "manager show settings",
    "module show",
    "moh show classes",
    "moh show files",
    "parking show",
    "pjsip list",
    "pjsip show aor",
    "pjsip show aors",
    "pjsip show channels",
    "pjsip show channelstats",
    "pjsip show contact",
    "pjsip show contacts",
    "pjsip show endpoint",
    "pjsip show endpoints",
    "pjsip show registrations",
    "pjsip show transports",
    "pjsip show version",
    "presencestate list",
    "queue show",
    "rtp show settings",
    "sip show channels",
    "sip show peer",
    "sip show peers",
    "sip show registry",
    "voicemail show users",
    "voicemail show zones",
)

SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'rows of the audit log cannot be changed'); END
    """,
    """
    CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'rows of the audit log cannot be removed'); END
    """,
    """
    CREATE TRIGGER audit_entry_at_end BEFORE INSERT ON audit_entry
    WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id >= NEW.id)
    BEGIN SELECT RAISE(ABORT, 'rows of the audit log can only be added at its end'); END
    """,
    """
    CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    BEGIN SELECT RAISE(ABORT, 'the end of the audit log cannot be removed'); END
    """,
)

POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'rows of the audit log cannot be changed or removed'; END $$
    """,
    """
    CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
    """,
    """
    CREATE TRIGGER audit_head_no_delete BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
    """,
)


def upgrade() -> None:
    op.add_column("api_token", sa.Column("parent_id", sa.Integer(), nullable=True))
    op.create_index("ix_api_token_parent_id", "api_token", ["parent_id"])
    allowed_command = op.create_table(
        "allowed_command",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prefix", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_allowed_command"),
        sa.UniqueConstraint("prefix", name="uq_allowed_command_prefix"),
        sqlite_autoincrement=True,
    )
    op.bulk_insert(allowed_command, [{"prefix": prefix} for prefix in READING_COMMANDS])
    create_audit_tables()
    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.String(64), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_idempotency_key"),
        sa.UniqueConstraint("key_hash", name="uq_idempotency_key_key_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_idempotency_key_expires_at", "idempotency_key", ["expires_at"])
    op.create_index("ix_idempotency_key_owner", "idempotency_key", ["owner"])


def create_audit_tables() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("asked_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("via", sa.String(16), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.String(16), nullable=True),
        sa.Column("address", sa.String(64), nullable=True),
        sa.Column("request_id", sa.String(64), nullable=True),
        sa.Column("route", sa.String(255), nullable=False),
        sa.Column("pbx", sa.String(32), nullable=True),
        sa.Column("queue", sa.String(255), nullable=True),
        sa.Column("permission", sa.String(32), nullable=True),
        sa.Column("asked", sa.Text(), nullable=True),
        sa.Column("action", sa.String(64), nullable=True),
        sa.Column("headers", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("took_ms", sa.Double(), nullable=True),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entry_asked_id", "audit_entry", ["asked_id"])
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
    op.create_index("ix_audit_entry_username", "audit_entry", ["username"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("settled_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
        sqlite_autoincrement=True,
    )
    triggers = {"sqlite": SQLITE_TRIGGERS, "postgresql": POSTGRESQL_TRIGGERS}
    for statement in triggers.get(op.get_bind().dialect.name, ()):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("idempotency_key")
    op.drop_table("audit_head")
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
    op.drop_table("allowed_command")
    op.drop_index("ix_api_token_parent_id", "api_token")
    with op.batch_alter_table("api_token", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_column("parent_id")
