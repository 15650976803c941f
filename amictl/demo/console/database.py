"""``database …``: the PBX's own database (Asterisk main/db.c)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from amictl.demo.console.registry import Invocation, command


@command("database show", "Shows database contents", most=2)
def show_entries(asked: Invocation) -> Iterator[str]:
    """List all entries, or those of a family or a part of it."""
    yield from _list(asked.world.database.tree(*asked.words))


@command("database showkey", "Shows database contents", fewest=1, most=1)
def show_key(asked: Invocation) -> Iterator[str]:
    """List the entries of a key, in whatever family."""
    ending = f"/{asked.words[0]}"
    yield from _list([entry for entry in asked.world.database.tree() if entry[0].endswith(ending)])


@command("database get", "Gets database value", fewest=2, most=2)
def show_entry(asked: Invocation) -> Iterator[str]:
    """Show one entry."""
    value = asked.world.database.get(*asked.words)
    yield "Database entry not found." if value is None else f"Value: {value}"


@command("database put", "Adds/updates database value", fewest=3, most=3)
def write_entry(asked: Invocation) -> Iterator[str]:
    """Write one entry."""
    family, key, value = asked.words
    asked.world.database.put(family, key, value)
    yield "Updated database successfully"


@command("database del", "Removes database key/value", fewest=2, most=2)
def delete_entry(asked: Invocation) -> Iterator[str]:
    """Delete one entry."""
    is_gone = asked.world.database.delete(*asked.words)
    yield "Database entry removed." if is_gone else "Database entry could not be removed."


@command("database deltree", "Removes database family/values", fewest=1, most=2)
def delete_tree(asked: Invocation) -> Iterator[str]:
    """Delete a family, or a part of it."""
    count = asked.world.database.delete_tree(*asked.words)
    yield f"{count} database entries removed." if count else "Database entries do not exist."


def _list(entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    for path, value in entries:
        yield f"{path:<50}: {value:<25}"
    yield f"{len(entries)} results found."
