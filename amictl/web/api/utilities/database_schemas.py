"""What the routes of Asterisk's own database take and give."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from amictl.services.requests import Fields, PbxName, PbxQuery, QueryFlag, ReadQuery, Text
from amictl.services.schemas import Item, PbxAnswer, Performed

_MOST_ENTRIES = 10_000
_MOST_TEXT = 6  # characters of a number in a query string


def _read_number(value: object) -> object:
    """Return the number in a query argument; anything else is refused later."""
    plain = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _MOST_TEXT
    return int(str(value)) if plain else value


Family = Annotated[Text, Field(description="A family; the path of an entry is /family/key")]
Key = Annotated[Text, Field(description="A key in the family; slashes may be part of it")]


class DatabaseQuery(ReadQuery):
    """A read of one entry, of a family, or of all."""

    family: Family | None = None
    key: Key | None = None
    limit: Annotated[
        int,
        BeforeValidator(_read_number),
        Field(strict=True, ge=1, le=_MOST_ENTRIES, description="Most entries to return"),
    ] = 1000

    @model_validator(mode="after")
    def check_key(self) -> Self:
        """Check that a key comes with its family."""
        if self.key is not None and self.family is None:
            raise PydanticCustomError("key", "The field key belongs to family")
        return self


class DatabasePutBody(Fields):
    """An entry to write."""

    family: Family
    key: Key
    value: Annotated[StrictStr, Field(max_length=900, description="May be empty")]
    pbx: PbxName | None = None


class DatabaseDeleteQuery(PbxQuery):
    """What to delete."""

    family: Family
    key: Key | None = None
    tree: Annotated[QueryFlag, Field(description="Whether everything below goes, too")] = False


class DatabaseEntry(Item):
    """An entry."""

    family: str
    key: str
    value: str


class DatabaseEntries(PbxAnswer):
    """Entries."""

    entries: list[DatabaseEntry]
    truncated: Annotated[bool, Field(description="Whether there are more than the limit")]


class DatabaseWritten(Performed):
    """An entry that was written."""

    family: str
    key: str
    value: str


class DatabaseDeleted(Performed):
    """What was deleted."""

    family: str
    key: str | None
    tree: bool
