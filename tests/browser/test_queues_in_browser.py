"""Queues of a real Asterisk, seen and managed in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import place_call
from tests.browser.conftest import OpenConsole
from tests.browser.console import Console
from tests.serving import AmictlServer, wait_until

pytestmark = pytest.mark.asterisk

EVE = "Local/503@agents/n"
DAVID = "Local/502@agents/n"


@pytest.fixture(autouse=True)
def _unpause_afterwards(ami: AmiClient) -> Iterator[None]:
    yield
    for interface in (EVE, DAVID):
        ami.action("QueuePause", Interface=interface, Paused="false")


def member_on_pbx(ami: AmiClient, queue: str, interface: str) -> dict[str, str]:
    """What the PBX itself says about a member."""
    items = ami.action("QueueStatus", Queue=queue, Member=interface)
    members = [dict(item) for item in items]
    return next(member for member in members if member.get("Event") == "QueueMember")


def pause(console: Console, queue: str, name: str) -> None:
    """Press a member's Pause button."""
    console.member(queue, name).get_by_test_id("pause").click()
    expect(console.page.get_by_role("dialog")).to_contain_text(f"Pause {name}")


def test_pausing_and_unpausing_reach_the_pbx(
    ami: AmiClient,
    server: AmictlServer,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    console = open_console(server)
    console.open_tab("Queues")
    pause(console, "sales", "Eve")
    console.page.get_by_role("dialog").get_by_text("Lunch").click()
    save_screenshot(console.page, "asks")
    console.page.get_by_role("dialog").get_by_role("button", name="Pause").click()
    eve = console.member("sales", "Eve")
    expect(eve.get_by_test_id("paused")).to_contain_text(re.compile(r"Paused: Lunch\s*0:0\d"))
    expect(eve.locator("[data-part=state]")).to_have_attribute("data-tone", "neutral")
    expect(console.toasts).to_contain_text("Paused Eve in sales")
    save_screenshot(console.page, "paused")
    paused = member_on_pbx(ami, "sales", EVE)
    assert (paused["Paused"], paused["PausedReason"]) == ("1", "Lunch")

    eve.get_by_role("button", name="Unpause Eve in sales").click()
    expect(eve.get_by_test_id("paused")).to_be_hidden()
    assert member_on_pbx(ami, "sales", EVE)["Paused"] == "0"


def test_a_reason_of_ones_own_is_sent(
    ami: AmiClient, server: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server)
    console.open_tab("Queues")
    pause(console, "sales", "Eve")
    console.page.get_by_label("Another reason").fill("Back at 3, überall")
    console.page.keyboard.press("Enter")
    expect(console.member("sales", "Eve").get_by_test_id("paused")).to_contain_text("Back at 3, überall")
    assert wait_until(lambda: member_on_pbx(ami, "sales", EVE)["PausedReason"] == "Back at 3, überall")


def test_a_member_of_several_queues_can_be_paused_in_all(
    ami: AmiClient, server: AmictlServer, open_console: OpenConsole
) -> None:
    ami.action("QueueAdd", Queue="lobby", Interface=EVE, MemberName="Eve")
    try:
        console = open_console(server)
        console.open_tab("Queues")
        expect(console.member("lobby", "Eve")).to_be_visible()
        pause(console, "sales", "Eve")
        console.page.get_by_label("In all queues: also lobby").check()
        console.page.get_by_role("dialog").get_by_role("button", name="Pause").click()
        expect(console.member("lobby", "Eve").get_by_test_id("paused")).to_be_visible()
        assert {member_on_pbx(ami, queue, EVE)["Paused"] for queue in ("sales", "lobby")} == {"1"}

        console.member("lobby", "Eve").get_by_test_id("pause").click()
        console.page.get_by_label("In lobby only").check()
        console.page.get_by_role("dialog").get_by_role("button", name="Unpause").click()
        expect(console.member("lobby", "Eve").get_by_test_id("paused")).to_be_hidden()
        assert member_on_pbx(ami, "lobby", EVE)["Paused"] == "0"
        assert member_on_pbx(ami, "sales", EVE)["Paused"] == "1"
    finally:
        ami.action("QueueRemove", Queue="lobby", Interface=EVE)


def test_what_others_do_to_a_member_shows_up(
    ami: AmiClient, server: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server)
    console.open_tab("Queues")
    expect(console.member("support", "Dávid")).to_be_visible()
    ami.action("QueuePause", Interface=DAVID, Queue="support", Paused="true", Reason="Told so")
    expect(console.member("support", "Dávid").get_by_test_id("paused")).to_contain_text("Told so")


def test_callers_wait_in_their_order_with_a_clock(
    asterisk: object,
    server: AmictlServer,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    console = open_console(server)
    console.open_tab("Queues")
    expect(console.queue("lobby")).to_contain_text("Nobody waits.")
    place_call(asterisk, "302", caller="200")
    callers = console.queue("lobby").get_by_test_id("queue-caller")
    expect(callers).to_have_count(1)
    place_call(asterisk, "302", caller="200")
    expect(callers).to_have_count(2)
    expect(callers.locator('[data-part="position"]')).to_have_text(["1", "2"])
    expect(callers.first.locator('[data-part="wait"]')).to_have_text(re.compile(r"0:0[1-9]"))
    expect(console.queue("lobby").locator('[data-part="waiting"]')).to_have_text("2")
    save_screenshot(console.page, "callers")
    asterisk.cli("channel request hangup all")
    expect(callers).to_have_count(0)
    expect(console.queue("lobby").locator('[data-part="abandoned"]')).not_to_have_text("0")
