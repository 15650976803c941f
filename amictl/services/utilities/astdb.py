"""Asterisk's own database: families of keys with values."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from amictl.errors import InvalidInput, NotFound
from amictl.manager import Pbx
from amictl.pbx.actions import make_action
from amictl.pbx.readings.database import DatabaseEntry, read_database_entry
from amictl.pbx.readings.raw import read_rows
from amictl.pbx.value import About
from amictl.services.access import Actor
from amictl.services.execution.execution import translate_refusal
from amictl.services.pbx_service import PbxService
from amictl.services.requests import Fields, PbxName, PbxQuery, QueryFlag, ReadQuery, Text
from amictl.services.results import PbxResult, Performed
from amictl.store.permissions import Permission

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


class DatabaseEntries(PbxResult, frozen=True):
    """Entries."""

    entries: tuple[DatabaseEntry, ...]
    truncated: Annotated[bool, About("Whether there are more than the limit")]


class DatabasePutBody(Fields):
    """An entry to write."""

    family: Family
    key: Key
    value: Annotated[StrictStr, Field(max_length=900, description="May be empty")]
    pbx: PbxName | None = None


class DatabaseWritten(Performed, frozen=True):
    """An entry that was written."""

    family: str
    key: str
    value: str


class DatabaseDeleteQuery(PbxQuery):
    """What to delete."""

    family: Family
    key: Key | None = None
    tree: Annotated[QueryFlag, Field(description="Whether everything below goes, too")] = False


class DatabaseDeleted(Performed, frozen=True):
    """What was deleted."""

    family: str
    key: str | None
    tree: bool


class AstdbService(PbxService):
    """What can be done with the database of a PBX, by ``utilities.read`` and ``utilities.write``.

    Whoever is limited to queues is refused.
    """

    def read(self, actor: Actor, asked: DatabaseQuery) -> DatabaseEntries:
        """Return one entry, those of a family, or all."""
        pbx = self._find_whole_pbx(actor, asked.pbx)
        if asked.family is not None and asked.key is not None:
            with translate_refusal("not found", _no_entry(pbx, asked.family, asked.key)):
                reply = self._execution.read(pbx, make_action("DBGet", family=asked.family, key=asked.key))
        else:
            reply = self._execution.read(pbx, make_action("DBGetTree", family=asked.family))
        entries = read_rows(reply.items[: asked.limit], read_database_entry, raw=asked.raw)
        return DatabaseEntries(pbx.name, entries, truncated=len(reply.items) > asked.limit)

    def put(self, actor: Actor, asked: DatabasePutBody) -> DatabaseWritten:
        """Write an entry."""
        pbx = self._find_whole_pbx(actor, asked.pbx)
        action = make_action("DBPut", family=asked.family, key=asked.key, value=asked.value)
        reply = self._execution.write(actor, pbx, action, permission=Permission.UTILITIES_WRITE)
        return DatabaseWritten(pbx.name, reply.message, asked.family, asked.key, asked.value)

    def delete(self, actor: Actor, asked: DatabaseDeleteQuery) -> DatabaseDeleted:
        """Delete an entry, or with ``tree`` what is below a key or a family.

        Raises:
            InvalidInput: There is neither a key nor ``tree``.
        """
        pbx = self._find_whole_pbx(actor, asked.pbx)
        family, key = asked.family, asked.key
        if asked.tree:
            action, words = make_action("DBDelTree", family=family, key=key), "not found"
        elif key is None:
            raise InvalidInput.of("key", "Give a key, or tree=1 to delete the whole family.")
        else:
            action, words = make_action("DBDel", family=family, key=key), "could not be deleted"
        with translate_refusal(words, _no_entry(pbx, family, key)):
            reply = self._execution.write(actor, pbx, action, permission=Permission.UTILITIES_WRITE)
        return DatabaseDeleted(pbx.name, reply.message, family, key, asked.tree)


def _no_entry(pbx: Pbx, family: str, key: str | None) -> NotFound:
    """Return the error for what the database does not have."""
    what = f"family {family}" if key is None else f"entry {family}/{key}"
    return NotFound(f"There is no {what} in the database of {pbx.name}.")
