"""The console as a person uses it: a page object."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, WebSocket, expect

from tests.patience import PATIENCE
from tests.serving import AmictlServer
from tests.socket_contract import check_text

LIVE_MS = PATIENCE * 1000
_MARK = "amictlWasNeverReloaded"


class Console:
    """One browser page with the console.

    Args:
        page: A fresh page.
        server: The amictl that it shows.
    """

    def __init__(self, page: Page, server: AmictlServer) -> None:
        self.page = page
        self.server = server
        self.complaints: list[str] = []
        self.expected: list[str] = []
        page.set_default_timeout(LIVE_MS)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        page.on("websocket", self._follow)

    def expect_complaint(self, pattern: str) -> None:
        """Let messages of the browser's console pass that match a regular expression."""
        self.expected.append(pattern)

    def open_tab(self, name: str) -> Locator:
        """Open a tab by its label and return its panel."""
        self.page.get_by_role("tab", name=name).click()
        return self.page.get_by_role("tabpanel", name=name)

    @property
    def badge(self) -> Locator:
        """The link badge."""
        return self.page.get_by_test_id("link-badge")

    @property
    def channels(self) -> Locator:
        """The rows of the Channels tab, as many as the screen shows."""
        return self.page.locator("#panel-channels .table-row:not(.is-gone)")

    @property
    def channel_names(self) -> set[str]:
        """The channels that these rows show, by their names on the PBX."""
        lines = self.channels.locator("[data-column=device] [title]")
        return set(lines.evaluate_all("lines => lines.map((line) => line.title)"))

    @property
    def toasts(self) -> Locator:
        """The messages in the corner."""
        return self.page.locator("#toasts .message")

    def channel(self, name: str) -> Locator:
        """The row of a channel by its name on the PBX."""
        return self.channels.filter(has=self.page.get_by_title(name, exact=True))

    def hang_up_button(self, row: Locator) -> Locator:
        """The button that hangs a row's channel up."""
        return row.locator("[data-action=hangup]")

    def queue(self, name: str) -> Locator:
        """The card of a queue."""
        return self.page.get_by_test_id("queue").filter(
            has=self.page.get_by_role("heading", name=name, exact=True)
        )

    def open_queue(self, name: str) -> Locator:
        """Open the page of a queue by its card, and return the tab's panel."""
        panel = self.open_tab("Queues")
        self.queue(name).get_by_role("link", name=name, exact=True).click()
        expect(panel.get_by_role("heading", name=name, exact=True)).to_be_visible()
        return panel

    def member(self, name: str) -> Locator:
        """The row of a member on the page of a queue."""
        return self.page.get_by_test_id("queue-member").filter(has_text=name)

    def caller(self, name: str) -> Locator:
        """The bar of a caller on the page of a queue."""
        return self.page.get_by_test_id("queue-caller").filter(has_text=name)

    def expect_link(self, words: str | re.Pattern[str], seconds: float = PATIENCE) -> None:
        """Wait until the badge says something."""
        expect(self.badge).to_contain_text(words, timeout=seconds * 1000)

    def mark(self) -> None:
        """Leave a mark that a reload of the page would wipe out."""
        self.page.evaluate(f"window.{_MARK} = true")

    def has_mark(self) -> bool:
        """Whether the page is still the one that was marked."""
        return bool(self.page.evaluate(f"window.{_MARK} === true"))

    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(width))

    def _follow(self, opened: WebSocket) -> None:
        """Hold what the page is sent against the AsyncAPI document."""
        path = urlsplit(opened.url).path

        def check(message: str | bytes) -> None:
            try:
                check_text(path, message)
            except AssertionError as misfit:
                self.complaints.append(str(misfit))

        opened.on("framereceived", check)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        if not any(re.search(pattern, message.text) for pattern in self.expected):
            self.complaints.append(f"{message.type}: {message.text}")
