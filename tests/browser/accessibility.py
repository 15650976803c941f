"""Accessibility as axe sees it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_SERIOUS = {"serious", "critical"}


def find_violations(page: Page) -> list[str]:
    """What axe finds serious on a page as it is shown now: one line for each place."""
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in found
        if violation["impact"] in _SERIOUS
        for node in violation["nodes"]
    ]
