"""The console beside a call centre at work: what people see of it on phones, desks and large screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.asterisk.call_centre import CONFIGURATION, CallCentre
from tests.asterisk.fixtures import make_server
from tests.browser.conftest import OpenConsole
from tests.browser.console import Console
from tests.serving import AmictlServer

pytestmark = [pytest.mark.asterisk, pytest.mark.served]

SIZES = {"phone": (390, 844), "desk": (1280, 800), "wide": (1920, 1080)}
_TABS = ["Channels", "Queues", "Agents", "Events", "Actions"]
_CUT_NAMES = """[...document.querySelectorAll("[data-testid=queue-member] .party")]
    .filter((name) => name.scrollWidth > name.clientWidth).map((name) => name.textContent)"""


@pytest.fixture
def centre_server(tmp_path: Path) -> Iterator[AmictlServer]:
    """An amictl beside an Asterisk 22 on which a call centre is at work."""
    with make_server(22, CONFIGURATION) as pbx, CallCentre(pbx, seed=5, call_every=0.1) as centre:
        centre.work()
        with AmictlServer(tmp_path, pbx) as server:
            server.wait_until_ready()
            yield server


def expect_people(console: Console) -> None:
    """Wait until calls are going on, somebody waits, and somebody is on a break."""
    expect(console.channels.nth(10)).to_be_attached()
    console.open_queue("support")
    expect(console.page.get_by_test_id("queue-caller").first).to_be_visible()
    expect(console.page.get_by_test_id("paused").first).to_be_visible()


def test_people_have_names_that_are_whole_on_every_screen(
    centre_server: AmictlServer, open_console: OpenConsole, save_screenshot: Callable[..., None]
) -> None:
    console = open_console(centre_server)
    expect_people(console)
    for scheme, (name, (width, height)) in product(("light", "dark"), SIZES.items()):
        console.page.emulate_media(color_scheme=scheme)
        console.page.set_viewport_size({"width": width, "height": height})
        for tab in _TABS:
            panel = console.open_tab(tab)
            expect(panel).to_be_visible()
            if tab == "Events":
                expect(console.page.get_by_test_id("event").nth(10)).to_be_visible()
            if tab == "Queues":
                console.open_queue("support")
                expect(console.page.get_by_test_id("queue-member").first).to_be_visible()
                assert console.page.evaluate(_CUT_NAMES) == [], name
            assert console.overflow() == 0, f"{tab} {name}"
            assert "Local/" not in panel.inner_text()
            save_screenshot(console.page, f"{tab.lower()}-{name}-{scheme}")
