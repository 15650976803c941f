"""The Queues tab on a real Asterisk: each action by mouse or keys, its effect told by a second connection."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from playwright.sync_api import Locator, expect

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import hang_up_all, live_channels, place_call
from tests.asterisk.server import AsteriskServer
from tests.browser.accessibility import COLOURS, find_violations
from tests.browser.conftest import DESK, PHONE, OpenConsole
from tests.browser.console import Console
from tests.serving import AmictlServer, wait_until

pytestmark = pytest.mark.asterisk

EVE, FEMI = "Local/503@agents/n", "Local/504@agents/n"
ADDED = "Local/506@agents/n"
LONG = "Waits for the supplier in the other building, who promised to call back"
SIZES = {"phone": PHONE, "desk": {"width": 1280, "height": 860}, "wide": {"width": 1920, "height": 1080}}


@pytest.fixture
def pbx(asterisk_22: AsteriskServer) -> Iterator[AsteriskServer]:
    """The shared Asterisk 22, with queues as they were before the test and no call left behind."""
    yield asterisk_22
    hang_up_all(asterisk_22)
    with AmiClient(
        asterisk_22.host, asterisk_22.ami_port, asterisk_22.username, asterisk_22.secret
    ) as client:
        for queue in ("lobby", "nobody"):
            if any(one.get("Location") == ADDED for one in client.action("QueueStatus", Queue=queue)):
                client.action("QueueRemove", Queue=queue, Interface=ADDED)
        for interface in (EVE, FEMI):
            client.action("QueuePause", Interface=interface, Paused="false")
            client.action("QueuePenalty", Interface=interface, Penalty="0")
            client.action("QueueMemberRingInUse", Interface=interface, RingInUse="no")
    assert wait_until(lambda: not live_channels(asterisk_22))


@pytest.fixture
def second(pbx: AsteriskServer) -> Iterator[AmiClient]:
    """Another AMI session, which knows nothing of amictl."""
    with AmiClient(pbx.host, pbx.ami_port, pbx.username, pbx.secret) as client:
        yield client


def member_of(second: AmiClient, queue: str, interface: str) -> dict[str, str]:
    """What the PBX itself says of a member; nothing where it is none."""
    items = second.action("QueueStatus", Queue=queue, Member=interface)
    return next((item for item in items if item.get("Event") == "QueueMember"), {})


def callers_of(second: AmiClient, queue: str) -> list[dict[str, str]]:
    """Who waits, as the PBX itself says, in its order."""
    items = second.action("QueueStatus", Queue=queue)
    return [item for item in items if item.get("Event") == "QueueEntry"]


def expect_on_pbx(told: Callable[[], object], wanted: object) -> None:
    """Wait until the PBX says what it should."""
    assert wait_until(lambda: told() == wanted), told()


def choose(console: Console, row: Locator, action: str) -> Locator:
    """Choose an action from the menu of a row by mouse, and return the dialog that it may open."""
    row.get_by_role("button", name="Actions of").click()
    console.page.get_by_role("menuitem", name=re.compile(f"^{action}")).click()
    return console.page.get_by_role("dialog")


def test_members_are_added_paused_changed_and_removed(
    second: AmiClient,
    server_22: AmictlServer,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    console = open_console(server_22)
    page = console.page
    panel = console.open_queue("lobby")
    dialog = page.get_by_role("dialog")

    panel.get_by_role("button", name="Add member").click()
    dialog.get_by_label("Phone").fill(ADDED)
    dialog.get_by_label("Name", exact=False).and_(page.locator("[name=member_name]")).fill("Gül")
    dialog.locator("[name=penalty]").fill("2")
    dialog.locator("[type=submit]").click()
    expect(console.toasts.filter(has_text="Added Gül to lobby")).to_be_visible()
    gul = console.member("Gül")
    expect(gul).to_be_visible()
    added = member_of(second, "lobby", ADDED)
    assert (added["Name"], added["Penalty"], added["Paused"]) == ("Gül", "2", "0")

    gul.focus()
    page.keyboard.press("p")
    expect(dialog).to_contain_text("Gül")
    dialog.get_by_text("Lunch", exact=True).click()
    chip = dialog.get_by_role("radio", name="Lunch")
    expect(chip).to_be_checked()
    dialog.get_by_label("Another reason").fill(LONG)
    expect(chip).not_to_be_checked()  # one choice
    save_screenshot(page, "pause")
    page.keyboard.press("Enter")
    expect(console.member("Gül").get_by_test_id("paused")).to_contain_text(LONG[:20])
    assert member_of(second, "lobby", ADDED)["PausedReason"] == LONG
    assert gul.locator(".party").evaluate("name => name.clientWidth >= name.scrollWidth")
    expect(page.get_by_role("rowgroup", name="Paused").locator("[data-part=count]")).to_have_text("1")

    gul.focus()
    page.keyboard.press("m")
    pause = page.get_by_role("menuitem", name=re.compile("^Pause"))
    expect(pause).to_contain_text("Gül is paused already.")
    expect(pause).to_be_disabled()
    page.keyboard.press("Escape")
    gul.focus()
    page.keyboard.press("u")
    expect_on_pbx(lambda: member_of(second, "lobby", ADDED)["Paused"], "0")

    _change_and_remove(console, second)


def _change_and_remove(console: Console, second: AmiClient) -> None:
    page, gul = console.page, console.member("Gül")
    dialog = choose(console, gul, "Set penalty")
    expect(dialog.locator("[name=penalty]")).to_have_value("2")
    dialog.locator("[name=penalty]").fill("7")
    dialog.locator("[type=submit]").click()
    expect_on_pbx(lambda: member_of(second, "lobby", ADDED)["Penalty"], "7")

    before = _rings_in_use(second, "lobby", ADDED)
    dialog = choose(console, gul, "Ring in use")
    dialog.get_by_role("switch").click()
    dialog.locator("[type=submit]").click()
    expect_on_pbx(lambda: _rings_in_use(second, "lobby", ADDED), not before)

    gul.focus()
    page.keyboard.press("r")
    expect(dialog).to_contain_text("Remove Gül from lobby?")
    page.keyboard.press("Enter")
    expect(console.member("Gül")).to_have_count(0)
    assert member_of(second, "lobby", ADDED) == {}


def _rings_in_use(second: AmiClient, queue: str, interface: str) -> bool:
    """Whether a member is rung while in use, as ``queue show`` tells it: no list of the AMI does."""
    answer = second.action("Command", Command=f"queue show {queue}")
    lines = str(answer).splitlines() if len(answer) == 1 else [str(one) for one in answer]
    (line,) = (line for whole in lines for line in whole.split("\\n") if interface in line)
    return "ringinuse enabled" in line


def test_several_members_are_paused_at_once_with_a_result_for_each(
    second: AmiClient, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server_22, path="/console/queues/sales")
    page = console.page
    console.member("Eve").focus()
    page.keyboard.press("Space")
    console.member("Femi").get_by_role("checkbox").check()
    page.locator("[data-bulk=pause]").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Meeting", exact=True).click()
    dialog.locator("[data-start]").click()
    expect(dialog.locator(".bulk-item[data-state=done]")).to_have_count(2)
    for interface in (EVE, FEMI):
        paused = member_of(second, "sales", interface)
        assert (paused["Paused"], paused["PausedReason"]) == ("1", "Meeting")
    page.keyboard.press("Escape")
    second.action("QueuePause", Interface=EVE, Paused="false")
    expect(page.get_by_role("rowgroup", name="Paused").get_by_test_id("queue-member")).to_have_count(1)
    expect(console.member("Eve").get_by_test_id("paused")).to_have_count(0)


def test_callers_rise_move_and_are_withdrawn(
    second: AmiClient,
    server_22: AmictlServer,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    for name in ("Anna", "Bruno", "Chiara"):
        second.action(
            "Originate",
            Channel="Local/302@default/n",
            Exten="200",
            Context="default",
            Priority="1",
            Async="true",
            CallerID=f"{name} <5550100>",
        )
        assert wait_until(lambda name=name: _names(second, "lobby")[-1:] == [name])
    console = open_console(server_22, path="/console/queues/lobby")
    page = console.page
    rows = page.get_by_test_id("queue-caller")
    expect(rows).to_have_count(3)
    expect(console.caller("Chiara")).to_contain_text(re.compile(r"\d:\d\d"))
    save_screenshot(page, "lane")

    console.caller("Chiara").focus()
    page.keyboard.press("+")
    expect(console.toasts.filter(has_text="Priority of Chiara is 1")).to_be_visible()
    expect(rows.first).to_contain_text("Chiara")
    assert _names(second, "lobby")[0] == "Chiara"

    dialog = choose(console, console.caller("Bruno"), "Set priority")
    dialog.locator("[name=priority]").fill("9")
    page.keyboard.press("Enter")
    expect(rows.first).to_contain_text("Bruno")
    assert _names(second, "lobby") == ["Bruno", "Chiara", "Anna"]

    console.caller("Anna").focus()
    page.keyboard.press("v")
    dialog.get_by_label("Queue", exact=True).select_option("nobody")
    dialog.locator("[type=submit]").click()
    expect(console.toasts.filter(has_text="Moved Anna to nobody")).to_be_visible()
    expect(rows).to_have_count(2)
    assert _names(second, "nobody") == ["Anna"]

    console.caller("Bruno").focus()
    page.keyboard.press("w")
    expect(dialog).to_contain_text("Withdraw Bruno from lobby?")
    dialog.locator("[type=submit]").click()
    expect(rows).to_have_count(1)
    assert _names(second, "lobby") == ["Chiara"]

    console.caller("Chiara").get_by_role("checkbox").check()
    page.locator("[data-bulk=priority]").click()
    dialog.locator("[name=priority]").fill("4")
    dialog.locator("[data-start]").click()
    expect(dialog.locator(".bulk-item[data-state=done]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(console.caller("Chiara")).to_contain_text("Prio 4")

    console.caller("Chiara").focus()
    page.keyboard.press("h")
    expect(dialog).to_contain_text("Hang up Chiara?")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(0)
    assert _names(second, "lobby") == []


def _names(second: AmiClient, queue: str) -> list[str]:
    return [one["CallerIDName"] for one in callers_of(second, queue)]


def test_counters_are_reset_and_the_configuration_is_read_again(
    second: AmiClient, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    second.action("QueueAdd", Queue="nobody", Interface=ADDED)
    console = open_console(server_22)
    page = console.page
    console.open_tab("Queues")
    nobody = console.queue("nobody")
    expect(nobody).to_be_visible()

    dialog = choose(console, nobody, "Reset counters")
    expect(dialog).to_contain_text("Reset Asterisk's counters of nobody?")
    page.keyboard.press("Enter")
    expect(console.toasts.filter(has_text="Reset the counters of nobody")).to_be_visible()
    params = next(
        one for one in second.action("QueueStatus", Queue="nobody") if one.get("Event") == "QueueParams"
    )
    assert (params["Completed"], params["Abandoned"]) == ("0", "0")

    dialog = choose(console, nobody, "Reload")
    second.events.clear()
    dialog.get_by_label("What to read again").select_option("members")
    dialog.locator("[type=submit]").click()
    expect(console.toasts.filter(has_text="Reloaded nobody")).to_be_visible()

    page.get_by_text("Table", exact=True).click()
    for queue in ("lobby", "nobody"):
        page.get_by_role("row", name=queue).get_by_role("checkbox").check()
    page.get_by_role("button", name="Reset counters").click()
    dialog.locator("[data-start]").click()
    expect(dialog.locator(".bulk-item[data-state=done]")).to_have_count(2)
    page.keyboard.press("Escape")
    page.reload()
    expect(page.get_by_role("row", name="lobby")).to_be_visible()  # the choice of the table is kept


def test_overview_page_and_wallboard_are_accessible_fit_and_say_whose_day_it_is(
    pbx: AsteriskServer,
    second: AmiClient,
    server_22: AmictlServer,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    place_call(pbx, "302", caller="200")
    second.action("QueuePause", Queue="sales", Interface=EVE, Paused="true", Reason=LONG)
    console = open_console(server_22, timezone_id="Asia/Kolkata", viewport=DESK)
    console.expect_complaint("ERR_INTERNET_DISCONNECTED|WebSocket")
    page = console.page
    console.open_tab("Queues")
    lobby = console.queue("lobby")
    expect(lobby).to_have_attribute("data-level", "bad")
    expect(lobby).to_contain_text("Nobody to answer")
    expect(page.get_by_test_id("queue").first).to_have_attribute("data-key", "lobby")
    expect(lobby).to_contain_text(re.compile(r"Today in \w+"))
    expect(lobby.get_by_test_id("today-note")).to_contain_text(
        re.compile(r"counted since \d\d:\d\d, \S+ time")
    )

    paths = {"overview": "", "page": "/sales", "wall": "?wall=1"}
    for (view, path), (size, viewport) in product(paths.items(), SIZES.items()):
        page.set_viewport_size(viewport)
        page.goto(f"{server_22.url}/console/queues{path}")
        ready = {
            "overview": lobby,
            "page": console.member("Eve"),
            "wall": page.get_by_test_id("wall-queue").first,
        }
        expect(ready[view]).to_be_visible()
        assert page.locator("main").evaluate("it => it.scrollWidth - it.clientWidth") == 0, (view, size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if size == "desk":
                rules = None if scheme == "light" else COLOURS
                assert find_violations(page, rules) == [], (view, scheme)
            save_screenshot(page, f"{view}-{size}-{scheme}")
        if view == "page":
            expect(console.member("Eve").locator(".party")).to_have_text("Eve")
            cut = "name => name.scrollWidth > name.clientWidth"
            assert not console.member("Femi").locator(".party").evaluate(cut), size

    expect(page.locator("[data-key=lobby] .wall-word")).to_contain_text("Nobody to answer")
    assert page.evaluate(
        """[...document.querySelectorAll(".wall-tile")].every((tile) => {
            const {bottom, right} = tile.getBoundingClientRect();
            return bottom <= innerHeight && right <= innerWidth;
        })"""
    )
    page.context.set_offline(offline=True)
    expect(page.locator(".wall-stale")).to_contain_text(re.compile(r"Not live: as of \d\d:\d\d"))
    assert page.locator(".wall").bounding_box() == {"x": 0, "y": 0, **viewport}
    save_screenshot(page, "wall-stale")
    page.context.set_offline(offline=False)
    expect(page.locator(".wall-stale")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(console.queue("lobby")).to_be_visible()
    assert page.url.endswith("/console/queues")
    page.get_by_role("button", name="Wallboard").click()
    expect(page.get_by_test_id("wall-queue").first).to_be_visible()
    assert page.url.endswith("/console/queues?wall=1")
    page.go_back()
    expect(console.queue("lobby")).to_be_visible()
