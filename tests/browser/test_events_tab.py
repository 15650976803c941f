"""The Events tab on a real Asterisk: filters, a pause that loses nothing, files, one call followed, keys."""

from __future__ import annotations

import csv
import io
import json
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import hang_up_all, live_channels, place_call
from tests.browser.accessibility import COLOURS, find_violations
from tests.browser.conftest import OpenConsole
from tests.browser.console import Console
from tests.serving import AmictlServer, LinkedPbx, wait_until

pytestmark = pytest.mark.asterisk

SIZES = ((390, 844), (1280, 800), (1920, 1080))


@pytest.fixture
def mark() -> str:
    """A word that no other test's events have."""
    return f"mark-{secrets.token_hex(4)}"


class EventsPage:
    """The tab as a person uses it.

    Args:
        console: A console that was opened on the tab.
    """

    def __init__(self, console: Console) -> None:
        self.page: Page = console.page
        self.rows = self.page.get_by_test_id("event")
        self.summary = self.page.get_by_test_id("events-summary")
        self.detail = self.page.get_by_test_id("event-detail")
        self.chips = self.page.get_by_test_id("events-chip")
        self.words = self.page.get_by_role("searchbox", name="Search in the tab in front")
        self.pause = self.page.get_by_test_id("events-pause")
        expect(self.page.locator("body[data-ready]")).to_be_attached()
        console.expect_link("Connected")
        expect(self.page.get_by_text("Waiting for events")).to_be_hidden()

    def name(self, name: str) -> Locator:
        """The line of an event's name beside the list."""
        return self.page.get_by_test_id("event-name").filter(has=self.page.get_by_text(name, exact=True))

    def row(self, text: str) -> Locator:
        """The row of an event by what its line says."""
        return self.rows.filter(has_text=text)

    def shown_event(self) -> dict[str, Any]:
        """The event that is shown as JSON."""
        shown = json.loads(self.detail.locator("pre").inner_text())
        assert isinstance(shown, dict)
        return shown

    def save(self, button: str) -> str:
        """The text of a file that a button saves."""
        with self.page.expect_download() as saving:
            self.page.get_by_role("button", name=button, exact=True).click()
        return Path(saving.value.path()).read_text(encoding="utf-8")

    def numbers(self) -> list[int]:
        """The numbers of all events that are shown, oldest first."""
        return [json.loads(line)["seq"] for line in self.save("JSON").splitlines()]


@pytest.fixture
def open_events(server_22: AmictlServer, open_console: OpenConsole) -> Callable[..., EventsPage]:
    """Open the tab at an address below it: ``open_events("?name=Hangup")``."""

    def open_tab(rest: str = "", **options: object) -> EventsPage:
        return EventsPage(open_console(server_22, path=f"/console/events{rest}", **options))

    return open_tab


def tell(ami: AmiClient, name: str, text: str, **headers: str) -> None:
    """Make the PBX send a UserEvent."""
    ami.action("UserEvent", UserEvent=name, Text=text, **headers)


def test_names_words_channels_and_queues_filter_and_are_kept_in_address_and_browser(
    ami_22: AmiClient, open_events: Callable[..., EventsPage], mark: str
) -> None:
    events = open_events(f"?q={mark}")
    tell(ami_22, "Told", f"{mark} one", Queue=f"{mark}-sales", Channel=f"PJSIP/{mark}-1")
    tell(ami_22, "Told", f"{mark} two", Channel=f"PJSIP/{mark}-2")
    ami_22.action("Setvar", Variable="MARK", Value=mark)
    expect(events.rows).to_have_count(2)

    # Noise is muted, counted, and shown on demand or when it is asked for by name.
    expect(events.page.get_by_test_id("events-muted")).to_have_text("1 muted")
    events.page.get_by_role("switch", name="Show noise").click()
    expect(events.rows).to_have_count(3)
    events.page.get_by_role("switch", name="Show noise").click()
    events.name("VarSet").get_by_role("button", name="VarSet 1", exact=True).click()
    expect(events.rows).to_have_count(1)
    expect(events.rows).to_contain_text(f"MARK = {mark} for all")
    events.name("UserEvent").get_by_role("button").first.click()
    expect(events.rows).to_have_count(3)
    expect(events.page).to_have_url(re.compile(r"[?&]name=VarSet%2CUserEvent"))
    events.chips.filter(has_text="VarSet").get_by_role("button").click()
    expect(events.rows).to_have_count(2)
    events.name("UserEvent").get_by_role("button", name="Hide UserEvent").click()
    expect(events.rows).to_have_count(0)
    expect(events.page.get_by_text("Nothing but noise passes the filter")).to_be_visible()
    events.name("UserEvent").get_by_role("button", name="Hide UserEvent").click()
    expect(events.rows).to_have_count(2)

    events.page.get_by_label("Channel", exact=True).fill(f"pjsip/{mark}-2")
    expect(events.rows).to_have_count(1)
    events.page.get_by_label("Channel", exact=True).fill("")
    events.page.get_by_label("Queue", exact=True).select_option(f"{mark}-sales")
    expect(events.rows).to_have_count(1)

    # The address says all of it, and the browser keeps it for the next visit.
    address = events.page.url
    events.page.goto(address)
    expect(events.rows).to_have_count(1)
    events.page.goto(address.partition("?")[0])
    expect(events.rows).to_have_count(1)
    expect(events.page).to_have_url(address)
    events.page.get_by_role("button", name="Clear all filters").click()
    expect(events.page).to_have_url(address.partition("?")[0])
    assert events.rows.count() >= 1
    events.page.reload()
    expect(events.words).to_have_value("")


def test_a_pause_loses_nothing_and_files_hold_what_is_shown(
    ami_22: AmiClient,
    server_22: AmictlServer,
    open_events: Callable[..., EventsPage],
    mark: str,
) -> None:
    events = open_events(f"?q={mark}&last=500")
    with server_22.log_in().open_socket() as second:
        second.subscribe("event:UserEvent")
        tell(ami_22, "Told", f"{mark} before")
        expect(events.rows).to_have_count(1)
        events.pause.click()
        for number in range(150):
            tell(ami_22, "Told", f"{mark} {number}", CallerIDName="=1+1")
        expect(events.summary).to_contain_text(re.compile(r"Paused: 1[5-9]\d came meanwhile"))
        expect(events.rows).to_have_count(1)
        events.pause.click()
        expect(events.summary).to_contain_text("151 shown of")
        tell(ami_22, "Told", f"{mark} after")
        expect(events.summary).to_contain_text("152 shown of")

        def heard() -> list[dict[str, Any]]:
            batches = [content for name, content in second.received if name == "ami_events"]
            told = [event for batch in batches for event in batch["events"]]
            return [event for event in told if event["data"].get("Text", "").startswith(mark)]

        assert wait_until(lambda: len(heard()) == 152)
    saved = [json.loads(line) for line in events.save("JSON").splitlines()]
    assert saved == heard()

    lines = list(csv.DictReader(io.StringIO(events.save("CSV"), newline="")))
    assert [line["Text"] for line in lines] == [event["data"]["Text"] for event in saved]
    assert {line["CallerIDName"] for line in lines[1:-1]} == {"'=1+1"}
    assert [int(line["seq"]) for line in lines] == [event["seq"] for event in saved]

    # Thousands of rows are there, and only those that can be seen are made.
    assert events.rows.count() < 60
    events.rows.first.hover()
    events.page.mouse.wheel(0, 3000)
    expect(events.row(f"{mark} after")).to_have_count(0)
    events.page.get_by_role("button", name="Newest").click()
    expect(events.rows.first).to_be_visible()
    events.page.get_by_label("How many are shown").select_option("100")
    expect(events.summary).to_contain_text("The last 100 of 152")


def test_one_event_is_read_and_copied_by_mouse_and_by_keys_and_has_an_address(
    ami_22: AmiClient, open_events: Callable[..., EventsPage], mark: str
) -> None:
    events = open_events(f"?q={mark}")
    events.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for text in ("one", "two", "three"):
        tell(ami_22, "Told", f"{mark} {text}")
    expect(events.rows).to_have_count(3)
    events.rows.nth(1).click()
    expect(events.detail).to_contain_text(f"{mark} two")
    shown = events.shown_event()
    assert (shown["type"], shown["event"], shown["data"]["Text"]) == (
        "ami_event",
        "UserEvent",
        f"{mark} two",
    )
    events.page.get_by_role("button", name="Copy").click()
    copied = wait_until(lambda: events.page.evaluate("navigator.clipboard.readText()"))
    assert json.loads(copied) == shown
    expect(events.page).to_have_url(re.compile(rf"/console/events/{shown['seq']}\?"))
    events.page.go_back()
    expect(events.detail).to_be_hidden()

    listbox = events.page.get_by_test_id("events")
    listbox.focus()
    events.page.keyboard.press("Home")
    events.page.keyboard.press("Enter")
    expect(events.detail).to_contain_text(f"{mark} three")
    events.page.keyboard.press("ArrowDown")
    events.page.keyboard.press("ArrowDown")
    expect(events.detail).to_contain_text(f"{mark} one")
    expect(events.rows.nth(2)).to_have_attribute("aria-selected", "true")
    events.page.reload()
    expect(events.detail).to_contain_text(f"{mark} one")
    listbox.focus()
    events.page.keyboard.press("Escape")
    expect(events.detail).to_be_hidden()
    events.page.keyboard.press("p")
    tell(ami_22, "Told", f"{mark} four")
    expect(events.summary).to_contain_text("Paused")
    expect(events.rows).to_have_count(3)
    events.page.keyboard.press("p")
    expect(events.rows).to_have_count(4)


def linked_ids(event: dict[str, Any]) -> set[str]:
    """The calls that an event names."""
    headers = event["data"].items()
    return {value for name, value in headers if re.fullmatch(r".*linkedid\d?", name.lower())}


def test_a_call_is_followed_with_all_that_names_it_and_nothing_of_another(
    asterisk_22: LinkedPbx,
    server_22: AmictlServer,
    open_events: Callable[..., EventsPage],
) -> None:
    heard: dict[int, dict[str, Any]] = {}
    with server_22.log_in().open_socket() as second:
        second.subscribe("events")
        events = open_events("?noise=1&last=5000")
        place_call(asterisk_22, "200")
        place_call(asterisk_22, "200")
        wait_until(lambda: len(live_channels(asterisk_22)) >= 4)
        hang_up_all(asterisk_22)

        def calls() -> list[str]:
            batches = [content for name, content in second.received if name == "ami_events"]
            heard.update({event["seq"]: event for batch in batches for event in batch["events"]})
            ended = [event["data"]["Linkedid"] for event in heard.values() if event["event"] == "Hangup"]
            return sorted({call for call in ended if ended.count(call) >= 2})

        wait_until(lambda: len(calls()) >= 2)
    call, other = calls()[:2]
    began = next(seq for seq, event in heard.items() if linked_ids(event) == {call})
    expect(events.name("Hangup")).to_be_visible()
    events.page.goto(events.page.url.replace("/console/events", f"/console/events/{began}"))
    expect(events.detail).to_contain_text(call)
    events.page.get_by_test_id("events").focus()
    events.page.keyboard.press("f")
    expect(events.chips).to_contain_text(f"Follows the call {call}")
    expect(events.page).to_have_url(re.compile(rf"[?&]follow={re.escape(call)}"))
    shown = events.numbers()
    assert {seq for seq, event in heard.items() if call in linked_ids(event)} <= set(shown)
    assert not [seq for seq in shown if linked_ids(heard[seq]) == {other}]

    # The address alone leads there, and the chip ends it.
    events.page.goto(f"{server_22.url}/console/events?follow={call}&noise=1&last=5000")
    expect(events.chips).to_contain_text(f"Follows the call {call}")
    assert events.numbers() == shown
    events.page.get_by_role("button", name="Follow this call no longer").click()
    expect(events.chips).to_have_count(0)
    assert len(events.numbers()) > len(shown)


def test_the_tab_is_accessible_and_fits_each_screen(
    ami_22: AmiClient,
    open_events: Callable[..., EventsPage],
    save_screenshot: Callable[..., None],
    mark: str,
) -> None:
    events = open_events(f"?q={mark}", reduced_motion="reduce")
    tell(ami_22, "Told", f"{mark} one", Channel=f"PJSIP/{mark}")
    events.rows.first.click()
    expect(events.detail).to_be_visible()
    for scheme, rules in (("light", None), ("dark", COLOURS)):
        events.page.emulate_media(color_scheme=scheme)
        for width, height in SIZES:
            events.page.set_viewport_size({"width": width, "height": height})
            overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert events.page.evaluate(overflow) == 0
            assert find_violations(events.page, rules) == [], (scheme, width)
            save_screenshot(events.page, f"{width}-{scheme}")
