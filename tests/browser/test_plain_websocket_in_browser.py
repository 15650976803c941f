"""The plain WebSocket as a customer's page uses it, in a real browser on a real Asterisk."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.asterisk.ami_client import AmiClient
from tests.browser.conftest import OpenConsole
from tests.serving import AmictlServer, wait_until

pytestmark = pytest.mark.asterisk

# The customer's example; only the address and the place where the events go are this test's own.
_EXAMPLE = """(host) => {
  window.seen = [];
  const ws = new WebSocket(`ws://${host}/ws/realtime/`);
  window.opened = ws;
  ws.onmessage = e => {
    const data = JSON.parse(e.data);
    if (data.type === "ami_event") {
      window.seen.push([data.event, data.data]);
    }
  };
  return new Promise((resolve) => {
    ws.onopen = () => resolve("open");
    ws.onclose = (e) => resolve(`closed with ${e.code}`);
  });
}"""


def seen(page: Page) -> list[tuple[str, dict[str, Any]]]:
    return [(event, data) for event, data in page.evaluate("window.seen")]


def host_of(server: AmictlServer) -> str:
    return server.url.removeprefix("http://")


def test_the_example_shows_events_in_a_page_of_somebody_who_is_logged_in(
    ami_22: AmiClient, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server_22)
    assert console.page.evaluate(_EXAMPLE, host_of(server_22)) == "open"
    assert console.page.evaluate("window.opened.extensions").startswith("permessage-deflate")

    def texts(name: str = "PlainTest") -> list[str]:
        sent = [data for event, data in seen(console.page) if event == "UserEvent"]
        return [data["Text"] for data in sent if data["UserEvent"] == name]

    def is_listening() -> bool:
        ami_22.action("UserEvent", UserEvent="PlainGreeting", Text="")
        return bool(texts("PlainGreeting"))

    assert wait_until(is_listening)  # the server joins a socket to its topics after it has opened
    numbers = [str(number) for number in range(300)]
    for number in numbers:
        ami_22.action("UserEvent", UserEvent="PlainTest", Text=number)
    assert wait_until(lambda: texts() == numbers), texts()[-5:]


def test_a_page_that_nobody_is_logged_in_to_is_told_nothing(server_22: AmictlServer, anonymous: Page) -> None:
    anonymous.goto(f"{server_22.url}/login")
    assert anonymous.evaluate(_EXAMPLE, host_of(server_22)) == "open"  # may still say who it is
    closed = anonymous.evaluate(
        "() => new Promise((done) => { window.opened.onclose = (e) => done(e.code); })"
    )
    assert closed == 1008
    assert seen(anonymous) == []


def test_a_page_of_another_site_gets_no_connection_with_the_visitors_cookie(
    server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_console(server_22)
    elsewhere = console.page.context.new_page()
    elsewhere.route("http://evil.test/**", lambda route: route.fulfill(body="<html></html>"))
    elsewhere.goto("http://evil.test/")
    assert elsewhere.evaluate(_EXAMPLE, host_of(server_22)) in {"closed with 1006", "open"}
    assert wait_until(lambda: elsewhere.evaluate("window.opened.readyState") == 3)
    assert seen(elsewhere) == []
