"""Routes of a person's or a program's own API tokens."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.accounts.identity import Identity
from amictl.services.accounts.tokens import NewToken, Token, TokenBody, TokenList
from amictl.services.use_cases import UseCases
from amictl.web.contract import Routes

routes = Routes("tokens", "/api/tokens")


@routes.get("/", errors=())
def list_tokens(services: UseCases, actor: Actor) -> TokenList:
    """Your API tokens.

    Who has users.admin sees everybody's. The text of a token is never shown again.
    """
    return services.tokens.list_tokens(actor)


@routes.post(
    "/",
    status=201,
    errors=(),
    example={"name": "wallboard", "permissions": ["live.read"], "expires_in_days": 90},
)
def create_token(services: UseCases, identity: Identity, body: TokenBody) -> NewToken:
    """Make an API token for yourself.

    It allows no more than you may do now, and loses what you lose. One that is made by a token allows no more
    than that token, lasts no longer, and ends with it.
    """
    return services.tokens.create(identity, body)


@routes.delete("/<int:token_id>/", errors=("not_found",), path={"token_id": "The token's ID"})
def delete_token(services: UseCases, actor: Actor, token_id: int) -> Token:
    """End one of your API tokens."""
    return services.tokens.revoke(actor, token_id)


@routes.post("/<int:token_id>/revoke/", errors=("not_found",), path={"token_id": "The token's ID"})
def revoke_token(services: UseCases, actor: Actor, token_id: int) -> Token:
    """End one of your API tokens, where DELETE cannot be sent."""
    return services.tokens.revoke(actor, token_id)
