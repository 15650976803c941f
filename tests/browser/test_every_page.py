"""Every page and tab once: accessible in light and dark, on no screen too wide, and every word translatable.

Screenshots of each at three widths go to ``test-results/``, for people to look at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Response, WebSocket, expect

from amictl.web.console import TABS
from tests.browser.accessibility import find_violations
from tests.browser.conftest import PHONE, RESULTS, OpenConsole
from tests.pseudo_language import CLOSE, LANGUAGE, OPEN, write_pseudo_language
from tests.serving import ROOT, AmictlServer

SIZES = {"390": PHONE, "1280": {"width": 1280, "height": 800}, "1920": {"width": 1920, "height": 1080}}
CONSOLE = [f"/console/{tab.name}" for tab in TABS]
VIEWS = [*CONSOLE, "/console/queues/support"]
SETTINGS = [
    "/password",
    "/admin/",
    "/admin/servers/",
    "/admin/servers/new/",
    "/admin/connect/",
    "/admin/users/",
    "/admin/users/new/",
    "/admin/users/edit/?id=1",
    "/admin/users/delete/?id=1",
    "/admin/roles/",
    "/admin/roles/new/",
    "/admin/tokens/",
    "/admin/commands/",
    "/nowhere",
]
OF_PROGRAMS = ["/api/docs"]  # English, as the documents are

_FILLED = """() => {
    const panel = document.querySelector('[role="tabpanel"]:not([hidden])');
    const waits = [...panel.querySelectorAll('[data-part="waiting"]')].some((part) => part.checkVisibility());
    return !waits && panel.innerText.trim().length > 80;
}"""
_TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_UNTRANSLATED = (ROOT / "tests/browser/untranslated.js").read_text(encoding="utf-8")
_WORD = re.compile(r"[^\W\d_]{2,}")
_JSON_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"(?!\s*:)')


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AmictlServer]:
    """An amictl with the demo in the morning, which also speaks the pseudo-language."""
    folder = tmp_path_factory.mktemp("every_page")
    write_pseudo_language(folder / "translations")
    with AmictlServer(
        folder,
        AMICTL_DEMO="auto",
        AMICTL_DEMO_HOUR="10",
        AMICTL_TRANSLATIONS=str(folder / "translations"),
    ) as server:
        server.wait_until_ready()
        yield server


def show(page: Page, server: AmictlServer, path: str) -> None:
    """Open a page, and wait until what it is for is in it."""
    page.goto(f"{server.url}{path}")
    if path.startswith("/console/"):
        expect(page.locator("body")).to_have_attribute("data-ready", "true")
        page.wait_for_function(_FILLED)


def name_of(path: str) -> str:
    return re.sub(r"\W+", "-", path).strip("-") or "start"


def look_at(page: Page, path: str) -> list[str]:
    """Take the screenshots of a page, and tell what is wrong with it in light and dark."""
    wrong: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # so that no colour is half-way
        for width, size in SIZES.items():
            page.set_viewport_size(size)
            too_wide = page.evaluate(_TOO_WIDE)
            if too_wide:
                wrong.append(f"{path} at {width} is {too_wide} px too wide")
            page.screenshot(path=RESULTS / f"page-{name_of(path)}-{scheme}-{width}.png")
        page.set_viewport_size(SIZES["1280"])
        rules = None if scheme == "light" else ["color-contrast"]  # the rest is the same in both
        wrong += [f"{path} in {scheme}: {each}" for each in find_violations(page, rules=rules)]
    return wrong


def test_every_page_is_accessible_in_light_and_dark_and_fits_phones_and_desks(
    demo: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(demo)
    console.expect_complaint("404")
    wrong: list[str] = []
    for path in [*VIEWS, *SETTINGS, *OF_PROGRAMS]:
        show(console.page, demo, path)
        wrong += look_at(console.page, path)
    console.page.context.clear_cookies()
    show(console.page, demo, "/login")
    wrong += look_at(console.page, "/login")
    assert wrong == []


class Heard:
    """All texts that a page was sent as data: names, numbers and words of the PBX and of people."""

    def __init__(self, page: Page) -> None:
        self._texts: list[str] = []
        page.on("websocket", self._follow)
        page.on("response", self._read)

    def words(self) -> set[str]:
        """Return the words of these texts."""
        values = (value for text in self._texts for value in _JSON_TEXT.findall(text))
        return {word for value in values for word in _WORD.findall(value)}

    def _follow(self, socket: WebSocket) -> None:
        socket.on(
            "framereceived",
            lambda frame: self._texts.append(
                frame if isinstance(frame, str) else frame.decode(errors="replace")
            ),
        )

    def _read(self, response: Response) -> None:
        if "/api/" in response.url and response.ok:
            self._texts.append(response.text())


def open_menus(page: Page) -> None:
    """Open what stands ready on a page: menus and details."""
    for summary in page.locator("summary:visible").all():
        summary.click()


def find_untranslated(page: Page, known: Callable[[], set[str]]) -> list[str]:
    """Tell the texts of a page that are in no brackets and are no data."""
    shown = page.evaluate(_UNTRANSLATED)
    data = known()
    return [
        f"{where}: {text}" for where, text in shown if any(word not in data for word in _WORD.findall(text))
    ]


def test_every_word_of_every_page_is_translated(demo: AmictlServer, open_console: OpenConsole) -> None:
    heard: list[Heard] = []
    console = open_console(
        demo, path="/login", locale=LANGUAGE, prepare=lambda page: heard.append(Heard(page))
    )
    console.expect_complaint("404")
    page = console.page
    people = {"admin", "main", "Admin", "Supervisor", "Agent", "demo"}
    found: set[str] = set()
    for path in [*VIEWS, *SETTINGS]:
        show(page, demo, path)
        assert page.locator("html").get_attribute("lang") == LANGUAGE
        open_menus(page)
        found |= {f"{path}: {each}" for each in find_untranslated(page, lambda: heard[0].words() | people)}
    page.context.clear_cookies()
    show(page, demo, "/login")
    found |= {f"/login: {each}" for each in find_untranslated(page, lambda: people)}
    expect(page.get_by_role("button")).to_contain_text(OPEN)
    expect(page.get_by_role("button")).to_contain_text(CLOSE)
    assert sorted(found) == []
