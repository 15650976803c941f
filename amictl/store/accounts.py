"""Users: who may log in, with which role, and the rule that an administrator always remains."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from amictl.errors import Conflict, InvalidInput, NotFound
from amictl.store.extensions import DatabaseSession
from amictl.store.models import Role, User, read_utc_clock
from amictl.store.passwords import Passwords, check_password
from amictl.store.permissions import Permission

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


def normalise_username(username: str) -> str:
    """Return the one spelling under which a user is stored and found: trimmed, in lower case."""
    return username.strip().lower()


def require_remaining_admin(session: DatabaseSession) -> None:
    """Check, before a commit, that somebody can still manage users.

    Raises:
        Conflict: No active user would have ``users.admin``; the changes are rolled back.
    """
    session.flush()  # takes the write lock, so that two such changes cannot pass side by side
    active_users = session.scalars(select(User).where(User.active))
    if not any(Permission.USERS_ADMIN in user.role.permissions for user in active_users):
        session.rollback()
        raise Conflict(
            "This would leave nobody who can manage users. "
            "Give another active user an administrator's role first."
        )


class Accounts:
    """The users in the database; every method that changes something commits.

    Args:
        session: The database session of the present application context.
        passwords: Hashes and checks passwords.
    """

    def __init__(self, session: DatabaseSession, passwords: Passwords) -> None:
        self._session = session
        self._passwords = passwords

    def all(self) -> Sequence[User]:
        """Return the users by name."""
        return self._session.scalars(select(User).order_by(User.username)).all()

    def find(self, username: str) -> User:
        """Return the user of that name.

        Raises:
            NotFound: There is none.
        """
        user = self._find_or_none(username)
        if user is None:
            raise NotFound(f"There is no user {username!r}.")
        return user

    def find_session_user(self, session_id: str) -> User | None:
        """Return the user that a session was begun for, while that session is still good.

        Args:
            session_id: What ``User.get_id`` returned at login.
        """
        user_id, _, version = session_id.partition(".")
        if not (user_id.isdecimal() and version.isdecimal()):
            return None
        user = self._session.get(User, int(user_id))
        if user is None or not user.active or user.session_version != int(version):
            return None
        return user

    def verify_password(self, username: str, password: str) -> User | None:
        """Return the active user with that name and password, else None.

        An unknown name takes as long as a wrong password. A hash made with older parameters is renewed.
        """
        user = self._find_or_none(username)
        matches = self._passwords.verify(user.password_hash if user else None, password)
        if user is None or not matches or not user.active:
            return None
        if self._passwords.needs_rehash(user.password_hash):
            renewed = self._passwords.hash(password)
            user.password_hash = renewed
            self._session.commit()
        return user

    def note_login(self, user: User) -> None:
        """Note that a user has logged in now."""
        user.last_login_at = read_utc_clock()
        self._session.commit()

    def awaits_first_login(self) -> bool:
        """Return whether somebody has a password to change, and nobody has ever logged in."""
        has_logged_in = select(User.id).where(User.last_login_at.is_not(None))
        must_change = select(User.id).where(User.must_change_password, User.active)
        return (
            self._session.scalar(has_logged_in.limit(1)) is None
            and self._session.scalar(must_change.limit(1)) is not None
        )

    def create(
        self,
        username: str,
        password: str,
        role_name: str,
        *,
        active: bool = True,
        must_change_password: bool = False,
    ) -> User:
        """Store a new user.

        Args:
            username: The name.
            password: The password.
            role_name: The role's name.
            active: Whether the user may log in.
            must_change_password: Whether the user may do nothing before choosing a password.

        Raises:
            InvalidInput: The name or the password cannot be used.
            NotFound: There is no such role.
            Conflict: The name is taken.
        """
        name = normalise_username(username)
        if not _USERNAME.fullmatch(name):
            raise InvalidInput.of(
                "username",
                "Use 1 to 64 letters, digits, '.', '_', '-' or '@', beginning with a letter or digit.",
            )
        check_password(password, name)
        role = self._find_role(role_name)
        if self._find_or_none(name) is not None:
            raise Conflict(f"There is already a user {name!r}.")
        # The hash comes before the row: hashing may let other green threads run, and none may
        # wait inside a write.
        user = User(
            username=name,
            password_hash=self._passwords.hash(password),
            role_id=role.id,
            active=active,
            must_change_password=must_change_password,
        )
        self._session.add(user)
        self._commit_unique(f"There is already a user {name!r}.")
        return user

    def update(
        self,
        user: User,
        *,
        password: str | None = None,
        role_name: str | None = None,
        active: bool | None = None,
        must_change_password: bool | None = None,
    ) -> None:
        """Change a user; what is None stays. A real change ends the user's sessions.

        A new password need not be changed, unless that is said.

        Raises:
            InvalidInput: The password cannot be used.
            NotFound: There is no such role.
            Conflict: Nobody could manage users any more.
        """
        password_hash = user.password_hash
        if password is not None:
            check_password(password, user.username)
            password_hash = self._passwords.hash(password)
        role_id = user.role_id if role_name is None else self._find_role(role_name).id
        is_active = user.active if active is None else active
        if must_change_password is None:
            must_change_password = user.must_change_password and password is None
        before = (user.password_hash, user.role_id, user.active, user.must_change_password)
        after = (password_hash, role_id, is_active, must_change_password)
        if before == after:
            return
        user.password_hash, user.role_id, user.active, user.must_change_password = after
        user.session_version += 1
        self._session.flush()
        self._session.expire(user, ["role"])
        require_remaining_admin(self._session)
        self._session.commit()

    def choose_password(self, user: User, present: str, chosen: str) -> None:
        """Change a user's password for the user, who knows the present one; ends the user's sessions.

        Raises:
            InvalidInput: The present password is another one, or the new one cannot be used.
        """
        if not self._passwords.verify(user.password_hash, present):
            raise InvalidInput.of("present_password", "This is not your present password.")
        if chosen == present:
            raise InvalidInput.of("password", "Choose another one than the present one.")
        self.update(user, password=chosen)

    def delete(self, user: User) -> None:
        """Remove a user and the user's tokens.

        Raises:
            Conflict: Nobody could manage users any more.
        """
        self._session.delete(user)
        require_remaining_admin(self._session)
        self._session.commit()

    def _find_or_none(self, username: str) -> User | None:
        """Return the user of that name, if there is one."""
        return self._session.scalar(select(User).where(User.username == normalise_username(username)))

    def _find_role(self, role_name: str) -> Role:
        """Return the role of that name, or tell which there are."""
        role = self._session.scalar(select(Role).where(Role.name == role_name))
        if role is None:
            names = ", ".join(self._session.scalars(select(Role.name).order_by(Role.name)))
            raise NotFound(f"There is no role {role_name!r}. The roles are: {names or 'none yet'}.")
        return role

    def _commit_unique(self, detail: str) -> None:
        """Commit; a name that another process took meanwhile is a conflict."""
        try:
            self._session.commit()
        except IntegrityError as error:
            self._session.rollback()
            raise Conflict(detail) from error
