"""What agents do, against real Asterisk: a call is a call, and a busy device without one is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from amictl.pbx import LivePicture
from amictl.pbx.models import Agent
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import hang_up_all
from tests.asterisk.journeys import calling
from tests.asterisk.own_link import linked_picture
from tests.asterisk.server import AsteriskServer, await_condition

pytestmark = pytest.mark.asterisk

HINT = "108,hint,PJSIP/104&Custom:DND108"
INTERFACE = "Local/104@default/n"


@pytest.fixture
def picture(asterisk_server: AsteriskServer, ami: AmiClient) -> Iterator[LivePicture]:
    """A member of lobby whose state is that of a phone and a switch for do-not-disturb."""
    asterisk_server.cli(f"dialplan add extension {HINT} into agents")
    asterisk_server.cli("devstate change Custom:DND108 NOT_INUSE")
    state = {"MemberName": "Gil", "StateInterface": "hint:108@agents"}
    ami.action("QueueAdd", Queue="lobby", Interface=INTERFACE, **state)
    try:
        with linked_picture(asterisk_server) as picture:
            yield picture
    finally:
        ami.action("QueueRemove", Queue="lobby", Interface=INTERFACE)
        asterisk_server.cli("devstate change Custom:DND108 NOT_INUSE")
        asterisk_server.cli("dialplan remove extension 108@agents")


def gil(picture: LivePicture) -> Agent:
    return next(agent for agent in picture.agents() if agent.name == "Gil")


def test_a_switch_makes_an_agent_busy_and_a_call_outside_of_queues_makes_a_call(
    asterisk_server: AsteriskServer, picture: LivePicture
) -> None:
    asterisk_server.cli("devstate change Custom:DND108 BUSY")
    await_condition(lambda: gil(picture).device_state == "busy", what="the switch")
    assert gil(picture).state == "busy"
    with calling(asterisk_server, 104) as phone:
        phone.register()
        phone.call("200", talk=60)
        await_condition(lambda: gil(picture).state == "in_call", what="the phone's own call")
        assert gil(picture).in_call_with is None, "it is no queue's"
        hang_up_all(asterisk_server)
    await_condition(lambda: gil(picture).state == "busy", what="the end of the call")
    asterisk_server.cli("devstate change Custom:DND108 NOT_INUSE")
    await_condition(lambda: gil(picture).state not in {"busy", "in_call"}, what="the switch turned off")
