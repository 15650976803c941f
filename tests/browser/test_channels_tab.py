"""The Channels tab on a real Asterisk: what is seen is there, what is done is done, by mouse and by keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product

import pytest
from playwright.sync_api import Locator, expect

from tests.asterisk.calls import LiveChannel, live_channels, place_call
from tests.asterisk.server import AsteriskServer
from tests.browser.accessibility import find_violations
from tests.browser.conftest import OpenConsole
from tests.browser.console import Console
from tests.serving import AmictlServer, wait_until

pytestmark = pytest.mark.asterisk

SIZES = {"phone": (390, 844), "desk": (1280, 800), "wide": (1920, 1080)}


def find_channel(pbx: AsteriskServer, prefix: str, suffix: str = ";1") -> LiveChannel:
    """The one channel of the PBX whose name begins and ends so."""

    def find() -> LiveChannel | None:
        found = [each for each in live_channels(pbx) if each.name.startswith(prefix)]
        return next((each for each in found if each.name.endswith(suffix)), None)

    channel = wait_until(find)
    assert channel is not None, live_channels(pbx)
    return channel


def is_there(pbx: AsteriskServer, channel: LiveChannel) -> bool:
    """Whether the PBX has a channel still."""
    return channel.name in {each.name for each in live_channels(pbx)}


def state_of(row: Locator) -> Locator:
    """What a row says about its state."""
    return row.locator("[data-column=state]")


def choose(console: Console, pbx: AsteriskServer, extension: str = "200") -> LiveChannel:
    """Place a call and make its first channel the active row of the table, by keys."""
    place_call(pbx, extension, caller="200")
    channel = find_channel(pbx, f"Local/{extension[-3:]}@default-")
    row = console.channel(channel.name)
    expect(row).to_be_visible()
    grid = console.page.get_by_role("grid", name="Channels")
    grid.focus()
    console.page.keyboard.press("Home")
    for _ in range(20):
        if "is-active" in (row.get_attribute("class") or ""):
            return channel
        console.page.keyboard.press("ArrowDown")
    raise AssertionError(f"No key leads to {channel.name}")


@pytest.mark.each_version
def test_a_call_appears_rings_talks_counts_and_goes(
    asterisk: AsteriskServer,
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
    row = console.channel(called.name)
    expect(state_of(row)).to_have_text("Ringing")
    expect(state_of(row)).to_have_text("Talking")
    save_screenshot(console.page, "talks")
    assert console.channel_names == {channel.name for channel in live_channels(asterisk)}
    clock = row.locator("[data-column=created]")

    def seconds_shown() -> int:
        minutes, seconds = clock.inner_text().split(":")
        return 60 * int(minutes) + int(seconds)

    before = seconds_shown()
    assert wait_until(lambda: seconds_shown() >= before + 2)

    asterisk.cli(f"channel request hangup {called.name}")
    expect(row).to_have_count(0)
    asterisk.cli("channel request hangup all")
    expect(console.channels).to_have_count(0)
    expect(console.page.get_by_text("No calls right now")).to_be_visible()
    assert console.has_mark()


def test_a_channel_is_hung_up_by_mouse_and_by_keys_after_a_question(
    quiet_22: AsteriskServer, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server_22)
    channel = choose(console, quiet_22)
    console.hang_up_button(console.channel(channel.name)).click()
    dialog = console.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Hang up 200?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert is_there(quiet_22, channel)
    console.hang_up_button(console.channel(channel.name)).click()
    dialog.get_by_role("button", name="Hang up").click()
    expect(console.toasts).to_contain_text("Hung up")
    expect(console.channel(channel.name)).to_have_count(0)
    assert wait_until(lambda: not is_there(quiet_22, channel))

    second = choose(console, quiet_22, "4204")  # rings for ever
    console.page.keyboard.press("h")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Hang up").press("Enter")
    assert wait_until(lambda: not is_there(quiet_22, second))


def test_a_row_opens_at_its_address_with_what_asterisk_calls_it_and_back_leads_to_the_list(
    quiet_22: AsteriskServer, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server_22)
    channel = choose(console, quiet_22)
    console.page.keyboard.press("Enter")
    panel = console.page.get_by_test_id("channel-panel")
    expect(panel).to_contain_text(channel.name)
    expect(panel).to_contain_text(channel.unique_id)
    assert console.page.url == f"{server_22.url}/console/channels/{channel.unique_id}"
    console.page.reload()
    expect(panel).to_contain_text(channel.name)
    quiet_22.cli(f"channel request hangup {channel.name}")
    expect(panel).to_contain_text("Ended")
    expect(panel.get_by_role("button", name="Hang up")).to_have_count(0)
    console.page.go_back()
    expect(panel).to_be_hidden()
    console.page.goto(f"{server_22.url}/console/channels/no-such-one")
    expect(panel).to_contain_text("There is no channel no-such-one now.")
    panel.get_by_role("link", name="Close").click()
    expect(panel).to_be_hidden()


def test_variables_are_read_and_set_and_the_channel_is_sent_elsewhere_and_recorded(
    quiet_22: AsteriskServer, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server_22)
    page = console.page
    channel = choose(console, quiet_22)
    quiet_22.cli(f"dialplan set chanvar {channel.name} COLOUR blue")
    page.keyboard.press("Enter")
    panel = page.get_by_test_id("channel-panel")
    panel.get_by_label("Variable or function to read").fill("COLOUR")
    panel.get_by_label("Variable or function to read").press("Enter")
    line = panel.get_by_test_id("variables").locator("div").filter(has_text="COLOUR")
    expect(line).to_contain_text("blue")

    line.get_by_role("button", name="Set COLOUR").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Value")).to_have_value("blue")
    dialog.get_by_label("Value").fill("light, dark; both")
    dialog.get_by_label("Value").press("Enter")
    expect(console.toasts).to_contain_text("Set COLOUR")
    expect(line).to_contain_text("light, dark; both")
    assert "COLOUR=light, dark; both" in quiet_22.cli(f"core show channel {channel.name}")

    page.get_by_role("grid", name="Channels").focus()
    page.keyboard.press("v")
    dialog.get_by_label("Variable or function").fill("SHAPE")
    dialog.get_by_label("Value").fill("round")
    dialog.get_by_label("Value").press("Enter")
    expect(dialog).to_have_count(0)
    assert "SHAPE=round" in quiet_22.cli(f"core show channel {channel.name}")

    panel.get_by_role("button", name="Record").click()
    dialog.get_by_label("File").fill("from-the-console")
    dialog.get_by_role("button", name="Record").click()
    expect(console.toasts.last).to_contain_text("from-the-console")
    assert wait_until(lambda: "from-the-console" in quiet_22.cli(f"mixmonitor list {channel.name}"))
    panel.get_by_test_id("more").click()
    page.get_by_role("menuitem", name="Stop recording").click()
    assert wait_until(lambda: "from-the-console" not in quiet_22.cli(f"mixmonitor list {channel.name}"))

    panel.get_by_role("button", name="Send elsewhere").click()
    dialog.get_by_label("Extension or number").fill("302")
    dialog.get_by_label("Context").fill("default")
    dialog.get_by_role("button", name="Send elsewhere").click()
    expect(console.toasts.last).to_contain_text("302")
    assert wait_until(
        lambda: any(
            each.name == channel.name and each.application == "Queue" for each in live_channels(quiet_22)
        )
    )


def test_several_channels_are_hung_up_at_once_with_a_result_for_each(
    quiet_22: AsteriskServer,
    server_22: AmictlServer,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    console = open_console(server_22)
    page = console.page
    for _ in range(2):
        place_call(quiet_22, "4204", caller="200")
    expect(console.channels.nth(3)).to_be_visible()
    page.get_by_role("grid", name="Channels").focus()
    page.keyboard.press("Control+a")
    expect(page.get_by_text(re.compile(r"^\d+ chosen$"))).to_be_visible()
    page.keyboard.press("Escape")
    for row in console.channels.filter(has_text="Ringing").all():
        row.get_by_role("checkbox").click()
    expect(page.get_by_text("2 chosen")).to_be_visible()
    ringing = [channel for channel in live_channels(quiet_22) if channel.state == "Ringing"]
    page.locator(".table-bulk").get_by_role("button", name="Hang up").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Hang up 2 channels?")
    dialog.get_by_role("button", name="Hang up").click()
    save_screenshot(page, "results")
    assert wait_until(lambda: not any(is_there(quiet_22, channel) for channel in ringing))
    expect(page.get_by_text("2 chosen")).to_be_hidden()


def test_the_table_is_filtered_sorted_and_laid_out_as_somebody_wants_it_and_stays_so(
    quiet_22: AsteriskServer, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    for extension in ("200", "4204", "302"):
        place_call(quiet_22, extension, caller="200")
    console = open_console(server_22)
    page = console.page
    panel = page.get_by_role("tabpanel", name="Channels")
    expect(console.channels).to_have_count(8)
    expect(page.get_by_role("tab", name="Channels")).to_contain_text("8")

    head = panel.get_by_role("columnheader", name="State", exact=True)
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    states = panel.locator("[data-column=state].cell")
    told = states.all_inner_texts()
    assert told == sorted(told)
    assert len(set(told)) >= 2
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")

    page.keyboard.press("/")
    page.keyboard.type("ringing 204")
    expect(console.channels).to_have_count(1)
    expect(page.get_by_test_id("channels-summary")).to_have_text("1 of 8 shown")
    expect(page).to_have_url(re.compile(r"\?q=ringing\+204$"))
    page.reload()
    expect(console.channels).to_have_count(1)
    page.get_by_role("searchbox").fill("nobody of that name")
    expect(panel.get_by_text("Nothing matches the filter")).to_be_visible()
    page.get_by_role("searchbox").press("Escape")
    expect(console.channels).to_have_count(8)

    head.get_by_role("button").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("+")
    panel.get_by_test_id("columns").click()
    page.get_by_role("checkbox", name="Line").uncheck()
    page.get_by_role("checkbox", name="Extension").check()
    page.keyboard.press("Escape")
    heads = ["Party", "State", "With", "What runs", "Extension", "In state", "Duration"]
    labels = panel.locator(".head[data-column] .cut")
    expect(labels).to_have_text(heads)
    wide = head.bounding_box()
    page.reload()
    expect(labels).to_have_text(heads)
    expect(head).to_have_attribute("aria-sort", "descending")
    assert head.bounding_box() == wide


def test_a_row_under_the_pointer_stays_where_it_is_when_another_one_ends(
    quiet_22: AsteriskServer, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    place_call(quiet_22, "200", caller="200")
    place_call(quiet_22, "4204", caller="200")
    console = open_console(server_22)
    expect(console.channels).to_have_count(6)
    first, second = (console.channels.nth(index) for index in (0, 1))
    name = first.locator("[data-column=device] [title]").get_attribute("title")
    below = second.locator("[data-column=device] [title]").get_attribute("title")
    assert name
    assert below
    second.hover()
    place = second.bounding_box()
    quiet_22.cli(f"channel request hangup {name}")
    expect(console.page.locator(".table-row.is-gone")).not_to_have_count(0)
    assert (
        console.page.get_by_title(below, exact=True).locator("xpath=ancestor::*[@role='row']").bounding_box()
        == place
    )
    console.page.get_by_role("searchbox").hover()
    expect(console.page.locator(".table-row.is-gone")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_tab_its_menu_and_its_panel_are_accessible_and_fit_every_screen(
    quiet_22: AsteriskServer,
    server_22: AmictlServer,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
    scheme: str,
) -> None:
    for extension in ("200", "4204", "302"):
        place_call(quiet_22, extension, caller="200")
    console = open_console(server_22, color_scheme=scheme, reduced_motion="reduce")
    page = console.page
    expect(console.channels.nth(5)).to_be_visible()
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert console.overflow() == 0, name
        save_screenshot(page, f"{scheme}-{name}")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("grid", name="Channels").focus()
    page.keyboard.press("m")
    expect(page.get_by_role("menu")).to_be_visible()
    assert find_violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("variables")).to_contain_text("CALLERID")
    assert find_violations(page) == []
    save_screenshot(page, f"{scheme}-panel")
    for name, part in product(("phone",), ("panel", "cards")):
        width, height = SIZES[name]
        page.set_viewport_size({"width": width, "height": height})
        assert console.overflow() == 0, part
        assert find_violations(page) == [], part
        save_screenshot(page, f"{scheme}-{name}-{part}")
        if part == "panel":
            page.get_by_role("link", name="Close").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert find_violations(page) == []
