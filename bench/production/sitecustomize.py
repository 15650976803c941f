"""Put on a process's path, this hides packages that production does not have (see `bench.contestants`).

Libraries look for optional packages and load those that development happens to bring: some 15 MB of them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from types import ModuleType

HIDDEN = frozenset(os.environ["BENCH_HIDDEN_PACKAGES"].split(","))


class Hide:
    """A finder that comes first and denies some top-level packages."""

    @staticmethod
    def find_spec(name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> None:
        """Say nothing about a package that is there in production too.

        Raises:
            ModuleNotFoundError: It is not.
        """
        if name.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Hide)
