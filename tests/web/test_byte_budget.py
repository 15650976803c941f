"""What browsers load of the console stays small, as it is sent: compressed."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath

import pytest

from amictl.web.static_files import StaticFiles
from tests.serving import ROOT

ALL_BYTES = 350_000
"""Of everything that the console can load; each file once."""

NEVER_LOADED = frozenset({"", ".LICENSE"})  # for people who read the folder
OF_OTHER_PAGES = frozenset({"css/connect.css", "css/reference.css", "js/connect.js", "js/reference.js"})


def test_all_that_the_console_can_load_is_less_than_350_kb() -> None:
    if not (ROOT / "static/vendor").exists():
        pytest.skip("The set-up fills static/vendor: make setup")
    sizes = Counter(
        {
            file.path: len(file.compressed or file.content)
            for file in StaticFiles(ROOT / "static").look().files.values()
            if file.suffix not in NEVER_LOADED and file.path not in OF_OTHER_PAGES
        }
    )
    assert sizes["vendor/tabler.css"] > 5_000
    kinds: Counter[str] = Counter()
    for path, size in sizes.items():
        kinds[PurePosixPath(path).suffix] += size
    assert sizes.total() < ALL_BYTES, (sizes.total(), kinds, sizes.most_common(20))
