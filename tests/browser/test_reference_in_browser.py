"""The page of the API: every route is on it, found and opened by a person, and it is accessible."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import COLOURS, find_violations
from tests.browser.conftest import DESK, PHONE, OpenConsole
from tests.contract import read_document
from tests.serving import AmictlServer

PAUSE = read_document()["paths"]["/api/ami/queue/pause/"]["post"]["operationId"]
LOOKS = [("desk", DESK, "light", None), ("dark", DESK, "dark", COLOURS), ("phone", PHONE, "light", None)]
OPEN_ALL = "for (const each of document.querySelectorAll('details')) each.open = true"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AmictlServer]:
    with AmictlServer(tmp_path_factory.mktemp("amictl")) as started:
        yield started


def width_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def test_the_page_is_accessible_and_fits_the_screen_in_light_and_dark(
    server: AmictlServer, open_console: OpenConsole, save_screenshot: Callable[..., None]
) -> None:
    page = open_console(server, path=f"/api/docs#{PAUSE}").page
    expect(page.locator(f"#{PAUSE} .card-body").first).to_be_visible()  # the address names it
    for name, size, scheme, rules in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # so that no colour is half-way
        expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
        save_screenshot(page, name)
        assert find_violations(page, rules) == [], name
    page.evaluate(OPEN_ALL)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert width_of(page) <= size["width"]


def test_every_operation_is_on_the_page_and_a_few_letters_find_it(
    server: AmictlServer, open_console: OpenConsole
) -> None:
    page = open_console(server, path="/api/docs").page
    documented = {
        f"{method.upper()} {path}" for path, methods in read_document()["paths"].items() for method in methods
    }
    shown = page.locator(".operation > summary")
    expect(shown).to_have_count(len(documented))
    assert {" ".join(text.split()[:2]) for text in shown.all_inner_texts()} == documented
    page.get_by_label("Find a route").fill("post queue/pause")
    expect(shown.locator("visible=true")).to_have_count(1)
    shown.locator("visible=true").click()
    expect(page.get_by_text('"interface": "PJSIP/100"').first).to_be_visible()
    page.get_by_label("Find a route").fill("no such route")
    expect(page.get_by_text("No route has that")).to_be_visible()
