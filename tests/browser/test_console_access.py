"""Who gets in, what they may do, and what they are told: login, roles, error pages, no PBX."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.asterisk.calls import place_call
from tests.browser.accessibility import find_violations
from tests.browser.conftest import PHONE, OpenConsole
from tests.serving import PASSWORD, AmictlServer, StartAmictl, Visit

pytestmark = pytest.mark.asterisk


def submit(page: Page, username: str, password: str) -> None:
    """Fill in the login form."""
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_wrong_password_is_told_and_the_name_stays(
    anonymous: Page, server_22: AmictlServer, save_screenshot: Callable[..., None]
) -> None:
    anonymous.goto(server_22.url)
    submit(anonymous, "somebody", "wrong")
    expect(anonymous.get_by_role("alert")).to_contain_text("wrong")
    expect(anonymous.get_by_label("User name")).to_have_value("somebody")
    expect(anonymous.get_by_label("Password")).to_be_focused()
    save_screenshot(anonymous, "refused")


def test_too_many_wrong_passwords_are_slowed_down(anonymous: Page, start_amictl: StartAmictl) -> None:
    server = start_amictl()
    anonymous.goto(server.url)
    alert = anonymous.get_by_role("alert")
    submit(anonymous, "somebody", "wrong")
    expect(alert).to_be_visible()
    expect(alert).not_to_contain_text("Too many")
    attempts = (Visit(server.url).submit_login("somebody", "wrong") for _ in range(30))
    assert any(answer.status_code == 429 for answer in attempts)
    submit(anonymous, "somebody", "wrong")
    expect(alert).to_contain_text("Too many")
    expect(alert).to_contain_text("Wait")


def test_the_login_works_without_scripts(browser: Browser, server_22: AmictlServer) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server_22.url)
    submit(page, "admin", PASSWORD)
    page.get_by_test_id("user-menu").locator("summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    context.close()


def test_the_login_leads_to_the_page_that_was_asked_for(anonymous: Page, server_22: AmictlServer) -> None:
    anonymous.goto(f"{server_22.url}/console/queues")
    submit(anonymous, "admin", PASSWORD)
    expect(anonymous.get_by_role("tab", name="Queues")).to_have_attribute("aria-selected", "true")


def test_signing_out_ends_the_session(anonymous: Page, server_22: AmictlServer) -> None:
    anonymous.goto(server_22.url)
    submit(anonymous, "admin", PASSWORD)
    anonymous.get_by_test_id("user-menu").locator("summary").click()
    anonymous.get_by_role("button", name="Sign out").click()
    expect(anonymous.get_by_role("button", name="Sign in")).to_be_visible()
    anonymous.goto(server_22.url)
    expect(anonymous.get_by_role("button", name="Sign in")).to_be_visible()


def test_an_agent_sees_everything_and_is_offered_nothing_that_is_not_allowed(
    asterisk_22: object,
    start_amictl: StartAmictl,
    open_console: OpenConsole,
    save_screenshot: Callable[..., None],
) -> None:
    server = start_amictl(asterisk_22)
    server.make_user("carla", "Agent")
    console = open_console(server, "carla")
    place_call(asterisk_22, "200", caller="200")
    try:
        expect(console.channels).to_have_count(2)
        expect(console.hang_up_button(console.channels.first)).to_be_hidden()
        panel = console.open_queue("sales")
        expect(console.member("Eve")).to_be_visible()
        expect(console.member("Eve").get_by_role("button")).to_have_count(0)
        expect(panel.get_by_role("button", name="Add member")).to_have_count(0)
        console.open_tab("Events")
        expect(console.page.get_by_text("are hidden from your role")).to_be_visible()
        console.open_tab("Actions")
        expect(console.page.get_by_test_id("ping")).to_be_visible()
        expect(console.page.get_by_test_id("originate")).to_have_count(0)
        console.page.get_by_test_id("user-menu").locator("summary").click()
        expect(console.page.get_by_role("link", name="Settings")).to_have_count(0)
        save_screenshot(console.page, "agent")
    finally:
        asterisk_22.cli("channel request hangup all")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_a_pbx_the_page_says_how_to_add_one(
    start_amictl: StartAmictl, open_console: OpenConsole, save_screenshot: Callable[..., None], scheme: str
) -> None:
    console = open_console(start_amictl(), color_scheme=scheme)
    expect(console.page.get_by_role("heading", name="No PBX yet")).to_be_visible()
    expect(console.page.get_by_text("flask pbx add main --host")).to_be_visible()
    assert find_violations(console.page) == []
    save_screenshot(console.page, "desk")
    console.page.set_viewport_size(PHONE)
    assert console.overflow() == 0
    save_screenshot(console.page, "phone")
    console.page.get_by_role("link", name="Connect your Asterisk").click()
    expect(console.page.get_by_label("Host")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_unknown_page_says_so_and_leads_back(
    server_22: AmictlServer, open_console: OpenConsole, save_screenshot: Callable[..., None], scheme: str
) -> None:
    console = open_console(server_22, color_scheme=scheme)
    console.expect_complaint("404")
    console.page.goto(f"{server_22.url}/no/such/page")
    expect(console.page.get_by_role("heading", name="Not found")).to_be_visible()
    assert find_violations(console.page) == []
    save_screenshot(console.page, "404")
    console.page.get_by_role("link", name="Back to the console").click()
    console.expect_link("Connected")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_login_page_is_accessible(
    browser: Browser, server_22: AmictlServer, save_screenshot: Callable[..., None], scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport=PHONE)
    page = context.new_page()
    page.goto(server_22.url)
    assert find_violations(page) == []
    save_screenshot(page, "login")
    context.close()
