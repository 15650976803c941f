"""Networks, clocks and sessions as they are: whatever happens to a page, it is right again."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import live_channels, place_call
from tests.asterisk.fixtures import end_calls
from tests.asterisk.server import AsteriskServer
from tests.browser.accessibility import find_violations
from tests.browser.conftest import OpenConsole
from tests.browser.console import Console
from tests.browser.test_link_in_browser import expect_picture_of, free_port
from tests.faults.web_proxy import WebProxy
from tests.serving import PASSWORD, AmictlServer, StartAmictl, Visit, wait_until

pytestmark = pytest.mark.asterisk

NETWORK = "WebSocket connection|Failed to load resource"
EVE = "Local/503@agents/n"

CLOCKS = """
window.wallShift = 0; window.sleptFor = 0; window.clockMarks = [];
const [wall, steady] = [Date.now, performance.now.bind(performance)];
Date.now = () => wall() + window.wallShift;
performance.now = () => steady() - window.sleptFor;
document.addEventListener("DOMContentLoaded", () => new MutationObserver(
  () => window.clockMarks.push(document.body.dataset.clock),
).observe(document.body, { attributeFilter: ["data-clock"] }));
"""
"""A clock that the test sets, and a steady one that stands still while the laptop sleeps."""


@pytest.fixture
def proxy(server_22: AmictlServer) -> Iterator[WebProxy]:
    """A proxy in front of the shared amictl."""
    with WebProxy("127.0.0.1", int(server_22.url.rpartition(":")[2])) as proxy:
        yield proxy


@pytest.fixture
def behind(server_22: AmictlServer, proxy: WebProxy) -> AmictlServer:
    """The shared amictl as it is reached through the proxy."""
    return reach_through(server_22, proxy)


def reach_through(server: AmictlServer, proxy: WebProxy) -> AmictlServer:
    """An amictl as it is reached through a proxy."""
    found = copy.copy(server)
    found.url = proxy.url
    return found


@pytest.fixture
def _eve_works(asterisk_22: AsteriskServer) -> Iterator[None]:
    """Eve is not paused, before and after."""
    asterisk_22.cli(f"queue unpause member {EVE}")
    yield
    asterisk_22.cli(f"queue unpause member {EVE}")


def reload(page: Page) -> None:
    """Load the page anew, and wait until its scripts are attached."""
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-ready", "true")


@pytest.mark.usefixtures("quiet_22")
@pytest.mark.parametrize("fault", ["refuses_upgrades", "swallows_frames"])
def test_where_websocket_is_blocked_polling_carries_on_and_says_so_until_websocket_works(
    asterisk_22: AsteriskServer, behind: AmictlServer, proxy: WebProxy, open_console: OpenConsole, fault: str
) -> None:
    console = open_console(behind, path="/console/channels")
    console.expect_complaint(NETWORK)
    console.expect_link("Connected")
    setattr(proxy, fault, True)
    reload(console.page)
    console.expect_link("Connected by polling")
    place_call(asterisk_22, "200", caller="200")
    expect(console.channels).to_have_count(2)
    expect_picture_of(console, asterisk_22)
    console.badge.click()
    expect(console.page.locator("#link")).to_contain_text("WebSocket is blocked on the way")
    assert find_violations(console.page) == []
    console.mark()

    setattr(proxy, fault, False)
    console.page.evaluate("dispatchEvent(new Event('online'))")
    expect(console.badge).to_have_attribute("data-tone", "good")
    place_call(asterisk_22, "200", caller="200")
    expect(console.channels).to_have_count(4)
    expect_picture_of(console, asterisk_22)
    assert console.has_mark()


def test_a_proxy_that_cuts_idle_connections_is_kept_busy(
    behind: AmictlServer, proxy: WebProxy, open_console: OpenConsole
) -> None:
    asked: list[str] = []

    def listen(page: Page) -> None:
        page.on("websocket", lambda opened: opened.on("framesent", lambda frame: asked.append(str(frame))))

    console = open_console(behind, prepare=listen)
    console.expect_link("Connected")
    proxy.idle_limit = 3.5  # the keepalive of the PBX tells something every five seconds
    assert wait_until(lambda: console.page.wait_for_timeout(20) or proxy.upgrades > 1)
    console.expect_link("Connected")
    assert wait_until(lambda: console.page.wait_for_timeout(20) or proxy.upgrades > 2 or len(asked) > 12)
    upgrades, before = proxy.upgrades, len([each for each in asked if '"time"' in each])
    assert wait_until(
        lambda: (
            console.page.wait_for_timeout(20)
            or len([each for each in asked if '"time"' in each]) >= before + 4
        )
    )
    assert proxy.upgrades == upgrades


def clock_error(console: Console, rest: Visit) -> float:
    """By how many seconds the first channel's clock differs from amictl's and the PBX's."""
    shown = console.channels.first.locator(".clock").first.inner_text()
    hours, minutes, seconds = ([0, 0, 0] + [int(part) for part in shown.split(":")])[-3:]
    answer = rest.get("/api/ami/channels/")
    now = parsedate_to_datetime(answer.headers["Date"])
    created = min(datetime.fromisoformat(each["created_at"]) for each in answer.json()["data"]["channels"])
    return hours * 3600 + minutes * 60 + seconds - (now - created).total_seconds()


@pytest.mark.usefixtures("quiet_22")
def test_clocks_follow_the_pbx_whatever_happens_to_the_browsers(
    asterisk_22: AsteriskServer, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    rest = server_22.call_api(server_22.make_token())
    place_call(asterisk_22, "200", caller="200")
    console = open_console(
        server_22,
        path="/console/channels",
        prepare=lambda page: page.add_init_script(CLOCKS + "window.wallShift = 14 * 60_000;"),
    )
    expect(console.channels).to_have_count(2)
    body = console.page.locator("body")
    expect(body).to_have_attribute("data-clock", "sure")
    assert abs(clock_error(console, rest)) < 4
    for happening in (
        "wallShift = -14 * 60_000",  # somebody sets the clock
        "wallShift += 20 * 60_000; sleptFor += 20 * 60_000",  # the laptop slept, and the steady clock with it
        "wallShift += 20 * 60_000",  # it slept, and the steady clock did not
    ):
        console.page.evaluate(f"clockMarks.length = 0; {happening}")
        assert wait_until(lambda: console.page.evaluate("clockMarks.length >= 2")), happening
        assert console.page.evaluate("clockMarks.slice(0, 2)") == ["unsure", "sure"], happening
        assert wait_until(lambda: abs(clock_error(console, rest)) < 4), happening


def set_lifecycle(cdp: CDPSession, state: str) -> None:
    """Freeze a page, or let it go on."""
    cdp.send("Page.setWebLifecycleState", {"state": state})


@pytest.mark.usefixtures("quiet_22")
def test_a_frozen_page_and_one_out_of_the_cache_are_right_at_once(
    asterisk_22: AsteriskServer, behind: AmictlServer, proxy: WebProxy, open_console: OpenConsole
) -> None:
    console = open_console(behind, path="/console/channels")
    console.expect_complaint(NETWORK)
    place_call(asterisk_22, "200", caller="200")
    expect(console.channels).to_have_count(2)
    console.mark()
    cdp = console.page.context.new_cdp_session(console.page)
    set_lifecycle(cdp, "frozen")
    proxy.cut()
    end_calls(asterisk_22)
    place_call(asterisk_22, "200", caller="200")
    assert wait_until(lambda: len(live_channels(asterisk_22)) == 2)
    set_lifecycle(cdp, "active")
    console.expect_link("Connected")
    expect_picture_of(console, asterisk_22)
    assert console.has_mark()

    console.page.goto(f"{behind.url}/healthz")
    end_calls(asterisk_22)
    console.page.go_back()
    console.expect_link("Connected")
    expect(console.channels).to_have_count(0)


@pytest.mark.usefixtures("quiet_22")
def test_a_network_that_comes_back_finds_the_page_right_at_once(
    asterisk_22: AsteriskServer, behind: AmictlServer, proxy: WebProxy, open_console: OpenConsole
) -> None:
    console = open_console(behind, path="/console/channels")
    console.expect_complaint(NETWORK)
    console.expect_link("Connected")
    console.mark()
    console.page.context.set_offline(offline=True)
    proxy.cut()
    console.expect_link("Browser offline")
    place_call(asterisk_22, "200", caller="200")
    assert wait_until(lambda: len(live_channels(asterisk_22)) == 2)
    console.page.evaluate(
        """addEventListener("online", () => {
          const began = performance.now();
          const look = () => document.body.dataset.live === "true"
            ? (window.backAfter = performance.now() - began) : setTimeout(look, 5);
          look();
        }, { capture: true })"""
    )
    console.page.context.set_offline(offline=False)
    expect_picture_of(console, asterisk_22)
    assert console.page.evaluate("window.backAfter") < 1_500  # today it was three seconds on a quiet machine
    assert console.has_mark()


def ask_to_pause(console: Console, reason: str) -> Locator:
    """Fill in the dialog that pauses Eve, and return the button that sends it."""
    console.member("Eve").get_by_role("button", name="Pause Eve", exact=True).click()
    dialog = console.page.get_by_role("dialog")
    dialog.get_by_label("Another reason").fill(reason)
    return dialog.get_by_role("button", name="Pause", exact=True)


def sign_in_again(console: Console, password: str, username: str | None = None) -> None:
    """Fill in the dialog that lets one sign in in place."""
    dialog = console.page.get_by_test_id("sign-in")
    if username is not None:
        dialog.get_by_label("User name").fill(username)
    dialog.get_by_label("Password").fill(password)
    dialog.get_by_role("button", name="Sign in").click()


def paused_reason(ami: AmiClient) -> str:
    """Why Eve is paused, as the PBX has it; nothing while she is not."""
    members = [dict(item) for item in ami.action("QueueStatus", Queue="sales", Member=EVE)]
    member = next(each for each in members if each.get("Event") == "QueueMember")
    return member["PausedReason"] if member["Paused"] == "1" else ""


def count_pauses(server: AmictlServer) -> int:
    """How often amictl has sent ``QueuePause`` to the PBX, by its audit log."""
    rows = server.call_api(server.make_token()).get("/api/audit/?action=QueuePause&limit=100").json()
    return len([row for row in rows["data"]["entries"] if row["kind"] == "asked"])


def end_session(console: Console) -> None:
    """Sign out in another tab of the same browser."""
    other = console.page.context.new_page()
    other.goto(f"{console.server.url}/password")
    other.evaluate(
        """() => fetch("/logout", { method: "POST", body: new URLSearchParams({
          csrf_token: document.querySelector("[name=csrf_token]").value }) })"""
    )
    other.close()


@pytest.mark.usefixtures("_eve_works")
def test_a_session_that_ends_is_begun_again_in_place_and_what_was_asked_for_is_done(
    asterisk_22: AsteriskServer,
    start_amictl: StartAmictl,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    server = start_amictl(asterisk_22, AMICTL_PORT=str(free_port()))
    server.make_user("eve", "Supervisor")
    console = open_console(server, path="/console/queues/sales", prepare=pretend_older_release)
    console.expect_complaint(NETWORK)
    console.expect_link("Connected")
    expect(console.page.locator("#update-notice")).to_contain_text("amictl was updated")
    console.mark()
    with AmiClient(asterisk_22.host, asterisk_22.ami_port, asterisk_22.username, asterisk_22.secret) as ami:
        send = ask_to_pause(console, "Back at 3, überall")
        end_session(console)
        console.expect_link("Signed out")
        send.click()
        sign_in_again(console, "wrong")
        expect(console.page.get_by_test_id("sign-in")).to_contain_text("password is wrong")
        assert find_violations(console.page) == []
        save_screenshot(console.page, "sign-in")
        sign_in_again(console, PASSWORD)
        expect(console.toasts.first).to_contain_text("Paused Eve")
        assert wait_until(lambda: paused_reason(ami) == "Back at 3, überall")
        console.expect_link("Connected")
        assert count_pauses(server) == 1

        server.restart(AMICTL_SECRET_KEY="another key that nobody has seen before")
        console.expect_link("Signed out")
        console.page.locator("#stale-banner").get_by_role("link", name="Sign in").click()
        sign_in_again(console, PASSWORD)
        console.expect_link("Connected")
        assert console.has_mark()

        # In place of the other's at once: a page without any for a moment asks to sign in by itself.
        console.page.context.add_cookies(cookies_of(server, "eve"))
        console.member("Eve").get_by_role("button", name="Unpause Eve", exact=True).click()
        expect(console.page.get_by_test_id("sign-in")).to_contain_text("eve is signed in now")
        assert count_pauses(server) == 1


def cookies_of(server: AmictlServer, username: str) -> list[dict[str, str]]:
    """The cookies of a new session."""
    cookies = server.log_in(username).http.cookies
    return [{"name": each.name, "value": each.value or "", "url": server.url} for each in cookies]


def pretend_older_release(page: Page) -> None:
    """Let a page seem to be of an older amictl than the one that answers."""
    page.add_init_script(
        """const parse = JSON.parse;
        JSON.parse = (...given) => {
          const value = parse(...given);
          return value?.csrf_token ? { ...value, release: "older" } : value;
        };"""
    )


@pytest.mark.usefixtures("_eve_works")
@pytest.mark.parametrize("reused", [False, True], ids=["a new connection", "a kept connection"])
def test_a_write_whose_answer_is_cut_off_is_told_as_unknown_or_done_and_is_done_once(
    asterisk_22: AsteriskServer,
    behind: AmictlServer,
    proxy: WebProxy,
    open_console: OpenConsole,
    *,
    reused: bool,
) -> None:
    """A browser sends a POST once more by itself when a kept connection turns out to be gone."""
    console = open_console(behind, path="/console/queues/sales")
    console.expect_complaint(NETWORK)
    console.expect_link("Connected")
    before = count_pauses(behind)
    with AmiClient(asterisk_22.host, asterisk_22.ami_port, asterisk_22.username, asterisk_22.secret) as ami:
        proxy.cut_answer_to("/api/ami/queue/pause/", reused=reused)
        ask_to_pause(console, "Cut off").click()
        expect(console.toasts.first).to_contain_text(re.compile("outcome unknown|Paused Eve"))
        assert wait_until(lambda: paused_reason(ami) == "Cut off")
        assert count_pauses(behind) == before + 1
        expect(console.member("Eve").get_by_role("button", name="Unpause Eve", exact=True)).to_be_visible()
