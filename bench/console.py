"""What the console takes of a browser at its biggest, and how quick it is, in Chromium.

The demo is as big as it gets: 500 calls of 1,000 channels, 50 queues, 500 agents, 500 events a second.
amictl and the demo have one core, the browser the others. Every figure has one limit, declared here; ratios
are to it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from amictl.demo.settings import BIG_CENTRE
from bench.processes import on_cores, other_cores, read_schedule, server_core
from bench.rows import Row
from tests.asterisk.ami_client import AmiClient
from tests.browser.chromium import FLAGS, find_chromium
from tests.demo.demo_process import DemoProcess
from tests.faults.fault_proxy import FaultProxy
from tests.patience import PATIENCE
from tests.serving import AmictlServer

SHARE: Final = 50.0  # percent of a core, of the tab in front
TASK: Final = 50.0  # milliseconds without a pause: what browsers call a long task
KEY: Final = 100.0  # milliseconds from a key press to its paint
SWITCH: Final = 300.0  # milliseconds from a click on a tab to its data
CHANGE: Final = 200.0  # milliseconds from an event of the PBX to the page
CLICK: Final = 50.0  # milliseconds from a click to the action on the wire

_BUSY_HOUR: Final = 14
_SETTLING: Final = 4.0  # seconds
_STRETCH: Final = 12.0  # seconds in which a tab is looked at
_TURNS: Final = 7  # of what is measured several times; the median counts
_KEYS: Final = ("s", "u", "p", "Backspace", "Backspace", "Backspace")

_WATCH: Final = """
window.longTasks = []; window.keyPaints = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((entry) => entry.duration)))
  .observe({ type: "longtask" });
new PerformanceObserver((list) => keyPaints.push(
  ...list.getEntries().filter((entry) => entry.name === "keydown").map((entry) => entry.duration),
)).observe({ type: "event", durationThreshold: 16 });
"""
"""Notes long tasks, and how long key presses take until their paint (Event Timing, in steps of 8 ms)."""

_SWITCH_TO: Final = """
(tab) => new Promise((resolve) => {
  const panel = document.getElementById(`panel-${tab}`);
  const holds = () => !panel.hidden && !panel.inert
    && panel.querySelector("[data-key], [data-testid], .grid [role=row]")?.checkVisibility();
  const began = performance.now();
  document.getElementById(`tab-${tab}`).click();
  const look = () => requestAnimationFrame(() => {
    if (holds()) { setTimeout(() => resolve(performance.now() - began)); } else { look(); }
  });
  look();
})
"""
"""Opens a tab, and tells how long that took until something of it was painted."""

_AWAIT_END: Final = """
(key) => {
  const gone = () => !document.querySelector(`#panel-channels [data-key="${key}"]`);
  new MutationObserver((_changes, watch) => {
    if (gone()) { watch.disconnect(); window.goneAt = Date.now(); }
  }).observe(document.getElementById("panel-channels"), { childList: true, subtree: true });
}
"""


class _WireTap(FaultProxy):
    """Stands between amictl and the PBX, and notes when a channel is hung up and when it is told to be.

    Attributes:
        asked: Epoch seconds of each ``Hangup`` of amictl's.
        told: Epoch seconds of the last event ``Hangup``, by unique ID.
    """

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self.asked: list[float] = []
        self.told: dict[str, float] = {}
        self._rest = b""

    def inspect(self, data: bytes) -> None:
        """Note an action among the bytes of amictl."""
        if b"Action: Hangup\r\n" in data:
            self.asked.append(time.time())

    def change(self, data: bytes) -> bytes:
        """Note events among the bytes of the PBX, and pass them on as they are."""
        *messages, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for each in messages:
            if each.startswith(b"Event: Hangup\r\n"):
                unique_id = each.partition(b"\r\nUniqueid: ")[2].partition(b"\r\n")[0]
                self.told[unique_id.decode()] = time.time()
        return data


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What a tab took of its renderer while it was looked at.

    Args:
        share: Percent of a core.
        longest: Milliseconds of the longest task; 0 where none was long.
        long_tasks: How many were.
        nodes: Of the document.
        disturbed: Percent of the time in which its threads could have run, and other processes did.
        parts: Percent of a core by kind of work.
    """

    share: float
    longest: float
    long_tasks: int
    nodes: int
    disturbed: float
    parts: dict[str, float]


def measure_console() -> Iterator[Row]:
    """Measure every tab of the console, then a change and a click."""
    chromium = find_chromium()
    if chromium is None:
        yield Row("console", None, "", detail="there is no chromium: install it")
        return
    with ExitStack() as stack:
        with on_cores({server_core()}):
            demo = stack.enter_context(DemoProcess(replace(BIG_CENTRE, hour=_BUSY_HOUR)))
            tap = stack.enter_context(_WireTap(demo.host, demo.ami_port))
            folder = Path(stack.enter_context(TemporaryDirectory()))
            server = stack.enter_context(AmictlServer(folder, _Tapped(demo, tap)))
            server.wait_until_ready()
        with on_cores(other_cores()):
            playwright = stack.enter_context(sync_playwright())
            browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        stack.callback(browser.close)
        page = _open(browser, server)
        yield from _measure_tabs(page)
        yield from _measure_change(page, _open(browser, server), demo, tap)


class _Tapped:
    """A demo as it is reached through a tap: a `LinkedPbx`."""

    def __init__(self, demo: DemoProcess, tap: _WireTap) -> None:
        self.host, self.ami_port = tap.host, tap.port
        self.username, self.secret = demo.username, demo.secret


def _open(browser: Browser, server: AmictlServer) -> Page:
    """Open the console in a browser of its own."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    cookies = server.log_in().http.cookies
    context.add_cookies(
        [{"name": each.name, "value": each.value or "", "url": server.url} for each in cookies]
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.add_init_script(_WATCH)
    page.goto(f"{server.url}/console/")
    page.wait_for_selector("body[data-ready]")
    page.wait_for_selector("body[data-live=true]")
    return page


def _measure_tabs(page: Page) -> Iterator[Row]:
    """Open each tab twice, look at it for a while, and type in it."""
    names = page.eval_on_selector_all("[role=tab]", "(tabs) => tabs.map((tab) => tab.dataset.tab)")
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable", {"timeDomain": "threadTicks"})  # what others take of the core is left out
    for name in names:
        elsewhere = next(other for other in names if other != name)
        first = page.evaluate(_SWITCH_TO, name)
        page.wait_for_timeout(_SETTLING * 1000)
        seen = _look_at(page, cdp)
        keys = _press_keys(page)
        page.evaluate(_SWITCH_TO, elsewhere)
        again = page.evaluate(_SWITCH_TO, name)
        parts = ", ".join(f"{kind} {share:.0f}" for kind, share in seen.parts.items())
        yield _limited(
            f"{name}: share of a core",
            seen.share,
            "%",
            SHARE,
            f"of it {parts}; {seen.nodes:,} nodes; others ran {seen.disturbed:.0f} % while it waited",
        )
        yield _limited(f"{name}: longest task", seen.longest, "ms", TASK, f"{seen.long_tasks} long ones")
        yield _limited(f"{name}: key press to paint, at most", keys, "ms", KEY, "in steps of 8 ms")
        yield _limited(f"{name}: switch to data", first, "ms", SWITCH, f"{again:.0f} ms when it was loaded")


def _look_at(page: Page, cdp: CDPSession) -> _Stretch:
    """Return what the tab in front takes of its renderer while nobody touches it."""
    page.evaluate("longTasks.length = 0")
    before, waited = _read_metrics(cdp), _read_waited(page)
    page.wait_for_timeout(_STRETCH * 1000)
    after, waited = _read_metrics(cdp), _read_waited(page) - waited
    long_tasks = page.evaluate("longTasks")
    seconds = after["Timestamp"] - before["Timestamp"]

    def share(name: str) -> float:
        return 100 * (after[name] - before[name]) / seconds

    return _Stretch(
        share("TaskDuration"),
        max(long_tasks, default=0.0),
        len(long_tasks),
        int(after["Nodes"]),
        100 * waited / seconds,
        {
            "script": share("ScriptDuration"),
            "layout": share("LayoutDuration"),
            "style": share("RecalcStyleDuration"),
        },
    )


def _read_metrics(cdp: CDPSession) -> dict[str, float]:
    """Return the renderer's counters ("Chrome DevTools Protocol", Performance.getMetrics)."""
    return {each["name"]: each["value"] for each in cdp.send("Performance.getMetrics")["metrics"]}


def _read_waited(page: Page) -> float:
    """Return how many seconds the renderers of a browser had to wait for a core so far."""
    browser = page.context.browser
    assert browser is not None
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return sum(read_schedule(each["id"]).waited for each in processes if each["type"] == "renderer")


def _press_keys(page: Page) -> float:
    """Type in the search box, and return the longest time from a key press to its paint, in milliseconds."""
    page.evaluate("keyPaints.length = 0")
    page.locator("#search").focus()
    for key in _KEYS:
        page.keyboard.press(key)
        page.wait_for_timeout(150)
    page.wait_for_timeout(500)
    return max(page.evaluate("keyPaints"), default=16.0)


def _measure_change(first: Page, second: Page, demo: DemoProcess, tap: _WireTap) -> Iterator[Row]:
    """Let calls end by the PBX, and by clicks, and look when two browsers show it."""
    changes: list[float] = []
    clicks: list[float] = []
    with AmiClient(demo.host, demo.ami_port, demo.username, demo.secret, events="off") as ami:
        for turn in range(2 * _TURNS):
            channel = _find_lasting_call(ami)
            pages = (first, second)
            for page in pages:
                _filter_channels(page, channel)
                page.evaluate(_AWAIT_END, channel["Uniqueid"])
            if turn % 2:
                clicks.append(_click_hangup(first, channel, tap))
            else:
                ami.send("Hangup", Channel=channel["Channel"])
            changes += [_await_end(page) - 1000 * tap.told[channel["Uniqueid"]] for page in pages]
    yield _limited(
        "PBX change to DOM, two browsers, at most",
        max(changes),
        "ms",
        CHANGE,
        f"median {statistics.median(changes):.0f} ms of {len(changes)}",
    )
    yield _limited(
        "click to action on the wire, median",
        statistics.median(clicks),
        "ms",
        CLICK,
        f"at most {max(clicks):.0f} ms of {len(clicks)}",
    )


def _find_lasting_call(ami: AmiClient) -> dict[str, str]:
    """Return a channel that talks, and has for a while."""
    listed = [dict(each) for each in ami.action("CoreShowChannels")]
    talking = [each for each in listed if each.get("ChannelStateDesc") == "Up" and each.get("BridgeId")]
    return max(talking, key=lambda each: each["Uniqueid"])


def _filter_channels(page: Page, channel: dict[str, str]) -> None:
    """Show one channel alone."""
    page.evaluate("delete window.goneAt")
    page.evaluate("document.getElementById('tab-channels').click()")
    page.locator("#search").fill(channel["Channel"])
    page.locator(f'#panel-channels [data-key="{channel["Uniqueid"]}"]').first.wait_for()


def _click_hangup(page: Page, channel: dict[str, str], tap: _WireTap) -> float:
    """Hang up a channel by its row, and return the milliseconds from the click to the wire."""
    tap.asked.clear()
    page.evaluate("document.addEventListener('click', () => { window.clickedAt = Date.now(); }, true)")
    row = page.locator(f'#panel-channels [data-key="{channel["Uniqueid"]}"]')
    row.get_by_role("button", name="Hang up").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Hang up").click()
    _wait_for(lambda: tap.asked)
    clicked_at: float = page.evaluate("window.clickedAt")
    return 1000 * tap.asked[0] - clicked_at


def _await_end(page: Page) -> float:
    """Return when a page showed that the awaited call is gone, in epoch milliseconds."""
    _wait_for(lambda: page.evaluate("window.goneAt || 0"))
    gone_at: float = page.evaluate("window.goneAt")
    return gone_at


def _wait_for(condition: Callable[[], Any]) -> None:
    """Wait until something holds.

    Raises:
        RuntimeError: It did not within a long time.
    """
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise RuntimeError("what was waited for did not happen")
        time.sleep(0.001)


def _limited(name: str, figure: float, unit: str, limit: float, detail: str) -> Row:
    """Return a row of a figure that must not be above its limit."""
    ratio = figure / limit
    return Row(
        f"console, {name}",
        figure,
        unit,
        ratio,
        f"ratio at most 1 (to {limit:.0f} {unit})",
        ratio <= 1,
        detail,
    )
