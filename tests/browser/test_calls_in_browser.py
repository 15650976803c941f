"""Calls on a real Asterisk, seen and ended in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.asterisk.calls import LiveChannel, live_channels, place_call
from tests.browser.conftest import OpenConsole
from tests.browser.console import Console
from tests.serving import AmictlServer, wait_until

pytestmark = pytest.mark.asterisk


def find_channel(pbx: object, prefix: str, suffix: str = ";1") -> LiveChannel:
    """The one channel of the PBX whose name begins and ends so."""

    def find() -> LiveChannel | None:
        found = [each for each in live_channels(pbx) if each.name.startswith(prefix)]
        return next((each for each in found if each.name.endswith(suffix)), None)

    channel = wait_until(find)
    assert channel is not None, live_channels(pbx)
    return channel


def state_of(console: Console, name: str) -> object:
    """What the row of a channel says about its state."""
    return console.channel(name).locator('[data-part="state"]')


def test_a_call_appears_rings_talks_and_goes(
    asterisk: object,
    server: AmictlServer,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    console = open_console(server)
    console.expect_link("Connected")
    expect(console.page.get_by_text("No calls right now")).to_be_visible()
    console.mark()

    place_call(asterisk, "42203", caller="200")  # rings three seconds, then talks
    called = find_channel(asterisk, "Local/2203@default-")
    expect(state_of(console, called.name)).to_have_text("Ringing")
    save_screenshot(console.page, "rings")
    expect(state_of(console, called.name)).to_have_text("Up")
    expect(console.channel(called.name).locator('[data-part="answered"]')).to_have_text(
        re.compile(r"up \d:\d\d")
    )
    save_screenshot(console.page, "talks")
    on_the_pbx = {channel.name for channel in live_channels(asterisk)}
    expect(console.channels).to_have_count(len(on_the_pbx))
    assert set(console.page.locator('[data-part="channel"]').all_text_contents()) == on_the_pbx

    asterisk.cli(f"channel request hangup {called.name}")
    expect(console.channel(called.name)).to_have_count(0)
    asterisk.cli("channel request hangup all")
    expect(console.channels).to_have_count(0)
    expect(console.page.get_by_text("No calls right now")).to_be_visible()
    assert console.has_mark()


def test_the_duration_counts_the_seconds(
    asterisk: object, server: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server)
    place_call(asterisk, "200", caller="200")
    clock = console.channels.first.locator('[data-part="duration"]')
    expect(clock).to_have_text(re.compile(r"^\d+:\d\d$"))

    def seconds_shown() -> int:
        minutes, seconds = clock.inner_text().split(":")
        return 60 * int(minutes) + int(seconds)

    before = seconds_shown()
    assert wait_until(lambda: seconds_shown() >= before + 2)


def test_hanging_up_in_the_browser_ends_the_call_on_the_pbx(
    asterisk: object,
    server: AmictlServer,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    console = open_console(server)
    place_call(asterisk, "200", caller="200")
    channel = find_channel(asterisk, "Local/200@default-")
    expect(state_of(console, channel.name)).to_have_text("Up")

    console.channel(channel.name).get_by_test_id("hangup").click()
    dialog = console.page.get_by_role("dialog", name="Hang up this call?")
    expect(dialog).to_contain_text(channel.name)
    save_screenshot(console.page, "asks")
    dialog.get_by_role("button", name="Leave it").click()
    expect(dialog).to_have_count(0)
    assert channel.name in {each.name for each in live_channels(asterisk)}

    console.channel(channel.name).get_by_test_id("hangup").click()
    dialog.get_by_role("button", name="Hang up").click()
    expect(console.toasts).to_contain_text(f"Hung up {channel.name}")
    expect(console.channel(channel.name)).to_have_count(0)
    assert wait_until(lambda: channel.name not in {each.name for each in live_channels(asterisk)})


def test_a_ringing_call_is_hung_up_without_a_question(
    asterisk: object, server: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server)
    place_call(asterisk, "4204", caller="200")  # rings for ever
    ringing = find_channel(asterisk, "Local/204@default-")
    expect(state_of(console, ringing.name)).to_have_text("Ringing")
    console.channel(ringing.name).get_by_test_id("hangup").click()
    expect(console.channel(ringing.name)).to_have_count(0)
    assert wait_until(lambda: ringing.name not in {each.name for each in live_channels(asterisk)})


def test_a_call_that_ends_by_itself_closes_the_question(
    asterisk: object, server: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server)
    place_call(asterisk, "200", caller="200")
    channel = find_channel(asterisk, "Local/200@default-")
    expect(state_of(console, channel.name)).to_have_text("Up")
    console.channel(channel.name).get_by_test_id("hangup").click()
    expect(console.page.get_by_role("dialog")).to_be_visible()
    asterisk.cli("channel request hangup all")
    expect(console.page.get_by_role("dialog")).to_have_count(0)
    expect(console.toasts).to_contain_text(f"{channel.name} is gone")
