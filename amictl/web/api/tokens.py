"""Routes of a person's or a program's own API tokens."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictInt, StrictStr

from amictl.errors import NotFound
from amictl.services.access import Actor
from amictl.services.accounts.identity import Identity
from amictl.services.requests import Fields
from amictl.services.schemas import Answer, Time
from amictl.services.use_cases import UseCases
from amictl.web.contract import Data, Routes

_LARGEST_ID = 2**31 - 1

routes = Routes("tokens", "/api/tokens")


class TokenBody(Fields):
    """A token to make for oneself."""

    name: Annotated[StrictStr, Field(max_length=64, description="What the token is for")] = ""
    permissions: Annotated[
        list[Annotated[StrictStr, Field(max_length=64)]] | None,
        Field(max_length=64, description="Limit it to these; all of your own when left out"),
    ] = None
    expires_in_days: Annotated[
        StrictInt | None, Field(ge=1, le=3650, description="Never expires when left out")
    ] = None


class Token(Answer):
    """A token, without its text."""

    id: int
    user: Annotated[str, Field(description="Whose rights it acts with")]
    name: str
    permissions: Annotated[list[str], Field(description="What it allows now")]
    limited: Annotated[bool, Field(description="Whether it has fewer permissions than its user may get")]
    state: Literal["good", "expired", "revoked"]
    created_at: Time
    expires_at: Time | None
    last_used_at: Annotated[Time | None, Field(description="To the minute")]
    revoked_at: Time | None
    parent_id: Annotated[int | None, Field(description="The token that made it, with which it ends")]


class NewToken(Token):
    """A token just made."""

    token: Annotated[str, Field(description="The text to send as Bearer; it is never shown again")]


class TokenList(Answer):
    """Tokens, oldest first."""

    tokens: list[Token]


@routes.get("/", data=TokenList, errors=())
def list_tokens(services: UseCases, actor: Actor) -> Data:
    """Your API tokens.

    Who has users.admin sees everybody's. The text of a token is never shown again.
    """
    return {"tokens": services.tokens.list_tokens(actor)}


@routes.post(
    "/",
    data=NewToken,
    status=201,
    errors=(),
    example={"name": "wallboard", "permissions": ["live.read"], "expires_in_days": 90},
)
def create_token(services: UseCases, identity: Identity, body: TokenBody) -> Data:
    """Make an API token for yourself.

    It allows no more than you may do now, and loses what you lose. One that is made by a token allows no more
    than that token, lasts no longer, and ends with it.
    """
    return services.tokens.create(identity, body.name, body.permissions, body.expires_in_days)


@routes.delete("/<int:token_id>/", data=Token, errors=("not_found",), path={"token_id": "The token's ID"})
def delete_token(services: UseCases, actor: Actor, token_id: int) -> Data:
    """End one of your API tokens."""
    return _revoke(services, actor, token_id)


@routes.post(
    "/<int:token_id>/revoke/", data=Token, errors=("not_found",), path={"token_id": "The token's ID"}
)
def revoke_token(services: UseCases, actor: Actor, token_id: int) -> Data:
    """End one of your API tokens, where DELETE cannot be sent."""
    return _revoke(services, actor, token_id)


def _revoke(services: UseCases, actor: Actor, token_id: int) -> Data:
    """Return what became of a token."""
    if token_id > _LARGEST_ID:
        raise NotFound("You have no such token.")
    return services.tokens.revoke(actor, token_id)
