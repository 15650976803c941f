"""The stored things: roles, users, API tokens and Asterisk servers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from amictl.store.extensions import Base, NameSet, UtcDateTime

TokenState = Literal["good", "expired", "revoked"]


def read_utc_clock() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


class Role(Base):
    """A named set of permissions, optionally limited to some PBXes and some queues.

    A scope of None means all; an empty scope means none.
    """

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    description: Mapped[str] = mapped_column(String(255), default="")
    permissions: Mapped[frozenset[str]] = mapped_column(NameSet, default=frozenset)
    pbx_scope: Mapped[frozenset[str] | None] = mapped_column(NameSet, default=None)
    queue_scope: Mapped[frozenset[str] | None] = mapped_column(NameSet, default=None)

    users: Mapped[list[User]] = relationship(back_populates="role", passive_deletes="all")

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Role {self.name}>"


class User(Base):
    """A person who may log in, or the owner of a program's tokens.

    ``must_change_password`` says that others know the password: until it is changed neither the user nor the
    user's tokens may do anything else. ``session_version`` grows when the password, the role or the activity
    changes: a session that was begun under an older version is over. The ``is_*`` properties and ``get_id``
    are what Flask-Login asks of a user.
    """

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id", ondelete="RESTRICT"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    session_version: Mapped[int] = mapped_column(default=1)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=read_utc_clock)
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)

    role: Mapped[Role] = relationship(back_populates="users", lazy="joined")
    tokens: Mapped[list[ApiToken]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def is_active(self) -> bool:
        """Return whether the account may be used."""
        return self.active

    @property
    def is_authenticated(self) -> bool:
        """Return True: a stored user is never the anonymous one."""
        return True

    @property
    def is_anonymous(self) -> bool:
        """Return False: a stored user is never the anonymous one."""
        return False

    def get_id(self) -> str:
        """Return the key that a session keeps of this user: its ID and its session version."""
        return f"{self.id}.{self.session_version}"

    def __str__(self) -> str:
        return self.username

    def __repr__(self) -> str:
        return f"<User {self.username}>"


class ApiToken(Base):
    """A program's bearer token; only its SHA-256 is stored.

    ``permissions`` limits the token to a part of its owner's permissions; None means all of them.
    ``parent_id`` is the token by which it was made, if it was: it ends with that one.
    """

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(64), default="")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    permissions: Mapped[frozenset[str] | None] = mapped_column(NameSet, default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=read_utc_clock)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    parent_id: Mapped[int | None] = mapped_column(default=None, index=True)

    user: Mapped[User] = relationship(back_populates="tokens", lazy="joined")

    @property
    def effective_permissions(self) -> frozenset[str]:
        """Return the permissions of the token: never more than its owner's role has now."""
        owned = self.user.role.permissions
        return owned if self.permissions is None else owned & self.permissions

    def describe_state(self, now: datetime) -> TokenState:
        """Return what a token is worth at an instant."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "good"

    def __str__(self) -> str:
        return f"{self.id} ({self.name})" if self.name else str(self.id)

    def __repr__(self) -> str:
        return f"<ApiToken {self.id}>"


class AmiServer(Base):
    """An Asterisk server that amictl keeps an AMI link to; its secret is stored encrypted only."""

    __tablename__ = "ami_server"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[int]
    username: Mapped[str] = mapped_column(String(128))
    secret_encrypted: Mapped[str] = mapped_column(Text)
    tls: Mapped[bool] = mapped_column(default=False)
    tls_verify: Mapped[bool] = mapped_column(default=True)
    tls_ca: Mapped[str | None] = mapped_column(Text, default=None)
    enabled: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<AmiServer {self.name}>"
