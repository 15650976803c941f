"""A real browser on a real amictl: Debian's Chromium, driven by Playwright.

Where there is no browser, these tests are skipped with the reason; with ``CI=true`` they fail with it.
Each test looks at the page as a person does, and asks the PBX itself for a second opinion.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.fixtures import end_calls
from tests.asterisk.server import AsteriskServer
from tests.asterisk.shared_amictl import Running
from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.console import LIVE_MS, Console
from tests.serving import AmictlServer, LinkedPbx

RESULTS = Path(__file__).resolve().parent.parent.parent / "test-results"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

OpenConsole = Callable[..., Console]
SignIn = Callable[[AmictlServer, str], list[dict[str, str]]]

expect.set_options(timeout=LIVE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the distribution's Chromium, without anything that calls home."""
    executable = find_chromium()
    if executable is None:
        reason = "There is no chromium: install it, or name one in AMICTL_TEST_CHROMIUM."
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return {**browser_type_launch_args, "executable_path": executable, "args": list(FLAGS)}


@pytest.fixture
def save_screenshot(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Save what a page shows as ``test-results/<test>-<name>.png``, for people to look at who ask for it.

    It takes longer than most of what is tested, so nothing is saved without ``AMICTL_TEST_SCREENSHOTS=yes``.
    """

    def save(page: Page, name: str, **options: bool) -> None:
        test = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")
        if os.environ.get("AMICTL_TEST_SCREENSHOTS") == "yes":
            page.screenshot(path=RESULTS / f"{test}-{name}.png", **options)

    return save


@pytest.fixture(scope="session")
def sign_in() -> SignIn:
    """Give the cookies of a user's session; the same ones again for the same server and user."""
    sessions: dict[tuple[str, str], list[dict[str, str]]] = {}

    def give_cookies(server: AmictlServer, username: str) -> list[dict[str, str]]:
        key = (server.url, username)
        if key not in sessions:
            cookies = server.log_in(username).http.cookies
            sessions[key] = [
                {"name": cookie.name, "value": cookie.value or "", "url": server.url} for cookie in cookies
            ]
        return sessions[key]

    return give_cookies


@pytest.fixture
def open_console(browser: Browser, sign_in: SignIn) -> Iterator[OpenConsole]:
    """Open the console of an amictl as one of its users: ``open_console(server, username="admin", …)``.

    ``prepare`` gets the page before anything is loaded.

    A script error, a violation of the content security policy or an unexpected message in the browser's
    console fails the test.
    """
    consoles: list[Console] = []

    def open_page(
        server: AmictlServer,
        username: str = "admin",
        path: str = "/console/channels",
        prepare: Callable[[Page], object] = lambda _page: None,
        **options: object,
    ) -> Console:
        context = browser.new_context(**{"viewport": DESK, **options})
        context.add_cookies(sign_in(server, username))
        console = Console(context.new_page(), server)
        consoles.append(console)
        prepare(console.page)
        console.page.goto(f"{server.url}{path}")
        if path.startswith("/console/"):
            expect(console.page.locator("body")).to_have_attribute("data-ready", "true")
        return console

    yield open_page
    for console in consoles:
        console.page.context.close()
    assert [complaint for console in consoles for complaint in console.complaints] == []


@pytest.fixture
def anonymous(browser: Browser) -> Iterator[Page]:
    """A page of somebody who is not signed in."""
    context = browser.new_context(viewport=DESK)
    yield context.new_page()
    context.close()


@pytest.fixture
def server(asterisk: LinkedPbx, running_amictls: Running) -> AmictlServer:
    """An amictl on the ``asterisk`` of this test, shared with other tests that leave no trace on it."""
    return running_amictls.serve(asterisk)[0]


@pytest.fixture
def server_22(asterisk_22: LinkedPbx, running_amictls: Running) -> AmictlServer:
    """The shared amictl on Asterisk 22, for what looks the same on all versions."""
    return running_amictls.serve(asterisk_22)[0]


@pytest.fixture
def quiet_22(asterisk_22: AsteriskServer) -> Iterator[AsteriskServer]:
    """The shared Asterisk 22, without calls before and after."""
    end_calls(asterisk_22)
    yield asterisk_22
    end_calls(asterisk_22)


@pytest.fixture
def ami_22(asterisk_22: LinkedPbx) -> Iterator[AmiClient]:
    """A second connection to Asterisk 22."""
    with AmiClient(
        asterisk_22.host, asterisk_22.ami_port, asterisk_22.username, asterisk_22.secret
    ) as client:
        yield client
