"""The Agents tab on a real Asterisk: each action by mouse or by keys, and what the PBX itself says of it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import hang_up_all, live_channels, place_call
from tests.asterisk.server import AsteriskServer
from tests.browser.accessibility import COLOURS, find_violations
from tests.browser.conftest import OpenConsole
from tests.browser.console import Console
from tests.serving import AmictlServer, wait_until

pytestmark = pytest.mark.asterisk

SIZES = ((390, 844), (1280, 800), (1920, 1080))
OWN_PHONE = "Local/200@default/n"


class People:
    """Two people of this test alone, who are members of the queue lobby; the first of nobody, too.

    Args:
        ami: A second connection to the PBX.
    """

    def __init__(self, ami: AmiClient) -> None:
        self.mark = f"m{secrets.token_hex(3)}"
        self.gina, self.hugo = f"Gina {self.mark}", f"Hugo {self.mark}"
        self.phones = {self.gina: "Local/2201@default/n", self.hugo: "Local/2202@default/n"}
        self._ami = ami
        for name, queue in ((self.gina, "lobby"), (self.gina, "nobody"), (self.hugo, "lobby")):
            device = f"Custom:{self.mark}-{name[:4].lower()}"
            ami.command(f"devstate change {device} NOT_INUSE")
            ami.action(
                "QueueAdd", Queue=queue, Interface=self.phones[name], MemberName=name, StateInterface=device
            )

    def places(self, name: str) -> dict[str, tuple[bool, str]]:
        """Whether and why somebody is paused, by queue, as the PBX says."""
        members = [m for m in self._ami.action("QueueStatus") if m.get("Event") == "QueueMember"]
        return {
            m["Queue"]: (m["Paused"] == "1", m.get("PausedReason", "")) for m in members if m["Name"] == name
        }

    def leave(self) -> None:
        """Take them out of all queues."""
        for name, phone in self.phones.items():
            for queue in self.places(name):
                self._ami.action("QueueRemove", Queue=queue, Interface=phone)
            self._ami.command(f"database del CustomDevstate {self.mark}-{name[:4].lower()}")


@pytest.fixture
def people(asterisk_22: AsteriskServer) -> Iterator[People]:
    with AmiClient(asterisk_22.host, asterisk_22.ami_port, asterisk_22.username, asterisk_22.secret) as ami:
        those = People(ami)
        yield those
        those.leave()
    hang_up_all(asterisk_22)
    assert wait_until(lambda: not live_channels(asterisk_22))


class AgentsPage:
    """The tab as a person uses it.

    Args:
        console: A console that was opened on the tab.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self.page: Page = console.page
        self.tiles = self.page.get_by_test_id("agent")
        self.grid = self.page.get_by_test_id("agent-grid")
        self.panel = self.page.get_by_test_id("agent-panel")
        self.dialog = self.page.get_by_role("dialog")
        expect(self.page.locator("body[data-ready]")).to_be_attached()
        console.expect_link("Connected")

    def tile(self, name: str) -> Locator:
        """The tile of a person."""
        return self.tiles.filter(has_text=name)

    def choose(self, name: str, action: str) -> None:
        """Choose an action from the menu of a person's tile."""
        self.tile(name).get_by_role("button", name="Actions on").click()
        self.page.get_by_role("menuitem", name=action).click()

    def submit(self, button: str) -> None:
        """Press the button of the dialog that does what it asks."""
        self.dialog.get_by_role("button", name=button, exact=True).click()

    def expect_results(self, *names: str) -> None:
        """Wait until each of several was done, and close their list."""
        for name in names:
            expect(self.dialog.get_by_role("listitem").filter(has_text=name)).to_contain_text("Done")
        self.dialog.get_by_role("button", name="Close").last.click()
        expect(self.dialog).to_have_count(0)


@pytest.fixture
def open_agents(
    people: People, server_22: AmictlServer, open_console: OpenConsole
) -> Callable[..., AgentsPage]:
    """Open the tab with the people of this test alone."""

    def open_tab(rest: str = "", **options: object) -> AgentsPage:
        return AgentsPage(open_console(server_22, path=f"/console/agents{rest}?q={people.mark}", **options))

    return open_tab


def test_people_are_paused_added_and_removed_by_mouse(
    people: People, open_agents: Callable[..., AgentsPage]
) -> None:
    agents = open_agents()
    gina = agents.tile(people.gina)
    expect(agents.tiles).to_have_count(2)
    expect(gina).to_contain_text("Ready")
    agents.choose(people.gina, "Pause everywhere …")
    agents.dialog.get_by_text("Lunch").click()
    agents.submit("Pause everywhere …")
    expect(gina).to_contain_text("Paused")
    expect(gina).to_contain_text("Lunch")
    assert people.places(people.gina) == {"lobby": (True, "Lunch"), "nobody": (True, "Lunch")}
    assert people.places(people.hugo) == {"lobby": (False, "")}

    # The chips filter by state, which the address says.
    agents.page.get_by_test_id("agent-state").filter(has_text="Paused").click()
    expect(agents.page).to_have_url(re.compile(r"[?&]state=paused"))
    expect(agents.tiles).to_have_count(1)
    agents.page.get_by_test_id("agent-state").filter(has_text="All").click()
    expect(agents.tiles).to_have_count(2)

    gina.get_by_role("link", name=people.gina).click()
    places = agents.panel.get_by_test_id("agent-place")
    expect(places).to_have_count(2)
    expect(places.first).to_contain_text("Lunch")
    places.filter(has_text="nobody").get_by_role("button").click()
    agents.page.get_by_role("menuitem", name="Unpause").click()
    expect(agents.dialog).to_be_visible()  # asks whether the other queue is meant, too
    agents.submit("Unpause")
    expect(places.filter(has_text="nobody")).not_to_contain_text("Lunch")
    assert people.places(people.gina) == {"lobby": (True, "Lunch"), "nobody": (False, "")}
    expect(gina).to_contain_text("Paused in 1 of 2 queues: Lunch")

    agents.choose(people.gina, "Add to queues …")
    agents.dialog.get_by_text("sales", exact=True).click()
    agents.dialog.get_by_text("support", exact=True).click()
    agents.submit("Add to queues …")
    agents.expect_results(f"{people.gina}: sales", f"{people.gina}: support")
    assert set(people.places(people.gina)) == {"lobby", "nobody", "sales", "support"}
    expect(places).to_have_count(4)

    agents.choose(people.gina, "Remove from queues …")
    for queue in ("sales", "support", "nobody"):
        agents.dialog.get_by_text(queue, exact=True).click()
    agents.submit("Remove from queues …")
    agents.expect_results(f"{people.gina}: nobody", f"{people.gina}: sales", f"{people.gina}: support")
    assert people.places(people.gina) == {"lobby": (True, "Lunch")}
    expect(places).to_have_count(1)

    # A panel has an address, which a reload and Back lead to.
    agents.page.reload()
    expect(agents.panel.get_by_role("heading", name=people.gina)).to_be_visible()
    agents.panel.get_by_role("button", name="Close").click()
    expect(agents.panel).to_be_hidden()
    agents.page.go_back()
    expect(agents.panel).to_be_visible()


def test_several_people_are_worked_by_keys_in_the_table(
    people: People, open_agents: Callable[..., AgentsPage]
) -> None:
    agents = open_agents()
    agents.page.get_by_role("button", name="Table").click()
    agents.page.reload()  # the choice is kept
    rows = agents.page.get_by_role("row").filter(has_text=people.mark)
    expect(rows).to_have_count(2)
    agents.page.get_by_role("grid", name="Agents").focus()
    agents.page.keyboard.press("Control+a")
    agents.page.get_by_role("button", name="Pause everywhere …").first.press("Enter")
    agents.dialog.get_by_label("Another reason").fill("Drill")
    agents.dialog.get_by_role("button", name="Pause everywhere …").press("Enter")
    agents.expect_results(people.gina, people.hugo)
    assert people.places(people.gina) == {"lobby": (True, "Drill"), "nobody": (True, "Drill")}
    assert people.places(people.hugo) == {"lobby": (True, "Drill")}
    expect(rows.filter(has_text="Drill")).to_have_count(2)

    grid = agents.page.get_by_role("grid", name="Agents")
    grid.focus()
    agents.page.keyboard.press("Home")
    first = people.gina if people.gina in rows.first.inner_text() else people.hugo
    agents.page.keyboard.press("u")
    expect(rows.filter(has_text=first)).to_contain_text("Ready")
    assert {paused for paused, _ in people.places(first).values()} == {False}
    expect(rows.filter(has_text="Drill")).to_have_count(1)
    agents.page.keyboard.press("Enter")
    expect(agents.panel.get_by_role("heading", name=first)).to_be_visible()
    agents.page.keyboard.press("Escape")
    expect(agents.panel).to_be_hidden()


def test_a_person_in_a_call_is_heard_called_and_hung_up(
    people: People, asterisk_22: AsteriskServer, open_agents: Callable[..., AgentsPage]
) -> None:
    agents = open_agents()
    expect(agents.tiles).to_have_count(2)
    place_call(asterisk_22, "302", caller="2107")  # Gina is the first whom lobby rings
    gina = agents.tile(people.gina)
    expect(gina).to_contain_text("In call")
    agents.grid.focus()
    expect(gina).to_have_attribute("data-active", "")
    agents.page.keyboard.press("l")
    agents.dialog.get_by_label("Your phone").fill(OWN_PHONE)
    agents.page.keyboard.press("Enter")
    wait_until(lambda: any(each.application == "ChanSpy" for each in live_channels(asterisk_22)))
    expect(agents.dialog).to_have_count(0)

    agents.page.keyboard.press("Enter")
    expect(agents.panel.get_by_role("link", name="Its events")).to_be_visible()
    agents.choose(people.gina, "Hang up the call")
    agents.submit("Hang up")
    expect(gina).not_to_contain_text("In call")
    wait_until(lambda: not live_channels(asterisk_22))

    agents.grid.focus()
    agents.page.keyboard.press("c")
    expect(agents.dialog.get_by_label("Your phone")).to_have_value(OWN_PHONE)
    agents.submit("Call …")
    phone = people.phones[people.gina].removesuffix("/n")
    wait_until(lambda: any(each.name.startswith(f"{phone}-") for each in live_channels(asterisk_22)))


def test_both_views_and_the_panel_are_accessible_and_fit_each_screen(
    people: People, open_agents: Callable[..., AgentsPage], save_screenshot: Callable[..., None]
) -> None:
    agents = open_agents(reduced_motion="reduce")
    agents.tile(people.gina).get_by_role("link", name=people.gina).click()
    for scheme, rules in (("light", None), ("dark", COLOURS)):
        agents.page.emulate_media(color_scheme=scheme)
        for width, height in SIZES:
            agents.page.set_viewport_size({"width": width, "height": height})
            expect(agents.panel).to_be_visible()
            assert agents.console.overflow() == 0, (scheme, width)
            assert find_violations(agents.page, rules) == [], (scheme, width)
            save_screenshot(agents.page, f"tiles-{width}-{scheme}")
    agents.panel.get_by_role("button", name="Close").click()
    agents.page.get_by_role("button", name="Table").click()
    expect(agents.page.get_by_role("row").filter(has_text=people.mark)).to_have_count(2)
    assert find_violations(agents.page) == []
    save_screenshot(agents.page, "table")
