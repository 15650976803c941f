"""Recognising an actor by a session cookie or a bearer token, and checking later that this still holds."""

from __future__ import annotations

from dataclasses import dataclass

from amictl.errors import NotAuthenticated
from amictl.services.access import Actor, actor_of
from amictl.services.accounts.sessions import SessionFacts, SessionTable
from amictl.store.accounts import Accounts
from amictl.store.models import User
from amictl.store.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Identity:
    """An actor with the proof by which it was recognised: a session or a token.

    Args:
        actor: Who it is, with the rights of the moment.
        session: The session, for a person.
        token_id: The token's primary key, for a program.
    """

    actor: Actor
    session: SessionFacts | None = None
    token_id: int | None = None


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
        return Identity(actor_of(user), session=self._sessions.begin(user.get_id()))

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
        return Identity(actor_of(user), session=session)

    def of_token(self, text: str) -> Identity:
        """Return the identity of a token.

        Raises:
            NotAuthenticated: The token is unknown, expired or revoked, or its owner is inactive.
        """
        token = self._tokens.authenticate(text)
        return Identity(actor_of(token.user, token), token_id=token.id)

    def recheck(self, identity: Identity) -> Identity | None:
        """Return an identity with its present rights, or None when it is no longer valid.

        Sockets call this every few seconds; an open console so keeps its session from growing idle.
        """
        if identity.session is not None:
            return self.of_session(identity.session)
        if identity.token_id is None:
            return None
        try:
            token = self._tokens.recheck(identity.token_id)
        except NotAuthenticated:
            return None
        return Identity(actor_of(token.user, token), token_id=token.id)
