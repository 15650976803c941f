"""The Events tab: the raw stream of a real Asterisk in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.asterisk.ami_client import AmiClient
from tests.browser.conftest import OpenConsole
from tests.browser.console import Console
from tests.serving import AmictlServer, LinkedPbx, wait_until

pytestmark = pytest.mark.asterisk


@pytest.fixture
def ami_22(asterisk_22: LinkedPbx) -> Iterator[AmiClient]:
    """A second connection to Asterisk 22."""
    with AmiClient(
        asterisk_22.host, asterisk_22.ami_port, asterisk_22.username, asterisk_22.secret
    ) as client:
        yield client


def send_event(ami: AmiClient, text: str) -> None:
    """Make the PBX send a UserEvent that can be recognized."""
    ami.action("UserEvent", UserEvent="BrowserTest", Text=text)


def open_events(console: Console) -> Locator:
    """Open the tab, wait until the stream is there, and return the list of events."""
    console.expect_link("Connected")
    console.open_tab("Events")
    expect(console.page.get_by_text("Waiting for events")).to_be_hidden()
    return console.page.get_by_test_id("event")


def test_events_come_newest_first_and_show_as_json(
    ami: AmiClient,
    server: AmictlServer,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    console = open_console(server)
    events = open_events(console)
    console.page.get_by_label("Filter the events").fill("in order")
    send_event(ami, "in order: one")
    send_event(ami, "in order: two")
    ours = events.filter(has_text="UserEvent")
    expect(ours).to_have_count(2)
    ours.nth(1).get_by_role("button").click()
    detail = console.page.get_by_test_id("event-detail")
    shown = json.loads(detail.locator("pre").inner_text())
    assert (shown["type"], shown["event"], shown["data"]["Text"]) == (
        "ami_event",
        "UserEvent",
        "in order: one",
    )
    assert isinstance(shown["seq"], int)
    ours.first.get_by_role("button").click()
    expect(detail.locator("pre")).to_contain_text('"Text": "in order: two"')
    save_screenshot(console.page, "json")
    detail.get_by_role("button", name="Close the event").click()
    expect(detail).to_be_hidden()


def test_the_chosen_event_can_be_copied(
    ami_22: AmiClient, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server_22)
    console.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    events = open_events(console)
    console.page.get_by_label("Filter the events").fill("to be copied")
    send_event(ami_22, "to be copied")
    expect(events).to_have_count(1)
    events.get_by_role("button").click()
    console.page.get_by_role("button", name="Copy").click()
    expect(console.toasts).to_contain_text("Copied")
    copied = json.loads(console.page.evaluate("navigator.clipboard.readText()"))
    assert copied["data"]["Text"] == "to be copied"


def test_filters_show_only_what_matches(
    ami_22: AmiClient, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server_22)
    events = open_events(console)
    send_event(ami_22, "needle")
    send_event(ami_22, "hay")
    ami_22.action("QueuePause", Interface="Local/505@agents/n", Paused="true")
    ami_22.action("QueuePause", Interface="Local/505@agents/n", Paused="false")
    expect(events.filter(has_text="QueueMemberPause").first).to_be_visible()

    console.page.get_by_label("Filter the events").fill("NEEDLE")
    expect(events).to_have_count(1)
    console.page.get_by_label("Filter the events").fill("no such thing")
    expect(console.page.get_by_text("No event matches the filter.")).to_be_visible()
    console.page.get_by_label("Filter the events").fill("")
    console.page.get_by_label("Event name").select_option("QueueMemberPause")
    names = events.locator(".event-name")
    expect(names.first).to_have_text("QueueMemberPause")
    expect(names.filter(has_not_text="QueueMemberPause")).to_have_count(0)


def test_a_paused_list_stands_still_and_counts_what_it_misses(
    ami_22: AmiClient, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server_22)
    open_events(console)
    console.page.get_by_label("Filter the events").fill("standstill")
    summary = console.page.get_by_test_id("events-summary")
    send_event(ami_22, "standstill: before")
    expect(console.page.get_by_test_id("event")).to_have_count(1)

    console.page.get_by_test_id("events-pause").click()
    expect(summary).to_contain_text("Paused")
    send_event(ami_22, "standstill: meanwhile")
    expect(summary).to_have_text(re.compile(r"Paused, [1-9]\d* newer"))
    expect(console.page.get_by_test_id("event")).to_have_count(1)
    console.page.get_by_role("button", name="Resume").click()
    expect(console.page.get_by_test_id("event")).to_have_count(2)


def test_the_stream_is_fetched_only_while_the_tab_is_open_and_tells_what_is_missing(
    ami_22: AmiClient, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    frames: list[str] = []
    console = open_console(server_22)
    console.page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame)))
    )
    console.page.reload()
    open_events(console)
    send_event(ami_22, "while open")
    expect(console.page.get_by_test_id("event").filter(has_text="BrowserTest").first).to_be_visible()
    console.open_tab("Queues")
    paused = console.member("nobody", "Nobody").get_by_test_id("paused")

    marks: list[str] = []

    def is_fetched() -> bool:
        marks.append(f"while closed {len(marks)}")
        send_event(ami_22, marks[-1])  # and then a change that does arrive
        ami_22.action("QueuePause", Interface="Local/505@agents/n", Paused="true")
        expect(paused).to_be_visible()
        ami_22.action("QueuePause", Interface="Local/505@agents/n", Paused="false")
        expect(paused).to_be_hidden()
        return any(marks[-1] in frame for frame in frames)

    assert any("while open" in frame for frame in frames)
    assert wait_until(lambda: not is_fetched())  # the server may hear of the tab a moment late

    console.open_tab("Events")
    console.page.get_by_label("Filter the events").fill(marks[-1])
    expect(console.page.get_by_test_id("event")).to_have_count(1)
    expect(console.page.get_by_test_id("event-gap")).to_have_count(0)


def test_at_most_the_last_hundred_are_shown(
    ami_22: AmiClient, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server_22)
    events = open_events(console)
    for number in range(120):
        send_event(ami_22, f"number {number}")
    expect(console.page.get_by_test_id("events-summary")).to_contain_text("the last 100 of")
    expect(events).to_have_count(100)
