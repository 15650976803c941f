"""Every page says while the shown PBX is the demo, and what to do about it."""

from __future__ import annotations

import pytest

from amictl.manager import Pbx
from amictl.pbx.picture.live import LivePicture
from tests.application import Application, RecordingManager

NOTICE = 'data-testid="demo-notice"'
CONNECT = 'href="/admin/connect/"'
PAGES = ("/console/", "/admin/", "/api/docs", "/nothing-here")


@pytest.fixture
def demo(application: Application) -> Application:
    application.services.demo._name = "main"
    return application


@pytest.mark.parametrize("page", PAGES)
def test_who_may_add_a_pbx_is_led_to_it_on_every_page(demo: Application, page: str) -> None:
    text = demo.log_in().get(page).text
    assert NOTICE in text
    assert "simulated" in text
    assert CONNECT in text


def test_others_are_told_whom_to_ask(demo: Application) -> None:
    demo.make_user("alice", "Agent")
    text = demo.log_in("alice").get("/console/").text
    assert NOTICE in text
    assert "Ask an administrator" in text
    assert CONNECT not in text


def test_the_login_page_says_so_too(demo: Application) -> None:
    text = demo.browse().get("/login").text
    assert NOTICE in text
    assert CONNECT not in text
    assert "Ask an administrator" not in text


def test_beside_another_pbx_the_notice_names_the_demo(demo: Application) -> None:
    own, other = (
        Pbx(name, RecordingManager(LivePicture(name)), LivePicture(name))  # type: ignore[arg-type]
        for name in ("main", "own")
    )
    demo.install(own, other)
    text = demo.log_in().get("/admin/").text
    assert "The PBX main is simulated" in text
    assert "These calls are simulated" not in text


@pytest.mark.parametrize("page", PAGES)
def test_without_the_demo_there_is_no_notice(application: Application, page: str) -> None:
    assert NOTICE not in application.log_in().get(page).text


def test_the_skip_link_comes_before_the_notice(demo: Application) -> None:
    text = demo.log_in().get("/console/").text
    assert text.index('class="skip-link"') < text.index(NOTICE)


def test_the_page_that_connects_does_not_lead_to_itself(demo: Application) -> None:
    text = demo.log_in().get("/admin/connect/").text
    notice = text[text.index(NOTICE) : text.index("</aside>")]
    assert CONNECT not in notice
