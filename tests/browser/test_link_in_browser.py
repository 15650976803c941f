"""The link badge tells the truth, and the page finds back by itself."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.asterisk.calls import live_channels, place_call
from tests.asterisk.fixtures import end_calls
from tests.asterisk.server import NO_CALL, WRONG_RIGHTS, AsteriskServer
from tests.browser.accessibility import find_violations
from tests.browser.conftest import OpenConsole
from tests.browser.console import Console
from tests.serving import StartAmictl, wait_until

pytestmark = pytest.mark.asterisk

LOST = re.compile(r"Reconnecting|Stale|Logging in|Connecting")


def expect_picture_of(console: Console, pbx: AsteriskServer) -> None:
    """The rows are the PBX's channels, no more and no fewer."""

    def agree() -> bool:
        return console.channel_names == {channel.name for channel in live_channels(pbx)}

    assert wait_until(agree), (console.channel_names, live_channels(pbx))


def free_port() -> int:
    """A port that nobody listens on, so that an amictl can come back where it was."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_killed_pbx_shows_and_its_restart_mends_the_picture_without_a_reload(
    private_asterisk: AsteriskServer,
    start_amictl: StartAmictl,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    console = open_console(start_amictl(private_asterisk))
    console.expect_link("Connected")
    place_call(private_asterisk, "200", caller="200")
    expect(console.channels).to_have_count(2)
    expect_picture_of(console, private_asterisk)
    console.mark()

    private_asterisk.kill()
    console.expect_link(re.compile(r"Reconnecting in \d+ s"))
    expect(console.channels).to_have_count(2)
    expect(console.page.locator("#stale-banner")).to_contain_text("last known picture")
    expect(console.hang_up_button(console.channels.first)).to_be_disabled()
    assert find_violations(console.page) == []
    save_screenshot(console.page, "lost")

    private_asterisk.restart()
    console.expect_link("Connected", 45.0)
    expect(console.channels).to_have_count(0)
    place_call(private_asterisk, "200", caller="200")
    expect(console.channels).to_have_count(2)
    expect_picture_of(console, private_asterisk)
    expect(console.hang_up_button(console.channels.first)).to_be_enabled()
    expect(console.page.locator("#stale-banner")).to_be_hidden()
    assert console.has_mark()


def test_a_frozen_pbx_shows_and_goes_on_when_it_thaws(
    private_asterisk: AsteriskServer,
    start_amictl: StartAmictl,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    console = open_console(start_amictl(private_asterisk))
    console.expect_link("Connected")
    place_call(private_asterisk, "200", caller="200")
    expect(console.channels).to_have_count(2)
    console.mark()

    private_asterisk.freeze()
    try:
        console.expect_link(LOST)
        expect(console.hang_up_button(console.channels.first)).to_be_disabled()
        save_screenshot(console.page, "frozen")
    finally:
        private_asterisk.thaw()
    console.expect_link("Connected", 45.0)
    expect_picture_of(console, private_asterisk)
    assert console.has_mark()


def test_a_hang_up_that_the_link_did_not_survive_is_told_as_unknown(
    private_asterisk_22: AsteriskServer,
    start_amictl: StartAmictl,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    console = open_console(start_amictl(private_asterisk_22))
    place_call(private_asterisk_22, "4204", caller="200")
    ringing = console.channels.filter(has=console.page.get_by_title("Local/204@default-")).filter(
        has_text="Ringing"
    )
    expect(ringing).to_be_visible()
    console.expect_complaint("504")
    private_asterisk_22.freeze()
    try:
        console.hang_up_button(ringing).click()
        console.page.get_by_role("dialog").get_by_role("button", name="Hang up").click()
        expect(console.toasts.filter(has_text="outcome unknown")).to_be_visible(timeout=30_000)
        expect(console.toasts).to_contain_text("is not sent again")
        save_screenshot(console.page, "unknown")
    finally:
        private_asterisk_22.thaw()


def test_bad_credentials_are_called_that(
    private_asterisk_22: AsteriskServer,
    start_amictl: StartAmictl,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    console = open_console(start_amictl(private_asterisk_22, AMICTL_AMI_SECRET="not the secret"))
    console.expect_link(re.compile(r"Bad credentials · next try in \d:\d\d"))
    expect(console.page.locator("#stale-banner")).to_contain_text("check the user name, the secret")
    save_screenshot(console.page, "refused")


def test_a_link_that_does_not_hear_everything_says_so_and_how_old_the_rows_are(
    asterisk_22: AsteriskServer,
    start_amictl: StartAmictl,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    end_calls(asterisk_22)
    place_call(asterisk_22, "200", caller="200")
    user = {"AMICTL_AMI_USERNAME": NO_CALL.username, "AMICTL_AMI_SECRET": NO_CALL.secret}
    console = open_console(start_amictl(asterisk_22, **user))
    console.expect_link("Connected, with gaps")
    banner = console.page.locator("#stale-banner")
    expect(banner).to_contain_text(
        re.compile(r"Channels: as of \d+ s ago\. The AMI user lacks the read class call")
    )
    expect(console.hang_up_button(console.channels.first)).to_be_enabled()
    console.badge.click()
    panel = console.page.locator("#link")
    expect(panel).to_contain_text("parked calls: not known")
    expect(panel).to_contain_text("lacks the write class call: ")
    assert find_violations(console.page) == []
    save_screenshot(console.page, "gaps")
    end_calls(asterisk_22)


def test_rows_that_nobody_lists_to_amictl_are_not_known_instead_of_none(
    asterisk_22: AsteriskServer,
    start_amictl: StartAmictl,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    user = {"AMICTL_AMI_USERNAME": WRONG_RIGHTS.username, "AMICTL_AMI_SECRET": WRONG_RIGHTS.secret}
    console = open_console(start_amictl(asterisk_22, **user))
    console.expect_link("Connected, with gaps")
    panel = console.page.locator("#panel-channels")
    expect(panel).to_contain_text("Not known. The AMI user lacks the write class reporting or system")
    expect(panel.get_by_text("No calls right now")).to_have_count(0)
    save_screenshot(console.page, "unknown-channels")
    console.page.get_by_role("tab", name="Queues").click()
    expect(console.page.get_by_test_id("today-note").first).to_have_text("Not known")
    save_screenshot(console.page, "unknown-days")


def test_a_stopped_amictl_shows_and_the_page_finds_back_to_a_new_one(
    private_asterisk_22: AsteriskServer, start_amictl: StartAmictl, open_console: OpenConsole
) -> None:
    server = start_amictl(private_asterisk_22, AMICTL_PORT=str(free_port()))
    console = open_console(server)
    console.expect_link("Connected")
    console.mark()
    console.expect_complaint("WebSocket connection|ERR_CONNECTION_REFUSED")
    server.stop()
    console.expect_link("amictl lost")
    expect(console.page.locator("#stale-banner")).to_contain_text("amictl itself does not answer")
    server.start()
    place_call(private_asterisk_22, "200", caller="200")
    console.expect_link("Connected", 45.0)
    expect(console.channels).to_have_count(2)
    assert console.has_mark()


def test_a_browser_without_network_says_so(
    private_asterisk_22: AsteriskServer, start_amictl: StartAmictl, open_console: OpenConsole
) -> None:
    console = open_console(start_amictl(private_asterisk_22))
    console.expect_link("Connected")
    console.expect_complaint("WebSocket connection|ERR_INTERNET_DISCONNECTED")
    console.page.context.set_offline(offline=True)
    console.expect_link("Browser offline")
    console.page.context.set_offline(offline=False)
    console.expect_link("Connected", 30.0)


def test_a_session_that_ends_elsewhere_is_told(
    private_asterisk_22: AsteriskServer, start_amictl: StartAmictl, open_console: OpenConsole
) -> None:
    server = start_amictl(private_asterisk_22)
    server.make_user("carla", "Supervisor")
    console = open_console(server, "carla")
    console.expect_link("Connected")
    server.flask("user", "password", "carla", "--password-stdin", stdin="another long password 1")
    console.expect_link("Signed out")
    expect(console.page.get_by_role("link", name="Sign in")).to_be_visible()
