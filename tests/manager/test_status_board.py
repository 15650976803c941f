from __future__ import annotations

import pytest

from amictl.config import LinkSettings
from amictl.manager.status import StatusBoard
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState

SETTINGS = LinkSettings("main", "pbx.example", 5038, "console", "x")


@pytest.fixture
def picture() -> LivePicture:
    return LivePicture("main")


def test_each_change_is_shown_with_the_address_and_the_time_of_the_state(picture: LivePicture) -> None:
    times = iter([1.0, 2.0, 3.0])
    board = StatusBoard(SETTINGS, picture, clock=lambda: next(times))
    assert picture.link.address == "pbx.example:5038"
    board.enter(LinkState.CONNECTING)
    assert (picture.link.state, picture.link.since) == (LinkState.CONNECTING, 2.0)
    board.update(stale=True, detail="late")
    assert (picture.link.since, picture.link.stale, picture.link.detail) == (2.0, True, "late")
    assert board.status == picture.link


def test_a_reason_stays_until_it_is_replaced_but_a_retry_time_does_not(picture: LivePicture) -> None:
    board = StatusBoard(SETTINGS, picture)
    board.enter(LinkState.RECONNECTING, detail="nobody there", retry_at=5.0)
    board.enter(LinkState.CONNECTING)
    assert (picture.link.detail, picture.link.retry_at) == ("nobody there", None)


def test_nothing_is_shown_after_the_stop(picture: LivePicture) -> None:
    board = StatusBoard(SETTINGS, picture)
    board.enter(LinkState.CONNECTED)
    board.close()
    board.enter(LinkState.CONNECTING)
    board.update(detail="a thread that was left behind")
    assert picture.link.state is LinkState.STOPPED
    assert picture.link.detail is None


def test_what_does_not_change_is_not_shown_again(picture: LivePicture) -> None:
    board = StatusBoard(SETTINGS, picture)
    seq = picture.read("pbx").seq
    board.update(stale=False)
    assert picture.read("pbx").seq == seq
