"""Routes of a person's or a program's own API tokens."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.errors import NotAuthenticated, NotFound
from amictl.services.tokens import TokenService
from amictl.web.answers import answer_success
from amictl.web.contract import describe
from amictl.web.inputs import read_body
from amictl.web.schemas.tokens import NewToken, Token, TokenBody, TokenList
from amictl.web.visitors import current_actor, current_identity

_LARGEST_ID = 2**31 - 1


def make_tokens_blueprint(tokens: TokenService) -> Blueprint:
    """Return the routes under ``/api/tokens/``."""
    blueprint = Blueprint("tokens", __name__, url_prefix="/api/tokens")

    @blueprint.get("/")
    @describe(
        "Your API tokens",
        details="Who has users.admin sees everybody's. The text of a token is never shown again.",
        data=TokenList,
        errors=(),
    )
    def list_tokens() -> Response:
        return answer_success({"tokens": tokens.list_tokens(current_actor())})

    @blueprint.post("/")
    @describe(
        "Make an API token for yourself",
        details="It allows no more than you may do now, and loses what you lose. One that is made by a token "
        "allows no more than that token, lasts no longer, and ends with it.",
        body=TokenBody,
        data=NewToken,
        status=201,
        errors=(),
        write=True,
        example={"name": "wallboard", "permissions": ["live.read"], "expires_in_days": 90},
    )
    def create_token() -> Response:
        body = read_body(TokenBody)
        identity = current_identity()
        if identity is None:
            raise NotAuthenticated("Log in, or send a bearer token.")
        made = tokens.create(identity, body.name, body.permissions, body.expires_in_days)
        return answer_success(made, 201)

    @blueprint.delete("/<int:token_id>/")
    @describe(
        "End one of your API tokens",
        data=Token,
        errors=("not_found",),
        write=True,
        path={"token_id": "The token's ID"},
    )
    def delete_token(token_id: int) -> Response:
        return _revoke(token_id)

    @blueprint.post("/<int:token_id>/revoke/")
    @describe(
        "End one of your API tokens, where DELETE cannot be sent",
        data=Token,
        errors=("not_found",),
        write=True,
        path={"token_id": "The token's ID"},
    )
    def revoke_token(token_id: int) -> Response:
        return _revoke(token_id)

    def _revoke(token_id: int) -> Response:
        """Return what became of a token."""
        if token_id > _LARGEST_ID:
            raise NotFound("You have no such token.")
        return answer_success(tokens.revoke(current_actor(), token_id))

    return blueprint
