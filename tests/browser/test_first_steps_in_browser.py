"""The first quarter of an hour: from the printed password to a console with live calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.asterisk.calls import place_call
from tests.asterisk.server import AsteriskServer
from tests.browser.accessibility import COLOURS, find_violations
from tests.browser.conftest import DESK, PHONE, OpenConsole
from tests.browser.console import Console
from tests.serving import AmictlServer, StartAmictl

pytestmark = pytest.mark.asterisk

WIDE = {"width": 1920, "height": 1080}
NARROW_DESK = {"width": 1280, "height": 800}
CHOSEN = "three words and a number 7"
Save = Callable[..., None]


def printed_password(server: AmictlServer) -> str:
    found = re.search(r"Administrator made: admin, password (\S+)", server.output)
    assert found, server.output
    return found[1]


def sign_in(page: Page, password: str) -> None:
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def choose(page: Page, present: str, chosen: str) -> None:
    page.get_by_label("Present password").fill(present)
    page.get_by_label("New password", exact=True).fill(chosen)
    page.get_by_label("New password again").fill(chosen)
    page.get_by_role("button", name="Change the password").click()


def finding(page: Page, check: str) -> Locator:
    return page.locator(f'[data-check="{check}"]')


def paste(pbx: AsteriskServer, stanza: str) -> None:
    """Do as the page says: put the stanza at the end of manager.conf, and have it read."""
    path = pbx.home / "etc/manager.conf"
    text = path.read_text(encoding="utf-8").replace("[amictl]", "[older]")
    path.write_text(f"{text}\n{stanza}\n", encoding="utf-8")
    pbx.cli("manager reload")


def look_everywhere(page: Page, save: Save, name: str) -> None:
    """Hold a page as it is against axe and against narrow and wide screens, in light and dark."""
    page.wait_for_load_state()  # before its style sheets are there every page is too wide
    for scheme, rules in (("light", None), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # so that no colour is half-way
        for size in (PHONE, NARROW_DESK, WIDE):
            page.set_viewport_size(size)
            page.evaluate("document.fonts.ready")
            overflow = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert overflow == 0, (name, scheme, size)
            save(page, f"{name}-{scheme}-{size['width']}", full_page=True)
        assert find_violations(page, rules) == [], (name, scheme)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESK)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose messages fail the test, but for the answers that a test provokes."""
    context = browser.new_context(viewport=DESK)
    opened = context.new_page()
    console = Console(opened, None)  # type: ignore[arg-type] - nothing is asked of the server
    console.expect_complaint("status of 422")
    yield opened
    context.close()
    assert console.complaints == []


def test_from_the_printed_password_to_live_calls(
    private_asterisk_22: AsteriskServer,
    start_amictl: StartAmictl,
    save_screenshot: Save,
    page: Page,  # the last one, so that it is closed before its server is
) -> None:
    pbx = private_asterisk_22
    server = start_amictl(AMICTL_ADMIN_PASSWORD="")
    page.goto(server.url)
    expect(page.get_by_test_id("first-login")).to_contain_text(
        "printed the administrator's name and password"
    )
    look_everywhere(page, save_screenshot, "login")
    printed = printed_password(server)
    sign_in(page, printed)
    expect(page.get_by_role("heading", name="Choose a password of your own")).to_be_visible()
    page.goto(f"{server.url}/admin/servers/")
    expect(page.get_by_role("heading", name="Choose a password of your own")).to_be_visible()
    choose(page, printed, "short")
    expect(page.get_by_text("Use at least 10 characters", exact=False)).to_be_visible()
    expect(page.get_by_label("New password", exact=True)).to_be_focused()
    look_everywhere(page, save_screenshot, "password")
    choose(page, printed, CHOSEN)
    expect(page.get_by_role("heading", name="Asterisk servers")).to_be_visible()

    page.goto(server.url)
    page.get_by_role("link", name="Connect your Asterisk").click()
    expect(page.get_by_role("heading", name="Connect your Asterisk")).to_be_visible()
    look_everywhere(page, save_screenshot, "connect")
    page.get_by_label("Port").fill(str(pbx.ami_port))
    page.get_by_role("button", name="Test", exact=True).click()
    outcome = page.get_by_role("status")
    expect(outcome).to_contain_text("1 wrong, 5 not looked at; 2 fine.")
    expect(finding(page, "login")).to_contain_text("Authentication failed")
    expect(finding(page, "login")).to_contain_text("permit = 127.0.0.1/255.255.255.255")
    look_everywhere(page, save_screenshot, "refused")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(outcome).to_contain_text("Nothing was stored")

    paste(pbx, page.get_by_test_id("stanza").inner_text())
    page.get_by_role("button", name="Test", exact=True).click()
    expect(outcome).to_have_text("All 8 checks are fine.")
    look_everywhere(page, save_screenshot, "fine")
    page.get_by_role("button", name="Connect", exact=True).click()
    page.wait_for_url(f"{server.url}/console/?pbx=main")
    expect(page.get_by_test_id("link-badge")).to_contain_text("Connected")
    place_call(pbx, "200", caller="200")
    page.get_by_role("tab", name="Channels").click()
    expect(page.locator("#panel-channels .table-row")).to_have_count(2)
    save_screenshot(page, "live")
    page.goto(f"{server.url}/login")
    page.get_by_test_id("user-menu").locator("summary").click()
    page.get_by_role("link", name="Change password").click()
    choose(page, CHOSEN, "another four words here")
    expect(page.get_by_role("status")).to_contain_text("Your password is changed.")


def test_without_scripts_the_page_tests_and_connects_all_the_same(
    browser: Browser, asterisk_22: AsteriskServer, start_amictl: StartAmictl
) -> None:
    server = start_amictl()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/admin/connect/")
    sign_in(page, server.password)
    made = page.get_by_label("Secret").input_value()
    assert f"secret = {made}" in page.get_by_test_id("stanza").inner_text()
    page.get_by_label("Port").fill(str(asterisk_22.ami_port))
    page.get_by_role("button", name="Test", exact=True).click()
    expect(finding(page, "login")).to_contain_text("Authentication failed")
    expect(page.get_by_label("Secret")).to_have_value("")
    page.get_by_label("Secret").fill(asterisk_22.secret)
    page.get_by_role("button", name="Connect", exact=True).click()
    page.wait_for_url(f"{server.url}/console/?pbx=main")
    server.wait_until_ready()
    context.close()


def test_who_begins_with_the_demo_connects_an_own_pbx_and_the_demo_goes_away(
    asterisk_22: AsteriskServer, start_amictl: StartAmictl, open_console: OpenConsole
) -> None:
    server = start_amictl(AMICTL_DEMO="", AMICTL_DEMO_CHANNELS="10", AMICTL_DEMO_HOUR="8")
    console = open_console(server)
    notice = console.page.get_by_test_id("demo-notice")
    expect(notice).to_contain_text("simulated")
    notice.get_by_role("link", name="Connect your Asterisk").click()
    console.page.get_by_label("Port").fill(str(asterisk_22.ami_port))
    console.page.get_by_label("Secret").fill(asterisk_22.secret)
    console.page.get_by_role("button", name="Connect", exact=True).click()
    console.page.wait_for_url(f"{server.url}/console/?pbx=main")
    console.expect_link("Connected")
    expect(notice).to_have_count(0)
    expect(console.page.locator("#pbx option")).to_have_count(0)


def test_the_stanza_follows_the_fields_and_is_copied_with_its_secret(
    start_amictl: StartAmictl, open_console: OpenConsole
) -> None:
    noon = datetime(2027, 1, 15, 12, tzinfo=UTC)
    console = open_console(
        start_amictl(),
        path="/admin/connect/",
        permissions=["clipboard-read", "clipboard-write"],
        prepare=lambda page: page.clock.install(time=noon),
    )
    page, stanza = console.page, console.page.get_by_test_id("stanza")
    overtaken: list[Route] = []

    def let_overtake(route: Route) -> None:
        if overtaken:
            route.continue_()
        else:
            overtaken.append(route)

    page.route("**/connect/stanza/", let_overtake)
    page.get_by_label("AMI user").fill("desk")
    page.get_by_label("Host").fill("::1")
    page.get_by_label("Secret").fill("my own secret")
    expect(stanza).to_contain_text("permit = ::1/128")
    with page.expect_response("**/connect/stanza/"):
        overtaken[0].continue_()  # what was asked before the host was changed is answered last
    page.get_by_label("Secret").blur()
    expect(stanza).to_contain_text("[desk]")
    expect(stanza).to_contain_text("permit = ::1/128")
    expect(stanza).to_contain_text("secret = my own secret")
    page.clock.pause_at(
        noon + timedelta(hours=1)
    )  # what is said for two seconds is said for as long as we look
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == stanza.inner_text()
    page.clock.run_for(3000)
    expect(page.get_by_role("button", name="Copied")).to_have_count(0)


def test_a_refused_field_is_told_at_the_field_and_gets_the_focus(
    start_amictl: StartAmictl, open_console: OpenConsole
) -> None:
    console = open_console(start_amictl(), path="/admin/connect/")
    console.expect_complaint("status of 422")
    page = console.page
    page.get_by_text("TLS and certificate", exact=True).first.click()
    page.get_by_label("Use TLS").check()
    expect(page.get_by_label("Port")).to_have_value("5039")
    page.get_by_label("Private CA").fill("no certificate")
    page.get_by_label("Name").fill("Main Street")
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_label("Name")).to_be_focused()
    expect(page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#name-error")).to_contain_text("lower-case")
    expect(page.locator("#tls_ca-error")).to_contain_text("PEM")
    assert find_violations(page) == []


def test_the_page_can_be_used_by_keyboard_alone(
    asterisk_22: AsteriskServer, start_amictl: StartAmictl, open_console: OpenConsole
) -> None:
    console = open_console(start_amictl(), path="/admin/connect/")
    page = console.page
    page.get_by_label("Host").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type(str(asterisk_22.ami_port))
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_label("Secret")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(asterisk_22.secret)
    page.keyboard.press("Enter")  # the first button: Test
    expect(page.get_by_role("status")).to_have_text("All 8 checks are fine.")
    expect(page.get_by_test_id("finding").filter(has_text="fine")).to_have_count(8)
