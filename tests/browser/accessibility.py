"""Accessibility as axe sees it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that look at colours: all others find the same in light and dark."""


def find_violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds on a page as it is shown now, however little: one line for each place.

    Args:
        page: The page.
        rules: Looks for these alone; None for all that axe has.
    """
    # Of what is fine axe tells one place for each rule: to tell all takes as long as to look.
    options = {"resultTypes": ["violations"], **({} if rules is None else {"runOnly": rules})}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]
