"""The feed in a real browser, over a network that loses and delays: the page ends right, by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.asterisk.calls import live_channels, place_call
from tests.browser.conftest import OpenConsole
from tests.browser.console import Console
from tests.serving import AmictlServer, wait_until

pytestmark = pytest.mark.asterisk

_CHANGES = '42["changes"'
_ACK = "43"  # of Engine.IO a message, of Socket.IO an acknowledgement


@dataclass
class Network:
    """What lies between the page and amictl; everything passes unless it is told otherwise.

    Args:
        loses: Tells which messages of the server never arrive.
        delays: Tells which of them wait for `let_go`.
    """

    loses: Callable[[str], bool] = lambda _message: False
    delays: Callable[[str], bool] = lambda _message: False
    lost: list[str] = field(default_factory=list)
    delayed: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    _route: WebSocketRoute | None = None

    def stand_between(self, page: Page) -> None:
        """Take over the WebSockets of a page that was not loaded yet."""
        page.route_web_socket(lambda url: "/socket.io/" in url, self._connect)

    def let_go(self) -> None:
        """Deliver what was delayed, and delay no more."""
        self.delays = lambda _message: False
        assert self._route is not None
        for message in self.delayed:
            self._route.send(message)

    def _connect(self, route: WebSocketRoute) -> None:
        self._route = route
        server = route.connect_to_server()

        def ask(message: str | bytes) -> None:
            self.asked.append(str(message))
            server.send(message)

        def answer(message: str | bytes) -> None:
            text = str(message)
            if self.loses(text):
                self.lost.append(text)
            elif self.delays(text):
                self.delayed.append(text)
            else:
                self.passed.append(text)
                route.send(message)

        route.on_message(ask)
        server.on_message(answer)


def is_change_of_channels(message: str) -> bool:
    return message.startswith(_CHANGES) and '"topic":"channels"' in message


def subscriptions(network: Network) -> list[str]:
    return [message for message in network.asked if '"subscribe"' in message]


def expect_the_truth(console: Console, pbx: object) -> None:
    """Wait until the rows are the channels of the PBX."""
    expect(console.channels).not_to_have_count(0)
    assert wait_until(lambda: console.channel_names == {channel.name for channel in live_channels(pbx)}), (
        console.channel_names,
        live_channels(pbx),
    )


def test_a_batch_that_never_arrives_is_noticed_by_the_next_one_and_made_good(
    asterisk: object, server: AmictlServer, open_console: OpenConsole
) -> None:
    network = Network()
    console = open_console(server, prepare=network.stand_between)
    console.expect_link("Connected")
    expect(console.page.get_by_text("No calls right now")).to_be_visible()
    before = len(subscriptions(network))

    network.loses = lambda message: is_change_of_channels(message) and not network.lost
    place_call(asterisk, "42203", caller="200")
    expect_the_truth(console, asterisk)

    assert len(network.lost) == 1
    again = subscriptions(network)[before:]
    assert again
    assert all('"topics":["channels"]' in message and '"since"' in message for message in again)


def test_changes_that_overtake_the_snapshot_are_held_back_and_then_applied(
    asterisk: object, server: AmictlServer, open_console: OpenConsole
) -> None:
    network = Network(delays=lambda message: message.startswith(_ACK))
    console = open_console(server, prepare=network.stand_between)
    assert wait_until(lambda: console.page.wait_for_timeout(10) or network.delayed)

    place_call(asterisk, "42203", caller="200")
    assert wait_until(
        lambda: console.page.wait_for_timeout(10) or any(map(is_change_of_channels, network.passed))
    )
    expect(console.channels).to_have_count(0)
    network.let_go()
    expect_the_truth(console, asterisk)
