"""What agents do, against real Asterisk: a call is a call, and a busy device without one is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.agents.value import Agent
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import hang_up_all, place_call
from tests.asterisk.fixtures import make_server
from tests.asterisk.installation import MAJORS
from tests.asterisk.journeys import calling
from tests.asterisk.own_link import linked_picture
from tests.asterisk.server import READ_ONLY, AsteriskServer, await_condition

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


WRAPUP_SECONDS = 2
CLOCKS_APART = 0.1  # Asterisk's, and what its answers tell a link of it
RESTFUL_QUEUE = f"""
[restful]
strategy = ringall
wrapuptime = {WRAPUP_SECONDS}
retry = 1
member => Local/501@agents/n,0,Hana,Custom:agent501
"""


class Seen:
    """What Hana did, as one picture showed it from event to event, each with the PBX's time."""

    def __init__(self, picture: LivePicture) -> None:
        self.picture = picture
        self.states: list[tuple[float, str]] = []
        picture.on_change = self._look

    def _look(self, _pbx: str) -> None:
        state = self.agent.state.value
        if not self.states or self.states[-1][1] != state:
            self.states.append((self.picture.now(), state))

    @property
    def agent(self) -> Agent:
        return next(agent for agent in self.picture.agents() if agent.name == "Hana")

    def after(self, rest: str) -> list[tuple[float, str]]:
        """Return what came after the rest, once Hana talks again."""
        later = self.states[self.words.index(rest) :] if rest in self.words else []
        return later if "in_call" in [state for _, state in later] else []

    @property
    def words(self) -> list[str]:
        return [state for _, state in self.states]


@pytest.fixture(params=MAJORS, ids=lambda major: f"asterisk-{major}")
def restful(request: pytest.FixtureRequest) -> Iterator[AsteriskServer]:
    """An Asterisk with a queue that gives its member two seconds of rest."""
    server = make_server(request.param)
    configuration = server.home / "etc/queues.conf"
    configuration.write_text(configuration.read_text() + RESTFUL_QUEUE)
    with server:
        yield server


def test_nobody_is_ready_whom_asterisk_does_not_ring_after_a_call_because_of_the_queues_wrapup_time(
    restful: AsteriskServer,
) -> None:
    with linked_picture(restful) as knowing, linked_picture(restful, READ_ONLY) as unknowing:
        seen = {"wrapup": Seen(knowing), "after_call": Seen(unknowing)}
        place_call(restful, "queue-restful", context="soak")
        await_condition(lambda: all("in_call" in each.words for each in seen.values()), what="a call")
        hang_up_all(restful)
        place_call(restful, "queue-restful", context="soak")
        await_condition(lambda: all(each.after(rest) for rest, each in seen.items()), what="a second call")
        rests_until = seen["wrapup"].agent.wrapup_until
        assert rests_until is not None
        for rest, each in seen.items():
            states = each.after(rest)
            rung_at = next(at for at, state in states if state not in {rest, "ready"})
            assert rung_at >= rests_until - CLOCKS_APART, "Asterisk let her rest"
            assert [
                state for at, state in states if state == "ready" and at < rests_until - CLOCKS_APART
            ] == []
        assert "wrap-up times" in (unknowing.link.detail or ""), "it says what it may not read"
