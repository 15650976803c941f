"""Several PBXes in one console."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.asterisk.calls import place_call
from tests.asterisk.fixtures import end_calls
from tests.asterisk.server import AsteriskServer
from tests.browser.accessibility import find_violations
from tests.browser.conftest import PHONE, OpenConsole
from tests.serving import StartAmictl

pytestmark = pytest.mark.asterisk


def test_the_picker_changes_the_pbx_and_the_address_remembers_it(
    asterisk_22: AsteriskServer,
    asterisk_16: AsteriskServer,
    start_amictl: StartAmictl,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    server = start_amictl(asterisk_22)
    where = (
        "--host",
        asterisk_16.host,
        "--port",
        str(asterisk_16.ami_port),
        "--username",
        asterisk_16.username,
    )
    server.flask("pbx", "add", "berlin", *where, "--secret-stdin", stdin=asterisk_16.secret)
    server.stop()
    server.start()
    end_calls(asterisk_22)  # others share it
    end_calls(asterisk_16)
    console = open_console(server)
    place_call(asterisk_16, "200", caller="200")
    try:
        console.expect_link("Connected")
        expect(console.page.get_by_text("No calls right now")).to_be_visible()
        console.page.get_by_label("PBX", exact=True).select_option("berlin")
        expect(console.channels).to_have_count(2)
        assert "pbx=berlin" in console.page.url
        console.badge.click()
        expect(console.page.get_by_text("Asterisk 16")).to_be_visible()
        console.page.keyboard.press("Escape")

        console.hang_up_button(console.channels.first).click()
        console.page.get_by_role("dialog").get_by_role("button", name="Hang up").click()
        expect(console.toasts).to_contain_text("Hung up")
        console.page.set_viewport_size(PHONE)
        assert console.overflow() == 0
        assert find_violations(console.page) == []
        save_screenshot(console.page, "phone")
    finally:
        end_calls(asterisk_16)
