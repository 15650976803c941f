"""How the console looks and feels: themes, phone width, accessibility, keyboard, markup from the PBX."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import hang_up_all, live_channels, place_call
from tests.browser.accessibility import find_violations
from tests.browser.conftest import DESK, PHONE, OpenConsole
from tests.browser.console import Console
from tests.serving import AmictlServer, wait_until

pytestmark = pytest.mark.asterisk

TABS = ["Channels", "Queues", "Agents", "Events", "Actions"]
_NOT_ISOLATED = """[...document.querySelectorAll("body *")]
    .filter((one) => !["isolate", "plaintext"].includes(getComputedStyle(one).unicodeBidi))
    .map((one) => one.outerHTML)"""
MARKUP = "<img src=x onerror=window.wasHit=1>"


@pytest.fixture
def busy_pbx(asterisk_22: object) -> Iterator[object]:
    """A PBX with calls of several kinds, and a waiting caller."""
    for extension in ("200", "4204", "302"):
        place_call(asterisk_22, extension, caller="200")
    yield asterisk_22
    hang_up_all(asterisk_22)
    assert wait_until(lambda: not live_channels(asterisk_22))


def expect_theme(console: Console, theme: str) -> None:
    """Wait until the page is shown in a theme."""
    expect(console.page.locator("html")).to_have_attribute("data-bs-theme", theme)


def show_tab(console: Console, tab: str) -> None:
    """Open a tab and wait until something is in it."""
    console.open_tab(tab)
    something = {
        "Channels": console.channels,
        "Queues": console.page.get_by_test_id("queue"),
        "Agents": console.page.get_by_test_id("agent"),
        "Events": console.page.get_by_test_id("event"),
        "Actions": console.page.get_by_test_id("originate"),
    }[tab]
    expect(something.first).to_be_visible()


@pytest.mark.usefixtures("busy_pbx")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_each_tab_is_accessible_and_fits_the_screen(
    server_22: AmictlServer,
    open_console: OpenConsole,
    scheme: str,
    size: dict[str, int],
) -> None:
    console = open_console(server_22, color_scheme=scheme, viewport=size)
    console.expect_link("Connected")
    for tab in TABS:
        show_tab(console, tab)
        assert console.overflow() == 0, tab
        assert find_violations(console.page) == [], tab


@pytest.mark.usefixtures("busy_pbx")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dialogs_menus_and_errors_are_accessible(
    server_22: AmictlServer, open_console: OpenConsole, scheme: str
) -> None:
    console = open_console(server_22, color_scheme=scheme)
    up = console.channels.filter(has=console.page.get_by_text("Up", exact=True))
    up.first.get_by_test_id("hangup").click()
    expect(console.page.get_by_role("dialog")).to_be_visible()
    assert find_violations(console.page) == []
    console.page.keyboard.press("Escape")
    expect(console.page.get_by_role("dialog")).to_have_count(0)

    console.open_queue("sales")
    console.member("Eve").get_by_role("button", name="Pause Eve").click()
    expect(console.page.get_by_role("dialog")).to_be_visible()
    assert find_violations(console.page) == []
    console.page.keyboard.press("Escape")

    console.open_tab("Actions")
    console.page.get_by_role("button", name="Start the call").click()
    expect(console.page.get_by_label("Call this phone first")).to_be_focused()
    console.badge.click()
    assert find_violations(console.page) == []


def test_the_theme_follows_the_system_until_the_reader_chooses_and_is_remembered(
    server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server_22, color_scheme="dark")
    expect_theme(console, "dark")
    console.page.emulate_media(color_scheme="light")
    expect_theme(console, "light")

    console.page.get_by_role("button", name="Switch to the dark theme").click()
    expect_theme(console, "dark")
    console.page.reload()
    expect_theme(console, "dark")

    console.page.get_by_test_id("user-menu").locator("summary").click()
    console.page.get_by_text("System").click()
    expect_theme(console, "light")
    console.page.emulate_media(color_scheme="dark")
    expect_theme(console, "dark")


def test_tabs_are_worked_by_keys_and_by_address(server_22: AmictlServer, open_console: OpenConsole) -> None:
    console = open_console(server_22)
    tab = console.page.get_by_role("tab", name="Channels")
    tab.focus()
    console.page.keyboard.press("ArrowRight")
    expect(console.page.get_by_role("tab", name="Queues")).to_be_focused()
    expect(console.page.get_by_role("tabpanel", name="Queues")).to_be_visible()
    console.page.keyboard.press("End")
    expect(console.page.get_by_role("tabpanel", name="Actions")).to_be_visible()
    assert console.page.url.endswith("/console/actions")
    console.page.keyboard.press("ArrowRight")
    expect(console.page.get_by_role("tabpanel", name="Calls")).to_be_visible()
    console.page.go_back()
    expect(console.page.get_by_role("tabpanel", name="Actions")).to_be_visible()


def test_names_from_the_pbx_are_text_and_never_markup(
    ami: AmiClient,
    server: AmictlServer,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    console = open_console(server)
    ami.action("QueueAdd", Queue="lobby", Interface="Local/506@agents/n", MemberName=MARKUP, Paused="true")
    try:
        console.open_tab("Events")
        ami.action(
            "Originate",
            Channel="Local/200@default",
            Exten="302",
            Context="default",
            Priority="1",
            Async="true",
            CallerID=f"{MARKUP} <5550100>",
        )
        expect(console.page.get_by_test_id("event").filter(has_text=MARKUP).first).to_be_visible()
        console.page.get_by_test_id("event").filter(has_text=MARKUP).first.click()
        console.open_tab("Channels")
        expect(console.channels.filter(has_text=MARKUP).first).to_be_visible()
        save_screenshot(console.page, "channels")
        console.open_queue("lobby")
        console.member(MARKUP).focus()
        console.page.keyboard.press("r")
        expect(console.page.get_by_role("dialog")).to_contain_text(MARKUP)
        assert console.page.locator("img").count() == 0
        assert console.page.evaluate("window.wasHit") is None
    finally:
        ami.action("QueueRemove", Queue="lobby", Interface="Local/506@agents/n")


@pytest.mark.usefixtures("busy_pbx")
def test_no_text_of_the_pbx_can_turn_the_direction_of_what_stands_beside_it(
    server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server_22)
    for tab in TABS:
        show_tab(console, tab)
    assert console.page.evaluate(_NOT_ISOLATED) == []


@pytest.mark.usefixtures("busy_pbx")
def test_the_channels_can_be_filtered_and_sorted(server_22: AmictlServer, open_console: OpenConsole) -> None:
    console = open_console(server_22)
    names = console.page.locator(".channel:visible [data-part='channel']")
    extensions = console.page.locator(".channel:visible [data-part='exten']")
    expect(console.page.get_by_role("tab", name="Channels")).to_contain_text("8")
    expect(names).to_have_count(8)
    panel = console.page.get_by_role("tabpanel", name="Channels")
    head = panel.get_by_role("columnheader", name="Extension")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    told = extensions.all_text_contents()  # calls come and go meanwhile
    assert told == sorted(told)
    assert len(set(told)) >= 3
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    told = extensions.all_text_contents()
    assert told == sorted(told, reverse=True)

    panel.get_by_label("Filter the channels").fill("ringing 204")
    expect(names).to_have_text([re.compile(r"Local/204@default-\w+;1")])
    expect(console.page.get_by_test_id("channels-summary")).to_have_text(re.compile(r"1 of \d+ shown"))
    panel.get_by_label("Filter the channels").fill("nobody of that name")
    expect(panel.get_by_text("Nothing matches the filter")).to_be_visible()


@pytest.mark.usefixtures("busy_pbx")
def test_the_focus_stays_in_the_list_when_its_row_goes(
    asterisk_22: object, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server_22)
    ringing = console.channels.filter(has_text="Local/204@default-").filter(has_text="Ringing")
    name = ringing.locator('[data-part="channel"]').inner_text()
    ringing.get_by_test_id("hangup").focus()
    asterisk_22.cli(f"channel request hangup {name}")
    expect(console.channel(name)).to_have_count(0)
    assert console.page.evaluate("document.activeElement.dataset.testid") == "hangup"


def test_a_thousand_rows_are_patched_one_by_one(server_22: AmictlServer, open_console: OpenConsole) -> None:
    console = open_console(server_22)
    touched = console.page.evaluate(
        """async () => {
            const { KeyedRows } = await import("/static/js/components/keyed_rows.js");
            const list = document.createElement("div");
            document.body.append(list);
            const rows = new KeyedRows(list, {
                create: () => {
                    const element = document.createElement("p");
                    return { element, update: (value) => { element.textContent = value.text; } };
                },
                compare: (a, b) => a.rank - b.rank,
            });
            const items = new Map();
            for (let rank = 0; rank < 1000; rank += 1) {
                items.set(`key${rank}`, { rank, text: `row ${rank}` });
            }
            rows.update(items.keys(), items);
            const count = () => list.children.length;
            const whole = count();
            const records = [];
            const observer = new MutationObserver((seen) => records.push(...seen));
            observer.observe(list, { childList: true, subtree: true, characterData: true });
            items.set("key7", { rank: 7, text: "patched" });
            items.set("key9", { rank: 2000, text: "moved" });
            items.delete("key5");
            items.set("fresh", { rank: 3.5, text: "fresh" });
            rows.update(["key7", "key9", "key5", "fresh"], items);
            await Promise.resolve();
            const nodes = new Set();
            for (const record of records) {
                for (const node of [record.target, ...record.addedNodes, ...record.removedNodes]) {
                    if (node.nodeName === "P") nodes.add(node.dataset.key);
                }
            }
            const order = [...list.children].map((element) => element.dataset.key);
            list.remove();
            const touched = [...nodes].sort();
            return { whole, after: order.length, touched, head: order.slice(0, 8), last: order.at(-1) };
        }"""
    )
    assert touched == {
        "whole": 1000,
        "after": 1000,
        "touched": ["fresh", "key5", "key7", "key9"],
        "head": ["key0", "key1", "key2", "key3", "fresh", "key4", "key6", "key7"],
        "last": "key9",
    }
