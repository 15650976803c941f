"""Who sends a request: Flask-Login wired to amictl's identities, by session cookie or bearer token."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, Request, g, request, session
from flask_login import LoginManager, current_user, login_user, logout_user

from amictl.errors import NotAuthenticated
from amictl.services.access import Actor
from amictl.services.accounts.identity import Identity, IdentityService
from amictl.services.accounts.sessions import SessionFacts
from amictl.store.permissions import Permission

_SEEN_RESOLUTION = 60.0  # seconds; a new cookie with each request would say nothing more


@dataclass(frozen=True, slots=True)
class Visitor:
    """Flask-Login's user: who was recognised for one request.

    Args:
        identity: The actor with its session or token; None where nobody is recognised.
    """

    identity: Identity | None = None

    @property
    def is_authenticated(self) -> bool:
        """Return whether somebody was recognised."""
        return self.identity is not None

    @property
    def is_anonymous(self) -> bool:
        """Return whether nobody was recognised."""
        return self.identity is None

    @property
    def is_active(self) -> bool:
        """Return whether the account may be used; an inactive one is not recognised at all."""
        return self.identity is not None

    def get_id(self) -> str | None:
        """Return what the session cookie keeps of the user."""
        session_facts = self.identity.session if self.identity else None
        return session_facts.user_key if session_facts else None


def register_visitors(app: Flask, identities: IdentityService) -> None:
    """Recognise the visitor of each request.

    An ``Authorization`` header alone decides where there is one: a request is never made with the rights
    of both a token and a cookie, so that only a valid token can do without a CSRF token.

    Args:
        app: The application.
        identities: Knows sessions and tokens.
    """
    manager = LoginManager()
    manager.anonymous_user = Visitor
    manager.session_protection = None  # bound to the session's own ID instead of to an address

    def load_session_visitor(user_key: str) -> Visitor | None:
        facts = read_session()
        if "Authorization" in request.headers or facts is None or facts.user_key != user_key:
            return None
        identity = identities.of_session(facts)
        if identity is None:
            session.clear()
            return None
        _renew_seen(facts)
        return Visitor(identity)

    def load_token_visitor(incoming: Request) -> Visitor | None:
        authorization = incoming.authorization
        if authorization is None:
            if "Authorization" in incoming.headers:
                raise NotAuthenticated("The Authorization header must say: Bearer, then a token.")
            return None
        if authorization.type != "bearer" or not authorization.token:
            raise NotAuthenticated("The Authorization header must say: Bearer, then a token.")
        return Visitor(identities.of_token(authorization.token))

    manager.user_loader(load_session_visitor)
    manager.request_loader(load_token_visitor)
    manager.init_app(app)


def describe_visitor(actor: Actor) -> dict[str, Any]:
    """Return what the console is told of its user, with its page and when a session begins in it."""
    return {
        "user": {
            "username": actor.username,
            "role": actor.role,
            "limited": actor.queue_scope is not None,
        },
        "permissions": sorted(permission for permission in Permission if actor.may(permission)),
    }


def current_identity() -> Identity | None:
    """Return the identity of the present request, or None where nobody is recognised."""
    return cast("Identity | None", current_user.identity)


def require_identity() -> Identity:
    """Return the identity of the present request.

    Raises:
        NotAuthenticated: Nobody was recognised.
    """
    identity = current_identity()
    if identity is None:
        raise NotAuthenticated("Log in, or send a bearer token.")
    return identity


def be_nobody() -> None:
    """Serve the rest of the present request as from nobody recognised, without asking the database."""
    g._login_user = Visitor()  # noqa: SLF001 - where Flask-Login keeps whom it has recognised


def open_session(identity: Identity) -> None:
    """Begin the visitor's session in a fresh cookie: nothing from before the login stays."""
    facts = identity.session
    if facts is None:
        raise NotAuthenticated("Only a person can have a session.")
    session.clear()
    session["session_id"] = facts.session_id
    session["began_at"] = facts.began_at
    session["seen_at"] = facts.seen_at
    login_user(Visitor(identity))


def close_session() -> None:
    """Empty the cookie."""
    logout_user()
    session.clear()


def read_session() -> SessionFacts | None:
    """Return what the session cookie says, or None when nobody is logged in by it."""
    try:
        return SessionFacts(
            session_id=str(session["session_id"]),
            user_key=str(session["_user_id"]),
            began_at=float(session["began_at"]),
            seen_at=float(session["seen_at"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _renew_seen(facts: SessionFacts) -> None:
    """Write the time of use into the cookie, so that it outlives a restart."""
    now = time.time()
    if now - facts.seen_at > _SEEN_RESOLUTION:
        session["seen_at"] = now
