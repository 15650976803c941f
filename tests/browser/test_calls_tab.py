"""The Calls tab on a real Asterisk: what its actions do to the PBX, and the lanes of a call that went far."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Locator, expect

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import LiveChannel, live_channels, place_call
from tests.asterisk.journeys import answering, calling, in_bridge
from tests.asterisk.server import AsteriskServer
from tests.browser.accessibility import COLOURS, find_violations
from tests.browser.conftest import OpenConsole
from tests.browser.console import Console
from tests.serving import AmictlServer, wait_until

pytestmark = pytest.mark.asterisk

_FAR = "390"  # waits in the queue lobby, whose members may transfer
SUPERVISOR, OTHER_PHONE = "Local/211300@default/n", "Local/200@default/n"  # answer, and stay on the line
BUSY, ALICE = "Local/506@agents/n", "PJSIP/102"


@pytest.fixture
def lobby(asterisk_server: AsteriskServer, ami: AmiClient) -> Iterator[None]:
    """The queue lobby has a busy member and Alice, at phone 102, whose calls can be transferred."""
    asterisk_server.cli(f"dialplan add extension {_FAR},1,Answer into default")
    asterisk_server.cli(f'dialplan add extension {_FAR},2,Queue,"lobby,tT" into default')
    ami.action("QueueAdd", Queue="lobby", Interface=BUSY, MemberName="Bea")
    ami.action("QueueAdd", Queue="lobby", Interface=ALICE, MemberName="Alice")
    yield
    for interface in (BUSY, ALICE):
        ami.action("QueueRemove", Queue="lobby", Interface=interface)
    asterisk_server.cli(f"dialplan remove extension {_FAR}@default")


def row_of(console: Console, words: str) -> Locator:
    """The row of the call in which some words stand."""
    return console.page.get_by_role("row").filter(has_text=words)


def nothing(console: Console) -> Locator:
    """What the tab says when there are no calls."""
    return console.page.get_by_role("tabpanel", name="Calls").get_by_text("No calls right now")


def choose(console: Console, label: str) -> None:
    """Choose something from the menu that is open."""
    console.page.get_by_role("menuitem", name=re.compile(rf"^\s*{label}")).click()


def open_menu_by_keys(console: Console) -> None:
    """Open the menu of the first row, by keys alone."""
    console.page.get_by_role("grid", name="Calls").focus()
    console.page.keyboard.press("Home")
    console.page.keyboard.press("m")
    expect(console.page.get_by_role("menu")).to_be_visible()


@contextmanager
def talking(pbx: AsteriskServer) -> Iterator[None]:
    """104, Eve, talks with 102, Carol."""
    with ExitStack() as stack:
        stack.enter_context(answering(pbx, 102))
        stack.enter_context(calling(pbx, 104)).call("102")
        in_bridge(pbx, "PJSIP/104")
        in_bridge(pbx, "PJSIP/102")
        yield
        pbx.cli("channel request hangup all")


@pytest.mark.usefixtures("lobby")
def test_lanes_tell_of_a_call_that_rang_two_members_was_handed_over_and_parked(
    asterisk_server: AsteriskServer,
    server: AmictlServer,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    pbx = asterisk_server
    console = open_console(server, path="/console/calls")
    page = console.page
    with answering(pbx, 102, 103), calling(pbx, 104) as caller:
        caller.call(_FAR)
        in_bridge(pbx, "PJSIP/104")
        row_of(console, "Eve").click()
        expect(page).to_have_url(re.compile(r"/console/calls/\d+\.\d+$"))
        panel = page.get_by_role("complementary", name="One call")
        expect(panel.get_by_test_id("call-state")).to_contain_text("Talking")

        actions = panel.get_by_test_id("call-actions")
        actions.get_by_role("button", name="More").click()
        choose(console, "Ask, then transfer")
        page.get_by_role("combobox", name="Extension or number").fill("103")
        page.get_by_role("dialog").get_by_role("button", name="Ask").click()
        asked = in_bridge(pbx, "PJSIP/103")
        expect(panel.locator(f'[data-channel="{asked.name}"]')).to_contain_text("Talking")
        expect(panel.locator(".band[data-kind=hold][data-open=true]")).to_have_count(1)
        panel.locator('[data-channel^="PJSIP/102"]').get_by_role("button", name="Hang up").click()
        page.get_by_role("dialog").get_by_role("button", name="Hang up").click()
        assert wait_until(lambda: not any(each.name.startswith("PJSIP/102") for each in live_channels(pbx)))
        expect(panel.get_by_test_id("lane-list")).to_contain_text("hands the call over to 103")

        actions.get_by_role("button", name="Park the caller").click()
        page.get_by_label("Comes back after").fill("600")
        page.get_by_role("dialog").get_by_role("button", name="Park").click()
        expect(panel.get_by_test_id("call-state")).to_contain_text("Parked")
        assert "PJSIP/104" in pbx.cli("parking show default")
        for width, theme in ((1280, "light"), (1280, "dark"), (1920, "light"), (390, "light")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # no colour is half-way
            save_screenshot(page, f"{width}-{theme}")
            assert find_violations(page, COLOURS if theme == "dark" else None) == []
            assert page.locator("#content").evaluate("it => it.scrollWidth - it.clientWidth") == 0
        page.set_viewport_size({"width": 1280, "height": 900})

        page.reload()
        expect(panel.get_by_test_id("call-state")).to_contain_text("Parked")
        panel.get_by_test_id("as-text").click()
        told = panel.get_by_role("listitem")
        for line in (
            r"Eve waits in the queue lobby, at first in place 1\.",
            r"The phone of Bea rings\. .*busy",
            r"The phone of Alice rings\. .*answered",
            r"Eve talks with Alice\.|Alice talks with Eve\.",
            r"Alice puts Eve on hold\.",
            r"The phone of Dávid rings\. .*answered",
            r"Alice hands the call over to 103 after asking\.",
            r"Eve talks with Dávid\.|Dávid talks with Eve\.",
            r"Eve is parked at 70\d of the lot default\.",
        ):
            expect(told.filter(has_text=re.compile(line, re.DOTALL))).not_to_have_count(0)

        actions.get_by_role("button", name="Hang up").click()
        page.get_by_role("dialog").get_by_role("button", name="Hang up").click()
        expect(panel.get_by_test_id("call-ended")).to_contain_text("This call has ended")
        expect(panel.get_by_role("heading", level=2)).to_contain_text("Eve")
        assert wait_until(lambda: not any(each.name.startswith("PJSIP/104") for each in live_channels(pbx)))
        page.reload()
        expect(panel.get_by_test_id("call-ended")).to_contain_text("This call has ended")
        expect(told.filter(has_text="The phone of Bea rings")).to_have_count(1)
        console.expect_complaint("404")
        page.goto(f"{server.url}/console/calls/17.1")
        expect(page.get_by_test_id("call-unknown")).to_be_visible()


def test_each_action_on_a_call_acts_on_the_pbx_by_mouse_and_by_keys(
    asterisk_server: AsteriskServer, ami: AmiClient, server: AmictlServer, open_console: OpenConsole
) -> None:
    pbx = asterisk_server
    console = open_console(server, path="/console/calls")
    with talking(pbx), answering(pbx, 103):
        expect(row_of(console, "Eve")).to_contain_text("Carol")
        eve = next(each for each in live_channels(pbx) if each.name.startswith("PJSIP/104"))
        listen_and_whisper(console, pbx, ami)
        record(console, pbx, eve)
        mute_and_limit(console, ami, eve)
        send_digits(console, ami, eve)
        transfer_and_hang_up(console, pbx)


def press(console: Console, *keys: str) -> None:
    """Press keys on the first row."""
    console.page.get_by_role("grid", name="Calls").focus()
    for key in ("Home", *keys):
        console.page.keyboard.press(key)


def listen_and_whisper(console: Console, pbx: AsteriskServer, ami: AmiClient) -> None:
    """Listen by the row's button, which asks once whose phone it is, and whisper by keys."""
    row_of(console, "Eve").get_by_role("button", name="Listen").click()
    console.page.get_by_role("combobox", name="Your phone").fill(SUPERVISOR)
    console.page.get_by_role("dialog").get_by_role("button", name="Listen").click()
    expect(console.toasts.last).to_contain_text(f"{SUPERVISOR} is called to listen to Carol")
    assert ami.wait_event("ChanSpyStart")["SpyeeChannel"].startswith("PJSIP/102")
    assert wait_until(lambda: list(spying(pbx).values()) == ["uqES"]), spying(pbx)
    open_menu_by_keys(console)
    choose(console, "My phone")
    console.page.get_by_role("combobox", name="Your phone").fill(OTHER_PHONE)
    console.page.keyboard.press("Enter")
    expect(console.toasts.last).to_contain_text(f"You listen with {OTHER_PHONE}")
    open_menu_by_keys(console)
    console.page.keyboard.type("Wh")
    console.page.keyboard.press("Enter")
    expect(console.toasts.last).to_contain_text(f"{OTHER_PHONE} is called to whisper to Carol")
    assert wait_until(lambda: sorted(spying(pbx).values()) == ["uqES", "uqESw"]), spying(pbx)


def spying(pbx: AsteriskServer) -> dict[str, str]:
    """The options with which the supervisor's phones run ChanSpy, by channel."""
    lines = [line.split("!") for line in pbx.cli("core show channels concise").splitlines()]
    return {line[0]: line[6].rpartition(",")[2] for line in lines if line[5] == "ChanSpy"}


def record(console: Console, pbx: AsteriskServer, eve: LiveChannel) -> None:
    """Record to a file, silence the recording, let it hear again, and stop it."""
    press(console, "r")
    console.page.get_by_label("File").fill("tab/eve")
    console.page.keyboard.press("Enter")
    expect(console.toasts.last).to_contain_text("Recording Eve to tab/eve.wav")
    assert "monitor/tab/eve\t" in pbx.cli(f"mixmonitor list {eve.name}")
    for label, told in (
        ("Silence the recording", "The recording of Eve is silent"),
        ("Record sound again", "The recording of Eve has sound again"),
        ("Stop recording", "Stopped recording Eve"),
    ):
        open_menu_by_keys(console)
        choose(console, label)
        expect(console.toasts.last).to_contain_text(told)
    assert wait_until(lambda: "tab/eve" not in pbx.cli(f"mixmonitor list {eve.name}"))


def mute_and_limit(console: Console, ami: AmiClient, eve: LiveChannel) -> None:
    """Mute the caller and end that; limit the time, which the PBX tells."""
    open_menu_by_keys(console)
    choose(console, "Mute the caller")
    console.page.get_by_role("dialog").get_by_role("button", name="Mute").click()
    expect(console.toasts.last).to_contain_text("Muted Eve")
    open_menu_by_keys(console)
    choose(console, "Unmute the caller")
    expect(console.toasts.last).to_contain_text("Eve is heard and hears again")
    open_menu_by_keys(console)
    choose(console, "Limit the time")
    console.page.get_by_label("Hang up after").fill("900")
    console.page.keyboard.press("Enter")
    expect(console.toasts.last).to_contain_text("Eve is hung up in 900 seconds")
    (told,) = ami.action("Getvar", Channel=eve.name, Variable="TIMEOUT(absolute)")
    assert 800 < float(told["Value"]) <= 900


def send_digits(console: Console, ami: AmiClient, eve: LiveChannel) -> None:
    """Send digits that the PBX hears; what are none are refused in the form."""
    dialog = console.page.get_by_role("dialog")
    open_menu_by_keys(console)
    choose(console, "Send digits")
    console.page.get_by_label("Digits", exact=True).fill("12x")
    dialog.get_by_role("button", name="Send digits").click()
    expect(dialog).to_contain_text("Use 1 to 32 of 0-9")
    console.page.get_by_label("As if this party had pressed them").check()
    console.page.get_by_label("Digits", exact=True).fill("7#")
    console.page.keyboard.press("Enter")
    expect(console.toasts.last).to_contain_text("Sent 2 digits to Eve")
    for digit in "7#":
        ami.wait_event("DTMFEnd", Uniqueid=eve.unique_id, Digit=digit)


def transfer_and_hang_up(console: Console, pbx: AsteriskServer) -> None:
    """Transfer the caller and hang up the call, by keys."""
    dialog = console.page.get_by_role("dialog")
    press(console, "t")
    console.page.get_by_role("combobox", name="Extension or number").fill("103")
    console.page.keyboard.press("Enter")
    expect(console.toasts.last).to_contain_text("Carol transferred the call to 103")
    in_bridge(pbx, "PJSIP/103")
    expect(row_of(console, "Eve")).to_contain_text("Dávid")
    press(console, "h")
    expect(dialog).to_contain_text("Hang up the call of Eve with Dávid?")
    console.page.keyboard.press("Enter")
    expect(nothing(console)).to_be_visible()
    assert wait_until(lambda: not live_channels(pbx))


def test_who_waits_is_raised_moved_and_withdrawn_and_waits_against_the_service_level(
    asterisk_server: AsteriskServer, ami: AmiClient, server: AmictlServer, open_console: OpenConsole
) -> None:
    pbx = asterisk_server
    console = open_console(server, path="/console/calls?state=queued")
    page, dialog = console.page, console.page.get_by_role("dialog")
    with calling(pbx, 104) as caller:
        caller.call("303")
        row = row_of(console, "Queue nobody")
        expect(row).to_contain_text("Waiting")
        expect(page.locator('.state-chip[data-state="queued"]')).to_contain_text("1")
        assert find_violations(page) == []

        press(console, "Enter")
        panel = page.get_by_role("complementary", name="One call")
        expect(panel.get_by_test_id("call-state")).to_contain_text("Waiting")
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        press(console, "+")
        expect(console.toasts.last).to_contain_text("Priority of Eve is 1")
        entry = next(dict(each) for each in ami.action("QueueStatus", Queue="nobody") if each.get("Position"))
        assert entry["Priority"] == "1"

        open_menu_by_keys(console)
        choose(console, "Move to a queue")
        page.get_by_label("Queue", exact=True).select_option("lobby")
        dialog.get_by_role("button", name="Move").click()
        expect(console.toasts.last).to_contain_text("lobby")
        expect(row_of(console, "Queue lobby")).to_contain_text("Waiting")
        assert wait_until(lambda: "PJSIP/104" in pbx.cli("queue show lobby"))

        press(console, "w")
        expect(dialog).to_contain_text("Withdraw")
        dialog.get_by_role("button", name="Withdraw").click()
        assert wait_until(lambda: "PJSIP/104" not in pbx.cli("queue show lobby"))
        expect(row_of(console, "Queue lobby")).to_have_count(0)
        pbx.cli("channel request hangup all")


def test_a_change_on_the_pbx_shows_in_two_browsers_alike(
    asterisk_server: AsteriskServer,
    server: AmictlServer,
    open_console: OpenConsole,
    request: pytest.FixtureRequest,
) -> None:
    """How long it takes is told (``-rP`` shows it), and not asserted: the machine is shared."""
    consoles = [open_console(server, path="/console/calls") for _ in range(2)]
    for console in consoles:
        expect(nothing(console)).to_be_visible()
        console.page.evaluate(_NOTE_FIRST_ROW)
    began = time.time()
    place_call(asterisk_server, "4200")
    assert wait_until(lambda: live_channels(asterisk_server))
    for console in consoles:
        expect(console.page.locator("[data-key]")).to_have_count(1)
    shown = [console.page.evaluate("window.firstRowAt") / 1000 - began for console in consoles]
    request.node.add_report_section("call", "seconds from the order to the row", f"{shown}")
    words = [console.page.locator("[data-key]").inner_text() for console in consoles]
    assert re.sub(r"\d:\d\d", "", words[0]) == re.sub(r"\d:\d\d", "", words[1])


_NOTE_FIRST_ROW = """() => {
  const note = () => { if (document.querySelector("[data-key]")) window.firstRowAt ??= Date.now(); };
  new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
}"""
