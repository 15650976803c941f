"""What a browser loads before the first rows stand is small."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import OpenConsole
from tests.serving import AmictlServer, wait_until

FIRST_PAINT_BYTES = 150_000
"""Of page, styles, fonts, icons and scripts until the first rows stand, as they are sent: compressed."""

_FILLED = """() => {
    const panel = document.querySelector('[role="tabpanel"]:not([hidden])') ?? document.body;
    const waits = [...panel.querySelectorAll('.spinner-border')].some((part) => part.checkVisibility());
    return !waits && panel.innerText.trim().length > 80;
}"""
_LOADED = """() => ["navigation", "resource"]
    .flatMap((kind) => performance.getEntriesByType(kind))
    .map((entry) => [new URL(entry.name).pathname.replace(/^.static.[^/]+./, ""), entry.encodedBodySize])
    .filter(([path]) => !path.startsWith("/api/"))"""


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[AmictlServer]:
    """An amictl with the demo in the morning."""
    with AmictlServer(tmp_path, AMICTL_DEMO="auto", AMICTL_DEMO_HOUR="10") as server:
        server.wait_until_ready()
        yield server


def test_the_first_rows_stand_after_less_than_150_kb(demo: AmictlServer, open_console: OpenConsole) -> None:
    page = open_console(demo, path="/").page
    assert wait_until(lambda: page.evaluate(_FILLED))
    loaded: dict[str, int] = dict(page.evaluate(_LOADED))
    assert loaded["vendor/tabler.css"] > 5_000
    assert loaded["vendor/inter/latin.woff2"] > 15_000
    assert sum(loaded.values()) < FIRST_PAINT_BYTES, sorted(loaded.items(), key=lambda item: -item[1])
