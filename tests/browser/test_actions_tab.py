"""The Actions tab on a real Asterisk: calls, variables, commands, ping, any AMI action; by mouse and keys."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Locator, expect

from tests.asterisk.ami_client import AmiClient, AmiRefused
from tests.asterisk.calls import LiveChannel, live_channels, place_call
from tests.asterisk.server import AsteriskServer
from tests.browser.accessibility import COLOURS, find_violations
from tests.browser.conftest import OpenConsole
from tests.browser.console import Console
from tests.serving import AmictlServer, StartAmictl, wait_until

pytestmark = pytest.mark.asterisk

SIZES = ((390, 844), (1280, 800), (1920, 1080))
_SETTLED = "document.getAnimations().every((each) => each.effect.getTiming().iterations === Infinity)"
PARTS = ("originate", "variables", "command", "ping", "ami", "ami/QueueAdd")


def open_part(open_console: OpenConsole, server: AmictlServer, part: str, username: str = "admin") -> Console:
    """Open a part of the tab by its address, when its scripts are attached and the link is up."""
    console = open_console(server, username, path=f"/console/actions/{part}")
    expect(console.page.locator("body[data-ready]")).to_be_attached()
    console.expect_link("Connected")
    return console


def take_offer(console: Console, field: Locator, text: str, offer: str) -> None:
    """Write into a combobox and take what it offers, by keys alone."""
    field.fill(text)
    label = console.page.locator(".suggestion-label").get_by_text(offer, exact=True)
    chosen = console.page.get_by_role("option").filter(has=label)
    expect(chosen).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    for _ in range(20):
        field.press("ArrowDown")
        if chosen.get_attribute("aria-selected") == "true":
            break
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    field.press("Enter")
    expect(field).to_have_value(offer)
    expect(field).to_have_attribute("aria-expanded", "false")


def one_channel(pbx: AsteriskServer, prefix: str) -> LiveChannel:
    """The first half of the one Local channel of the PBX whose name begins so."""

    def find() -> LiveChannel | None:
        found = [each for each in live_channels(pbx) if each.name.startswith(prefix)]
        return next((each for each in found if each.name.endswith(";1")), None)

    channel = wait_until(find)
    assert channel is not None, live_channels(pbx)
    return channel


def test_a_call_is_started_once_with_what_is_offered_and_followed_to_its_end(
    quiet_22: AsteriskServer,
    server_22: AmictlServer,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    console = open_part(open_console, server_22, "originate?channel=Local/2202@default")
    page = console.page
    expect(page.get_by_role("combobox", name="Call this phone first")).to_have_value("Local/2202@default")
    take_offer(console, page.get_by_role("combobox", name="Context"), "defau", "default")
    take_offer(console, page.get_by_role("combobox", name="Extension"), "20", "200")
    page.get_by_label("Caller ID to show").fill("Desk <5550100>")
    page.get_by_role("button", name="Add one").click()
    page.get_by_label("Name", exact=True).fill("COLOUR")
    page.get_by_label("Value", exact=True).fill("light, dark")
    page.get_by_role("button", name="Start the call").dblclick()

    result = page.get_by_test_id("result").filter(has_text="Local/2202@default → 200@default").first
    expect(result).to_contain_text("Ringing")
    expect(page.get_by_role("tab", name="Actions")).to_contain_text("1")
    save_screenshot(page, "rings")
    expect(result).to_contain_text(re.compile(r"Answered\s*\d:\d\d"))
    channel = one_channel(quiet_22, "Local/2202@default-")
    assert "COLOUR=light, dark" in quiet_22.cli(f"core show channel {channel.name}")
    assert len([each for each in live_channels(quiet_22) if "2202@default" in each.name]) == 2
    console.open_tab("Queues")
    console.open_tab("Actions")
    result.get_by_role("button", name="Hang up").click()
    page.get_by_role("dialog").get_by_role("button", name="Hang up").click()
    expect(result).to_contain_text("Answered, and ended since")
    assert wait_until(lambda: channel.name not in {each.name for each in live_channels(quiet_22)})


def test_what_became_of_calls_is_told_as_the_pbx_told_it_and_one_can_be_made_once_more(
    quiet_22: AsteriskServer, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_part(open_console, server_22, "originate?exten=200&context=default&timeout=2")
    page = console.page
    outcomes = {
        "Local/202@default": "Busy",
        "Local/203@default": "Congestion",
        "Local/204@default": "No answer",
    }
    for channel in outcomes:
        page.get_by_role("combobox", name="Call this phone first").fill(channel)
        page.get_by_role("combobox", name="Call this phone first").press("Enter")
        expect(page.get_by_test_id("result").filter(has_text=channel).first).to_be_visible()
    for channel, words in outcomes.items():
        expect(page.get_by_test_id("result").filter(has_text=channel).first).to_contain_text(words)
    page.get_by_test_id("result").filter(has_text="Local/202@default").first.get_by_role(
        "button", name="Once more"
    ).click()
    expect(page.get_by_role("combobox", name="Call this phone first")).to_have_value("Local/202@default")
    expect(page.get_by_role("combobox", name="Call this phone first")).to_be_focused()
    assert not [each for each in live_channels(quiet_22) if "200@default" in each.name]


def test_what_is_refused_stands_at_its_field_and_nothing_that_was_written_is_lost(
    server_22: AmictlServer, open_console: OpenConsole, save_screenshot: Callable[..., None]
) -> None:
    console = open_part(open_console, server_22, "originate")
    page = console.page
    channel = page.get_by_role("combobox", name="Call this phone first")
    channel.fill("100")
    page.get_by_role("button", name="Start the call").click()
    expect(page.get_by_role("combobox", name="Extension")).to_have_accessible_description("This is needed.")
    page.get_by_role("combobox", name="Extension").fill("nowhere-at-all")
    page.get_by_role("combobox", name="Context").fill("default")
    page.get_by_role("button", name="Start the call").click()
    expect(channel).to_have_attribute("aria-invalid", "true")
    expect(channel).to_have_accessible_description(re.compile("technology/resource"))
    expect(channel).to_be_focused()
    channel.fill("Local/200@default")
    expect(channel).not_to_have_attribute("aria-invalid", "true")
    console.expect_complaint("422")
    page.get_by_text("Run an application").click()
    application = page.get_by_role("textbox", name="Application")
    application.fill("System")
    page.get_by_label("Its arguments").fill("true")
    page.get_by_role("button", name="Start the call").click()
    expect(application).to_have_attribute("aria-invalid", "true")
    expect(application).to_be_focused()
    expect(page.get_by_label("Its arguments")).to_have_value("true")
    page.get_by_text("Connect to an extension").click()
    expect(page.get_by_role("combobox", name="Extension")).to_have_value("nowhere-at-all")
    save_screenshot(page, "refused")


def test_variables_of_a_channel_and_of_the_pbx_are_read_and_set(
    quiet_22: AsteriskServer, ami_22: AmiClient, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    place_call(quiet_22, "200", caller="200")
    channel = one_channel(quiet_22, "Local/200@default-")
    console = open_part(open_console, server_22, "variables")
    page = console.page
    take_offer(console, page.get_by_role("combobox", name="Channel"), channel.name, channel.name)
    variable = page.get_by_role("combobox", name="Variable or function")
    variable.fill("COLOUR")
    page.get_by_label("New value").fill("light, dark")
    page.get_by_role("button", name="Set", exact=True).click()
    rows = page.get_by_test_id("variable")
    expect(rows.first).to_contain_text("light, dark")
    assert ami_22.action("Getvar", Channel=channel.name, Variable="COLOUR")[0]["Value"] == "light, dark"
    ami_22.action("Setvar", Channel=channel.name, Variable="COLOUR", Value="blue")
    variable.press("Enter")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("blue")
    expect(page.get_by_label("New value")).to_have_value("blue")

    name = f"AMICTL_{secrets.token_hex(4).upper()}"
    page.get_by_role("combobox", name="Channel").fill("")
    variable.fill(name)
    page.get_by_label("New value").fill("for all")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(rows.first).to_contain_text("the whole PBX")
    assert f"{name}=for all" in quiet_22.cli("dialplan show globals")
    page.get_by_label("New value").fill("")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(rows).to_have_count(4)
    assert f"{name}=for all" not in quiet_22.cli("dialplan show globals")


def test_a_command_shows_its_output_and_arrows_bring_back_earlier_ones(
    asterisk_22: AsteriskServer, server_22: AmictlServer, open_console: OpenConsole
) -> None:
    console = open_part(open_console, server_22, "command?command=core+show+codecs")
    page = console.page
    prompt = page.get_by_label(re.compile(r"CLI>$"))
    expect(prompt).to_have_value("core show codecs")
    prompt.press("Enter")
    runs = page.get_by_test_id("command-run")
    told = [line for line in asterisk_22.cli("core show codecs").splitlines() if "ulaw" in line]
    expect(runs.first.locator("pre")).to_contain_text(told[0].strip())
    expect(prompt).to_have_value("")

    console.expect_complaint("502")
    prompt.fill("core show nonsense")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(runs.first).to_contain_text("The command failed.")
    expect(runs.first.locator("pre")).to_contain_text("No such command")
    prompt.fill("half writ")
    prompt.press("ArrowUp")
    expect(prompt).to_have_value("core show nonsense")
    prompt.press("ArrowUp")
    expect(prompt).to_have_value("core show codecs")
    prompt.press("ArrowDown")
    prompt.press("ArrowDown")
    expect(prompt).to_have_value("half writ")
    page.get_by_role("link", name="Ping").click()
    page.get_by_test_id("ping").click()
    expect(page.get_by_test_id("ping-result")).to_contain_text(re.compile(r"Pong\s*\d+\.\d ms"))
    page.go_back()
    expect(runs).to_have_count(2)
    expect(prompt).to_have_value("half writ")


def test_any_action_is_found_by_typing_shown_before_it_is_sent_and_answered(
    asterisk_22: AsteriskServer,
    ami_22: AmiClient,
    server_22: AmictlServer,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    console = open_part(open_console, server_22, "ami")
    page = console.page
    search = page.get_by_role("searchbox", name="Find an action")
    expect(search).to_be_focused()
    search.fill("put entry")
    expect(page.get_by_role("link", name=re.compile("^DBPut"))).to_be_visible()
    search.press("Enter")
    expect(page).to_have_url(re.compile(r"/console/actions/ami/DBPut$"))
    family = f"amictl-{secrets.token_hex(4)}"
    sent = page.get_by_test_id("ami-preview")
    expect(sent).to_have_count(0)
    page.get_by_label("Family", exact=True).fill(family)
    page.get_by_role("textbox", name="Key").fill("greeting")
    page.get_by_role("textbox", name="Val").fill("Ångström")
    lines = [
        "Action: DBPut",
        "ActionID: <made-when-sent>",
        f"Family: {family}",
        "Key: greeting",
        "Val: Ångström",
    ]
    expect(sent).to_have_text("\n".join(lines))
    with pytest.raises(AmiRefused):
        ami_22.action("DBGet", Family=family, Key="greeting")
    page.get_by_role("button", name="Send DBPut").click()
    answer = page.get_by_test_id("ami-answer")
    expect(answer).to_contain_text("Updated database successfully")
    assert "Ångström" in asterisk_22.cli(f"database get {family} greeting")
    save_screenshot(page, "changed")
    with suppress(AmiRefused):
        ami_22.action("DBDelTree", Family=family)

    page.goto(f"{server_22.url}/console/actions/ami/QueueStatus?queue=support")
    expect(page.get_by_role("combobox", name="Queue")).to_have_value("support")
    expect(sent).to_contain_text("Queue: support")
    page.get_by_role("button", name="Send QueueStatus").click()
    members = [
        each for each in ami_22.action("QueueStatus", Queue="support")[1:] if each["Event"] == "QueueMember"
    ]
    expect(answer.get_by_role("cell", name="QueueMember")).to_have_count(len(members))
    answer.get_by_role("button", name="JSON").click()
    expect(answer.locator("pre")).to_contain_text('"Event": "QueueMember"')
    save_screenshot(page, "json")


def test_what_cannot_be_sent_says_why(server_22: AmictlServer, open_console: OpenConsole) -> None:
    console = open_part(open_console, server_22, "ami/Events")
    reason = console.page.get_by_test_id("ami-reason")
    expect(reason).to_contain_text("needs every event")
    expect(console.page.get_by_role("button", name=re.compile("^Send"))).to_have_count(0)
    console.page.get_by_role("searchbox", name="Find an action").fill("sippeers")
    console.page.get_by_role("link", name=re.compile("^SIPpeers ")).click()
    expect(reason).to_contain_text(re.compile("chan_sip|Asterisk"))


def test_a_role_sees_what_it_may_and_is_told_which_commands_it_runs(
    asterisk_22: AsteriskServer, start_amictl: StartAmictl, open_console: OpenConsole
) -> None:
    server = start_amictl(asterisk_22)
    server.make_user("sue", "Supervisor")
    server.make_user("carla", "Agent")
    console = open_part(open_console, server, "command", "sue")
    page = console.page
    parts = page.get_by_role("navigation", name="Kinds of actions").get_by_role("link")
    expect(parts).to_have_text(["Start a call", "Variables", "CLI command", "Ping"])
    page.get_by_role("button", name="core show uptime").click()
    prompt = page.get_by_label(re.compile(r"CLI>$"))
    expect(prompt).to_be_focused()
    prompt.press("Enter")
    expect(page.get_by_test_id("command-run").first.locator("pre")).to_contain_text("System uptime")
    console.expect_complaint("403")
    prompt.fill("core stop now")
    prompt.press("Enter")
    expect(page.get_by_test_id("command-run").first).to_contain_text("not on the list")
    assert "System uptime" in asterisk_22.cli("core show uptime")

    agent = open_part(open_console, server, "ami", "carla")
    expect(agent.page.get_by_role("navigation", name="Kinds of actions").get_by_role("link")).to_have_text(
        ["Ping"]
    )


def test_a_write_that_was_cut_off_is_told_as_unknown_and_offers_to_look(
    private_asterisk_22: AsteriskServer, start_amictl: StartAmictl, open_console: OpenConsole
) -> None:
    console = open_part(open_console, start_amictl(private_asterisk_22), "ami/DBPut?family=a&key=b&val=c")
    page = console.page
    console.expect_complaint("504")
    page.get_by_label("Wait for the answer").fill("1")
    private_asterisk_22.freeze()
    try:
        page.get_by_role("button", name="Send DBPut").click()
        alert = page.get_by_role("alert").filter(has_text="Outcome unknown")
        expect(alert).to_contain_text("may or may not have been done")
        expect(alert.get_by_role("link", name="Look")).to_have_attribute(
            "href", re.compile("/console/events")
        )
        expect(page.get_by_role("textbox", name="Val")).to_have_value("c")
    finally:
        private_asterisk_22.thaw()


def test_each_part_is_accessible_and_fits_the_screen_in_light_and_dark(
    server_22: AmictlServer, open_console: OpenConsole, save_screenshot: Callable[..., None]
) -> None:
    console = open_part(open_console, server_22, "command?command=core+show+channels")
    page = console.page
    page.get_by_label(re.compile(r"CLI>$")).press("Enter")
    expect(page.get_by_test_id("command-run").locator("pre")).to_be_visible()
    names = {"ami/QueueAdd": "Any AMI action", "ami": "Any AMI action", "originate": "Start a call"}
    for part in PARTS:
        page.get_by_role("navigation", name="Kinds of actions").get_by_role(
            "link", name=names.get(part, part), exact=False
        ).click()
        if part == "ami/QueueAdd":
            page.get_by_role("searchbox", name="Find an action").fill("queueadd")
            page.get_by_role("searchbox", name="Find an action").press("Enter")
            page.get_by_role("button", name="Send QueueAdd").click()
            expect(page.get_by_role("combobox", name="Queue")).to_be_focused()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                assert console.overflow() == 0, (part, width)
                save_screenshot(page, f"{part.replace('/', '-')}-{width}-{scheme}")
            assert wait_until(lambda: page.evaluate(_SETTLED))
            assert find_violations(page, None if scheme == "light" else COLOURS) == [], (part, scheme)
