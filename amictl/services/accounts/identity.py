"""Recognising an actor by a session cookie or a bearer token, and checking later that this still holds."""

from __future__ import annotations

from dataclasses import dataclass

from amictl.errors import NotAuthenticated, PasswordChangeRequired, PermissionDenied
from amictl.services.access import Actor, actor_of
from amictl.services.accounts.sessions import SessionFacts, SessionTable
from amictl.store.accounts import Accounts
from amictl.store.models import ApiToken, User
from amictl.store.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Identity:
    """An actor with the proof by which it was recognised: a session or a token.

    Args:
        actor: Who it is, with the rights of the moment.
        session: The session, for a person.
        token_id: The token's primary key, for a program.
        must_change_password: Whether the user may do nothing but choose a password.
    """

    actor: Actor
    session: SessionFacts | None = None
    token_id: int | None = None
    must_change_password: bool = False


def require_own_password(identity: Identity) -> None:
    """Check that nobody but the user knows the user's password.

    Raises:
        PasswordChangeRequired: It was printed, or given by somebody else, and has not been changed.
    """
    if identity.must_change_password:
        raise PasswordChangeRequired("Log in to the console and choose a password of your own there first.")


class IdentityService:
    """Recognises people and programs; needs the application's database context.

    Args:
        accounts: The users.
        tokens: The API tokens.
        sessions: The login sessions of this process.
    """

    def __init__(self, accounts: Accounts, tokens: Tokens, sessions: SessionTable) -> None:
        self._accounts = accounts
        self._tokens = tokens
        self._sessions = sessions

    def log_in(self, username: str, password: str) -> Identity | None:
        """Return a new session's identity when the name and the password belong together."""
        user = self._accounts.verify_password(username, password)
        if user is None:
            return None
        self._accounts.note_login(user)
        return self._begin(user)

    def choose_password(self, identity: Identity, present: str, chosen: str) -> Identity:
        """Change a person's own password and end all of the person's sessions; return a new one.

        Raises:
            PermissionDenied: A program asks.
            InvalidInput: The present password is another one, or the new one cannot be used.
        """
        if identity.session is None:
            raise PermissionDenied("A password is changed by the person who logs in with it, not by a token.")
        user = self._accounts.find(identity.actor.username)
        self._accounts.choose_password(user, present, chosen)
        self._sessions.end(identity.session.session_id)
        return self._begin(user)

    def awaits_first_login(self) -> bool:
        """Return whether the first password was printed, and nobody has ever logged in."""
        return self._accounts.awaits_first_login()

    def _begin(self, user: User) -> Identity:
        """Return the identity of a new session."""
        facts = self._sessions.begin(user.get_id())
        return Identity(actor_of(user), session=facts, must_change_password=user.must_change_password)

    def log_out(self, session: SessionFacts) -> None:
        """End a session; its cookie is worthless from now on."""
        self._sessions.end(session.session_id)

    def of_session(self, session: SessionFacts) -> Identity | None:
        """Return the identity of a session and note its use; None where the session is over."""
        if not self._sessions.is_alive(session):
            return None
        user: User | None = self._accounts.find_session_user(session.user_key)
        if user is None:
            return None
        self._sessions.touch(session.session_id)
        return Identity(actor_of(user), session=session, must_change_password=user.must_change_password)

    def of_token(self, text: str) -> Identity:
        """Return the identity of a token.

        Raises:
            NotAuthenticated: The token is unknown, expired or revoked, or its owner is inactive.
        """
        return _identity_of(self._tokens.authenticate(text))

    def recheck(self, identity: Identity) -> Identity | None:
        """Return an identity with its present rights, or None when it may do nothing any more.

        Sockets call this every few seconds; an open console so keeps its session from growing idle.
        """
        present = self._find_again(identity)
        return None if present is None or present.must_change_password else present

    def _find_again(self, identity: Identity) -> Identity | None:
        """Return an identity as it is now, or None where its session or token is over."""
        if identity.session is not None:
            return self.of_session(identity.session)
        if identity.token_id is None:
            return None
        try:
            return _identity_of(self._tokens.recheck(identity.token_id))
        except NotAuthenticated:
            return None


def _identity_of(token: ApiToken) -> Identity:
    """Return whom a token acts for."""
    owner = token.user
    return Identity(
        actor_of(owner, token), token_id=token.id, must_change_password=owner.must_change_password
    )
