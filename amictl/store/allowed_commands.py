"""The CLI commands that ``command.run`` may use; an administrator edits the list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from amictl.errors import Conflict, InvalidInput
from amictl.store.extensions import Base, DatabaseSession

_WORD = re.compile(r"[a-z0-9][a-z0-9._@/-]*")
_MAX_LENGTH = 128


class AllowedCommand(Base):
    """The beginning of CLI commands that may be run: whole words, in lower case, one blank apart."""

    __tablename__ = "allowed_command"

    id: Mapped[int] = mapped_column(primary_key=True)
    prefix: Mapped[str] = mapped_column(String(_MAX_LENGTH), unique=True)

    def __str__(self) -> str:
        return self.prefix

    def __repr__(self) -> str:
        return f"<AllowedCommand {self.prefix}>"


class AllowedCommands:
    """The allowed commands in the database; every method that changes something commits.

    Args:
        session: The database session of the present application context.
    """

    def __init__(self, session: DatabaseSession) -> None:
        self._session = session

    def all(self) -> Sequence[AllowedCommand]:
        """Return the allowed commands by their text."""
        return self._session.scalars(select(AllowedCommand).order_by(AllowedCommand.prefix)).all()

    def prefixes(self) -> tuple[str, ...]:
        """Return the text of the allowed commands."""
        return tuple(self._session.scalars(select(AllowedCommand.prefix).order_by(AllowedCommand.prefix)))

    def create(self, prefix: str) -> AllowedCommand:
        """Allow the commands that begin with these words.

        Raises:
            InvalidInput: This cannot be the beginning of a command.
            Conflict: It is allowed already.
        """
        command = AllowedCommand(prefix=normalise_prefix(prefix))
        self._session.add(command)
        self._commit_unique()
        return command

    def update(self, command: AllowedCommand, prefix: str) -> None:
        """Change which commands an entry allows.

        Raises:
            InvalidInput: This cannot be the beginning of a command.
            Conflict: It is allowed already.
        """
        command.prefix = normalise_prefix(prefix)
        self._commit_unique()

    def delete(self, command: AllowedCommand) -> None:
        """Allow these commands no longer."""
        self._session.delete(command)
        self._session.commit()

    def _commit_unique(self) -> None:
        """Commit; an entry that is there already is a conflict."""
        try:
            self._session.commit()
        except IntegrityError as error:
            self._session.rollback()
            raise Conflict("This command is on the list already.") from error


def normalise_prefix(prefix: str) -> str:
    """Return the words of an entry in lower case, one blank apart.

    Raises:
        InvalidInput: It is empty, too long, one word alone, or has a word that no CLI command has. One word
            would allow what changes the PBX beside what reads it: ``core`` has ``core stop now``.
    """
    words = prefix.lower().split()
    if not all(_WORD.fullmatch(word) for word in words):
        raise InvalidInput.of("prefix", "Use words of letters, digits and . _ @ / - alone.")
    if len(words) < 2:
        raise InvalidInput.of("prefix", "Use at least two words, such as: core show channels.")
    joined = " ".join(words)
    if len(joined) > _MAX_LENGTH:
        raise InvalidInput.of("prefix", f"Use at most {_MAX_LENGTH} characters.")
    return joined
