"""The first thing that a newcomer sees: a console full of life, which says that it is a demo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import find_violations
from tests.browser.conftest import PHONE, OpenConsole
from tests.serving import AmictlServer, StartAmictl

WIDTHS = {"phone": PHONE, "desk": {"width": 1280, "height": 800}, "wide": {"width": 1920, "height": 1080}}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AmictlServer]:
    """An amictl with nothing but the demo, as lively as in the morning."""
    with AmictlServer(tmp_path_factory.mktemp("demo"), AMICTL_DEMO="auto", AMICTL_DEMO_HOUR="10") as server:
        server.wait_until_ready()
        server.make_user("alice", "Agent")
        yield server


def test_calls_and_queues_are_there_at_once_and_the_notice_fits_every_screen(
    demo: AmictlServer, open_console: OpenConsole, save_screenshot: Callable[..., None]
) -> None:
    console = open_console(demo)
    page = console.page
    notice = page.get_by_role("complementary", name="Demo")
    expect(notice).to_contain_text("These calls are simulated")
    expect(notice.get_by_role("link", name="Connect your Asterisk")).to_be_visible()
    expect(console.channels.nth(5)).to_be_visible()
    for scheme, (width, size) in product(("light", "dark"), WIDTHS.items()):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # so that no colour is half-way
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (scheme, width)
        save_screenshot(page, f"channels-{scheme}-{width}")
        if size is PHONE:
            assert find_violations(page) == [], scheme
    expect(console.open_queue("support").get_by_text("Anna Schmidt").first).to_be_visible()
    save_screenshot(page, "queues")


def test_an_agent_is_told_whom_to_ask(demo: AmictlServer, open_console: OpenConsole) -> None:
    page = open_console(demo, "alice").page
    notice = page.get_by_role("complementary", name="Demo")
    expect(notice).to_contain_text("Ask an administrator")
    expect(notice.get_by_role("link")).to_have_count(0)


def test_the_notice_goes_with_the_demo(start_amictl: StartAmictl, open_console: OpenConsole) -> None:
    server = start_amictl(AMICTL_DEMO="no")
    page = open_console(server).page
    expect(page.get_by_role("complementary", name="Demo")).to_have_count(0)
