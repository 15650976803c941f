"""Routes of a person's or a program's own API tokens."""

from __future__ import annotations

from amictl.errors import NotFound
from amictl.services.access import Actor
from amictl.services.accounts.identity import Identity
from amictl.services.use_cases import UseCases
from amictl.web.api.tokens_schemas import NewToken, Token, TokenBody, TokenList
from amictl.web.contract import Data, Routes

_LARGEST_ID = 2**31 - 1

routes = Routes("tokens", "/api/tokens")


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
