"""The database: users, roles, tokens, Asterisk servers, and the keys that protect them."""

from amictl.store.accounts import Accounts, normalise_username
from amictl.store.allowed_commands import AllowedCommand, AllowedCommands
from amictl.store.ami_servers import ServerFields, Servers
from amictl.store.audit_entry import EntryKind
from amictl.store.audit_log import AuditFacts, AuditLog, AuditQuery, AuditStamp
from amictl.store.crypto import SecretBox
from amictl.store.database import Store, open_store
from amictl.store.extensions import db
from amictl.store.first_start import FirstStart, run_first_start
from amictl.store.idempotency_keys import IdempotencyKeys, StoredAnswer
from amictl.store.instance_lock import hold_instance
from amictl.store.keys import Keys, load_keys
from amictl.store.models import AmiServer, ApiToken, Role, User
from amictl.store.passwords import Passwords, Runner
from amictl.store.permissions import ADMIN_ROLE, DEFAULT_ROLES, PERMISSIONS, Permission
from amictl.store.queue_days import StoredDay
from amictl.store.roles import RoleFields, Roles
from amictl.store.schema import attach_migrations, is_up_to_date, upgrade_database
from amictl.store.tokens import IssuedToken, Tokens

__all__ = [
    "ADMIN_ROLE",
    "DEFAULT_ROLES",
    "PERMISSIONS",
    "Accounts",
    "AllowedCommand",
    "AllowedCommands",
    "AmiServer",
    "ApiToken",
    "AuditFacts",
    "AuditLog",
    "AuditQuery",
    "AuditStamp",
    "EntryKind",
    "FirstStart",
    "IdempotencyKeys",
    "IssuedToken",
    "Keys",
    "Passwords",
    "Permission",
    "Role",
    "RoleFields",
    "Roles",
    "Runner",
    "SecretBox",
    "ServerFields",
    "Servers",
    "Store",
    "StoredAnswer",
    "StoredDay",
    "Tokens",
    "User",
    "attach_migrations",
    "db",
    "hold_instance",
    "is_up_to_date",
    "load_keys",
    "normalise_username",
    "open_store",
    "run_first_start",
    "upgrade_database",
]
