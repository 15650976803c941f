"""A member whose name is not UTF-8 is followed all the same: by devices, channels, and what is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.queues.value import Queue, QueueMember
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import hang_up_all, place_call
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.own_link import linked_picture
from tests.asterisk.server import await_condition

pytestmark = pytest.mark.asterisk

MEMBER = {"Queue": "lobby", "Interface": "Local/501@agents/n"}


@pytest.fixture
def picture(asterisk: BedPbx) -> Iterator[LivePicture]:
    """Queue lobby has one member, whose name ends with a byte of Latin-1."""
    # A lone surrogate is how Python hands such a byte to a program.
    who = "penalty 0 as Zo\udceb state_interface Custom:agent501"
    asterisk.cli(f"queue add member {MEMBER['Interface']} to lobby {who}")
    try:
        with linked_picture(asterisk) as picture:
            yield picture
    finally:
        asterisk.cli(f"queue remove member {MEMBER['Interface']} from lobby")


def lobby(picture: LivePicture) -> Queue:
    queue = picture.find_queue("lobby")
    assert queue is not None
    return queue


def zoe(picture: LivePicture) -> QueueMember:
    (member,) = lobby(picture).members
    return member


def test_a_member_whose_name_is_not_utf8_talks_counts_pauses_and_is_told(
    asterisk: BedPbx, ami: AmiClient, picture: LivePicture
) -> None:
    await_condition(lambda: "Local/501@agents/n of queue lobby" in (picture.link.detail or ""), what="a word")
    before = lobby(picture).today
    assert before is not None

    place_call(asterisk, "302")
    await_condition(lambda: zoe(picture).in_call_with is not None, what="the answer")
    await_condition(lambda: (zoe(picture).status, zoe(picture).in_call) == ("in use", True), what="in use")
    (agent,) = (each for each in picture.agents() if each.name == zoe(picture).name)
    assert agent.state == "in_call"
    hang_up_all(asterisk)
    await_condition(lambda: zoe(picture).status == "not in use", what="the end of the call")
    await_condition(lambda: zoe(picture).in_call is False, what="the end of the call in the queue")
    today = lobby(picture).today
    assert today is not None
    counted = (today.offered - before.offered, today.answered - before.answered, today.left - before.left)
    assert counted == (1, 1, 0)

    ami.action("QueuePause", **MEMBER, Paused="true", Reason="Lunch")
    await_condition(
        lambda: (zoe(picture).paused, zoe(picture).paused_reason) == (True, "Lunch"), what="a pause"
    )
    ami.action("QueuePause", **MEMBER, Paused="false")
    await_condition(lambda: zoe(picture).paused is False, what="the end of the pause")
    await_condition(lambda: picture.link.counters.get("incomplete_events", 0) >= 3, what="the count")
    assert dict(picture.drifts) == {}
