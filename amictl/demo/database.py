"""The PBX's own small database of texts (AstDB, Asterisk main/db.c)."""

from __future__ import annotations


class Database:
    """Texts by family and key; both may hold slashes, so an entry is known by its path ``/family/key``."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def get(self, family: str, key: str) -> str | None:
        """Return a value, or None where there is none."""
        return self._values.get(_path(family, key))

    def put(self, family: str, key: str, value: str) -> None:
        """Set a value."""
        self._values[_path(family, key)] = value

    def delete(self, family: str, key: str) -> bool:
        """Remove a value; False where there was none."""
        return self._values.pop(_path(family, key), None) is not None

    def tree(self, family: str = "", key: str = "") -> list[tuple[str, str]]:
        """Return paths and values of a family, of a key with all that is below it, or of all, in order."""
        prefix = _path(family, key)
        return sorted(
            (path, value)
            for path, value in self._values.items()
            if not prefix or path == prefix or path.startswith(f"{prefix}/")
        )

    def delete_tree(self, family: str = "", key: str = "") -> int:
        """Remove what `tree` returns, and return how many entries that were."""
        paths = [path for path, _ in self.tree(family, key)]
        for path in paths:
            del self._values[path]
        return len(paths)


def _path(family: str, key: str) -> str:
    return "".join(f"/{part}" for part in (family, key) if part)
