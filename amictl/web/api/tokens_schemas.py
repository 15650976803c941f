"""Requests and answers about API tokens."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictInt, StrictStr

from amictl.services.requests import Fields
from amictl.services.schemas import Answer, Time


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
