"""What services are asked: the types and the bases that all requests share.

A request is a pydantic model: a route reads it from the body or the query string, and hands it to the method
of a service, beside which it is declared. So its schema, its checks and the method's arguments are one list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StrictBool,
    StrictInt,
    StrictStr,
)
from pydantic_core import CoreSchema, PydanticCustomError

_PBX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_DIAL_STRING = re.compile(r"[A-Za-z][A-Za-z0-9_]*/[^\r\n\x00]+")
_CLEAN = r"^[^\r\n\x00]+$"
_VARIABLE = re.compile(r"_{0,2}[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True)
class TextCheck(AfterValidator):
    """A validator of text that also tells the JSON schema what it checks.

    Args:
        facts: Keywords of the text's schema ("JSON Schema Validation 2020-12", section 6.3).
    """

    facts: tuple[tuple[str, str | int], ...] = ()  # hashable, as annotations must be

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the text's schema with the facts."""
        return {**handler(core_schema), **dict(self.facts)}


def limit_bytes(most: int) -> TextCheck:
    """Return a validator: a header's line is limited in bytes ("Asterisk manager.c"), not in characters."""

    def check_size(text: str) -> str:
        if not text or len(text.encode("utf-8", "surrogatepass")) > most:
            raise PydanticCustomError("text_size", f"Use 1 to {most} bytes of UTF-8")
        return text

    return TextCheck(check_size, (("minLength", 1), ("maxLength", most), ("pattern", _CLEAN)))


def match_pattern(pattern: re.Pattern[str], advice: str) -> TextCheck:
    """Return a validator that tells what to write instead."""

    def check_pattern(text: str) -> str:
        if not pattern.fullmatch(text):
            raise PydanticCustomError("text_pattern", advice)
        return text

    return TextCheck(check_pattern, (("pattern", f"^(?:{pattern.pattern})$"),))


Short = Annotated[
    StrictStr, limit_bytes(79)
]  # AST_MAX_CONTEXT, AST_MAX_EXTENSION, AST_MAX_ACCOUNT_CODE less NUL
Text = Annotated[StrictStr, limit_bytes(255)]  # where Asterisk cuts a channel's name and caller ID
Long = Annotated[StrictStr, limit_bytes(900)]  # a line holds 1022 bytes, its header's name included
MAX_INT = 2**31 - 1  # Asterisk reads numbers into a C int
ChannelName = Annotated[Text, Field(description="A live channel's name or unique ID")]
RingTime = Annotated[StrictInt, Field(ge=1000, le=3_600_000, description="Milliseconds that it may ring")]
PbxName = Annotated[StrictStr, match_pattern(_PBX, "Use the short name of a PBX, such as main")]
DialString = Annotated[
    Text,
    match_pattern(_DIAL_STRING, "Write technology, slash, resource, such as PJSIP/100 or Local/200@default"),
]
VariableName = Annotated[
    Short,
    match_pattern(_VARIABLE, "Use letters, digits and underscores; dialplan functions cannot be set here"),
]
QueueName = Annotated[Short, Field(description="A queue's name")]
Interface = Annotated[Short, Field(description="A member's interface, such as PJSIP/100")]


def _read_flag(value: object) -> object:
    """Return what a query argument says; anything but these four words is refused."""
    return (
        {"1": True, "true": True, "0": False, "false": False}.get(value, value)
        if isinstance(value, str)
        else value
    )


QueryFlag = Annotated[StrictBool, BeforeValidator(_read_flag)]


class Fields(BaseModel):
    """The base of all requests: unknown fields are refused, values are never bent to fit."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)


class PbxQuery(Fields):
    """A read of one PBX."""

    pbx: PbxName | None = None


class ReadQuery(PbxQuery):
    """A read that asks a PBX."""

    raw: Annotated[QueryFlag, Field(description="Whether to add the AMI message to each item")] = False


class ChannelBody(Fields):
    """A write about one channel."""

    channel: ChannelName
    pbx: PbxName | None = None
