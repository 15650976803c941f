"""Every page and tab once: accessible in light and dark, on no screen too wide, and every word translatable.

With ``AMICTL_TEST_SCREENSHOTS=yes`` pictures of each at three widths go to ``test-results/``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Response, WebSocket, expect

from amictl.store.permissions import DEFAULT_ROLES
from amictl.web.console import TABS
from tests.browser.accessibility import COLOURS, find_violations
from tests.browser.conftest import PHONE, OpenConsole
from tests.pseudo_language import CLOSE, LANGUAGE, OPEN, write_pseudo_language
from tests.serving import ROOT, AmictlServer, wait_until

SaveScreenshot = Callable[..., None]

SIZES = {"390": PHONE, "1280": {"width": 1280, "height": 800}, "1920": {"width": 1920, "height": 1080}}
CONSOLE = [f"/console/{tab.name}" for tab in TABS]
VIEWS = [*CONSOLE, "/console/queues/support", "/console/queues?wall=1"]
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

_FILLED = """() => {
    const find = (selector) => document.querySelector(selector);
    const panel = find(".wall-tiles") ?? find("[role=tabpanel]:not([hidden])") ?? document.body;
    const waits = [...panel.querySelectorAll('.spinner-border')].some((part) => part.checkVisibility());
    return !waits && panel.innerText.trim().length > 80;
}"""
_TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_UNTRANSLATED = (ROOT / "tests/browser/untranslated.js").read_text(encoding="utf-8")
_WORD = re.compile(r"[^\W\d_]{2,}")


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
        assert wait_until(lambda: page.evaluate(_FILLED)), f"{path} stays empty"


def name_of(path: str) -> str:
    return re.sub(r"\W+", "-", path).strip("-") or "start"


def look_at(page: Page, path: str, save: SaveScreenshot) -> list[str]:
    """Tell what is wrong with a page in light and dark, and take its pictures."""
    wrong: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # so that no colour is half-way
        for width, size in SIZES.items():
            page.set_viewport_size(size)
            too_wide = page.evaluate(_TOO_WIDE)
            if too_wide:
                wrong.append(f"{path} at {width} is {too_wide} px too wide")
            save(page, f"{name_of(path)}-{scheme}-{width}")
        page.set_viewport_size(SIZES["1280"])
        rules = None if scheme == "light" else COLOURS
        wrong += [f"{path} in {scheme}: {each}" for each in find_violations(page, rules=rules)]
    return wrong


def test_every_page_is_accessible_in_light_and_dark_and_fits_phones_and_desks(
    demo: AmictlServer, open_console: OpenConsole, save_screenshot: SaveScreenshot
) -> None:
    console = open_console(demo)
    console.expect_complaint("404")
    wrong: list[str] = []
    for path in [*VIEWS, *SETTINGS]:
        show(console.page, demo, path)
        wrong += look_at(console.page, path, save_screenshot)
    console.page.context.clear_cookies()
    show(console.page, demo, "/login")
    wrong += look_at(console.page, "/login", save_screenshot)
    assert not wrong, "\n".join(wrong)


class Heard:
    """All texts that a page was sent as data: names, numbers and words of the PBX and of people."""

    def __init__(self, page: Page) -> None:
        self._texts: list[str] = []
        page.on("websocket", self._follow)
        page.on("response", self._read)

    def words(self) -> set[str]:
        """Return the words of these texts."""
        return {word for text in self._texts for word in _WORD.findall(text)}

    def _follow(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self._keep(str(frame).lstrip("0123456789")))

    def _read(self, response: Response) -> None:
        if "/api/" in response.url and response.ok:
            self._keep(response.text())

    def _keep(self, text: str) -> None:
        if text.startswith(("[", "{")):
            self._texts.extend(texts_of(json.loads(text)))


def texts_of(value: object) -> Iterator[str]:
    """Yield the texts of a JSON value, and the names of AMI headers; other names are amictl's own."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from texts_of(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name[:1].isupper():
                yield name
            yield from texts_of(each)


def open_menus(page: Page) -> None:
    """Open all that a page folds away: menus and details."""
    page.evaluate("for (const each of document.querySelectorAll('details')) { each.open = true; }")


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
    people = {"amictl", "admin", "main", "demo", *(role.name for role in DEFAULT_ROLES)}
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
