"""How the console looks and feels: themes, phone width, accessibility, keyboard, markup from the PBX."""

from __future__ import annotations

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


def test_of_a_thousand_rows_those_in_sight_are_rendered_and_those_that_changed_patched(
    server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server_22)
    seen = console.page.evaluate(
        """async () => {
            const { RowModel } = await import("/static/js/components/row_model.js");
            const { TableRows } = await import("/static/js/components/table_rows.js");
            const body = document.createElement("div");
            document.body.append(body);
            const model = new RowModel({ sortOf: (value) => value.rank, textOf: (value) => value.text });
            const rows = new TableRows(body, ({ value }) => value.text);
            const items = new Map();
            for (let rank = 0; rank < 1000; rank += 1) {
                items.set(`key${rank}`, { rank, text: `row ${rank}` });
            }
            const show = (changed) => {
                model.update(changed, items);
                const how = { changed: new Set(changed), rowHeight: 40, mark: () => {} };
                rows.show(model.shown, { start: 0, end: 20 }, how);
            };
            show([...items.keys()]);
            const whole = body.children.length;
            const records = [];
            const observer = new MutationObserver((found) => records.push(...found));
            observer.observe(body, { childList: true, subtree: true, characterData: true });
            items.set("key7", { rank: 7, text: "patched" });
            items.set("key9", { rank: 2000, text: "moved" });
            items.set("key500", { rank: 500, text: "out of sight" });
            items.delete("key5");
            items.set("fresh", { rank: 3.5, text: "fresh" });
            show(["key7", "key9", "key500", "key5", "fresh"]);
            await Promise.resolve();
            const touched = new Set();
            for (const { target, addedNodes, removedNodes } of records) {
                for (const node of [target, ...addedNodes, ...removedNodes]) {
                    const row = (node.parentElement ?? body).closest?.(".table-row") ?? node;
                    if (row.dataset?.key) touched.add(row.dataset.key);
                }
            }
            const order = [...body.children].map((row) => row.dataset.key);
            const words = body.children[7].textContent;
            body.remove();
            return { whole, total: model.total, touched: [...touched].sort(), order, words };
        }"""
    )
    kept = [f"key{rank}" for rank in (0, 1, 2, 3, "fresh", 4, 6, 7, 8, *range(10, 21)) if rank != "fresh"]
    order = [*kept[:4], "fresh", *kept[4:]]
    assert (seen["whole"], seen["total"]) == (20, 1000)
    assert seen["order"] == order
    assert seen["words"] == "patched"
    assert set(seen["touched"]) <= {"fresh", "key5", "key7", "key9", "key20"}
    assert {"fresh", "key7", "key20"} <= set(seen["touched"])
