"""The topic ``calls`` against real Asterisk: every kind of call, driven for real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.calls.value import Call
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.calls import live_channels, place_call
from tests.asterisk.journeys import JOURNEYS, STEPS, answering, calling, end, in_bridge
from tests.asterisk.picture_feed import PictureFeed
from tests.asterisk.server import AsteriskServer, await_condition
from tests.pbx.ended_calls import EndedCalls, assert_steps, steps_of

pytestmark = pytest.mark.asterisk


class Watch(EndedCalls):
    """Follows the calls of a picture event by event."""

    def __init__(self, picture: LivePicture) -> None:
        super().__init__()
        self.picture = picture
        self._epoch, self._seq = "", 0
        picture.on_change = self._look

    def _look(self, _pbx: str) -> None:
        replay = self.picture.since("calls", self._epoch, self._seq)
        if replay is None:
            snapshot = self.picture.read("calls")
            self.live = dict(snapshot.values)  # type: ignore[arg-type]
            self._epoch, self._seq = snapshot.epoch, snapshot.seq
            return
        self._seq = replay.seq
        self.take(change for change in replay.latest if change.op == "put" or change.key in self.live)


@pytest.fixture
def picture() -> LivePicture:
    return LivePicture("main")


@pytest.fixture
def watch(asterisk_server: AsteriskServer, picture: LivePicture) -> Iterator[Watch]:
    """The calls of a PBX from its first one on."""
    watch = Watch(picture)
    with PictureFeed(asterisk_server, picture):
        yield watch


def legs_told_by_pbx(ami: AmiClient) -> dict[str, tuple[set[str], int]]:
    """Legs, and the number of Local channels, by linked ID, as another AMI session gets them."""
    told: dict[str, tuple[set[str], int]] = {}
    for item in ami.action("CoreShowChannels")[1:-1]:
        legs, folded = told.get(item["Linkedid"], (set(), 0))
        if item["Channel"].startswith("Local/"):
            folded += 1
        else:
            legs.add(item["Uniqueid"])
        told[item["Linkedid"]] = (legs, folded)
    return told


def legs_seen(picture: LivePicture) -> dict[str, tuple[set[str], int]]:
    """The same, as amictl has it."""
    return {
        call.linked_id: ({leg.unique_id for leg in call.legs}, call.local_channels)
        for call in picture.calls()
    }


def only_call(picture: LivePicture, holds: Callable[[Call], object]) -> Call:
    """The one call there is, as soon as something holds of it."""
    found: list[Call] = []

    def look() -> bool:
        found[:] = [call for call in picture.calls() if holds(call)]
        return len(found) == 1

    await_condition(look, what="the call")
    return found[0]


@pytest.mark.parametrize("name", JOURNEYS)
def test_the_journey_of_a_call_is_what_happened_to_it(
    asterisk_server: AsteriskServer, ami: AmiClient, watch: Watch, name: str
) -> None:
    JOURNEYS[name](asterisk_server, ami)

    await_condition(lambda: watch.ended and not watch.live, what="the end of the calls in the picture")
    assert_steps(watch.first(), STEPS[name])
    assert not watch.picture.calls()


def test_a_held_call_says_so_and_counts_the_time(
    asterisk_server: AsteriskServer, ami: AmiClient, watch: Watch
) -> None:
    JOURNEYS["hold"](asterisk_server, ami)

    await_condition(lambda: watch.ended, what="the end of the call")
    call = watch.first()
    states = watch.states[call.linked_id]
    assert states[: states.index("held") + 2][-3:] == ["talking", "held", "talking"]
    assert call.holding.count == 1
    assert 0.3 < call.holding.seconds < 60
    assert call.talking.seconds >= call.holding.seconds


def test_a_queued_call_shows_queue_member_and_waiting(
    asterisk_server: AsteriskServer, ami: AmiClient, watch: Watch
) -> None:
    alice = {"Queue": "lobby", "Interface": "PJSIP/102"}
    with answering(asterisk_server, 102), calling(asterisk_server, 104) as caller:
        caller.call("302")
        waiting = only_call(watch.picture, lambda call: call.waiting.since)
        assert (waiting.state.value, waiting.queue, waiting.callee) == ("queued", "lobby", None)
        ami.action("QueueAdd", **alice, MemberName="Alice")
        talking = only_call(watch.picture, lambda call: call.state.value == "talking" and call.member)
        end(asterisk_server)
        ami.action("QueueRemove", **alice)

    assert (talking.queue, talking.member) == ("lobby", "PJSIP/102")
    assert talking.caller is not None
    assert talking.callee is not None
    assert (talking.caller.caller_id_num, talking.callee.caller_id_num) == ("104", "102")
    assert talking.waiting.since is None
    assert talking.waiting.seconds > 0
    assert talking.talking.since is not None


def test_a_transferred_call_has_another_callee_and_the_same_caller(
    asterisk_server: AsteriskServer, ami: AmiClient, watch: Watch
) -> None:
    with answering(asterisk_server, 102, 103), calling(asterisk_server, 104) as caller:
        caller.call("102")
        transferer = in_bridge(asterisk_server, "PJSIP/102")
        in_bridge(asterisk_server, "PJSIP/104")
        before = only_call(watch.picture, lambda call: call.state.value == "talking")
        ami.action("BlindTransfer", Channel=transferer.name, Context="default", Exten="103")
        in_bridge(asterisk_server, "PJSIP/103")
        after = only_call(
            watch.picture,
            lambda call: call.state.value == "talking" and call.callee and call.callee != before.callee,
        )
        end(asterisk_server)

    assert after.linked_id == before.linked_id
    assert [call.caller and call.caller.caller_id_num for call in (before, after)] == ["104", "104"]
    assert [call.callee and call.callee.caller_id_num for call in (before, after)] == ["102", "103"]


def test_the_legs_are_the_channels_by_linked_id_without_local_ones(
    asterisk_server: AsteriskServer, ami: AmiClient, watch: Watch
) -> None:
    for extension in ("4200", "300", "301", "800", "42102", "4204"):
        place_call(asterisk_server, extension)
    with answering(asterisk_server, 102), calling(asterisk_server, 104) as caller:
        caller.call("102")
        in_bridge(asterisk_server, "PJSIP/102")
        await_condition(lambda: legs_seen(watch.picture) == legs_told_by_pbx(ami), what="the same calls")
        folded = Counter({call.linked_id: call.local_channels for call in watch.picture.calls()})
        assert folded.total() >= 10
        assert any(len(call.legs) == 2 for call in watch.picture.calls())
        end(asterisk_server)
    await_condition(lambda: not watch.picture.calls(), what="the end of the calls in the picture")


def test_a_session_that_begins_late_knows_where_calls_stand(
    asterisk_server: AsteriskServer, picture: LivePicture
) -> None:
    pbx = asterisk_server
    place_call(pbx, "303")
    place_call(pbx, "800")
    with answering(pbx, 102), calling(pbx, 104) as caller:
        caller.call("102")
        in_bridge(pbx, "PJSIP/102")
        in_bridge(pbx, "PJSIP/104")
        await_condition(lambda: any(channel.application == "Queue" for channel in live_channels(pbx)))
        with PictureFeed(pbx, picture):
            found = {call.state.value: call for call in picture.calls()}
            end(pbx)

    assert found.keys() == {"queued", "conference", "talking"}
    assert (found["queued"].queue, found["conference"].conference) == ("nobody", "800")
    assert found["queued"].waiting.since is not None
    assert len(found["talking"].legs) == 2
    assert {steps_of(call)[:1] for call in found.values()} == {("joined_late",)}


def test_a_lost_link_leaves_a_mark_in_the_journey_and_keeps_the_rest(
    asterisk_server: AsteriskServer, picture: LivePicture
) -> None:
    pbx = asterisk_server
    with answering(pbx, 102), calling(pbx, 104) as caller:
        with PictureFeed(pbx, picture):
            caller.call("102")
            before = only_call(picture, lambda call: call.state.value == "talking")
        with PictureFeed(pbx, picture):
            after = only_call(picture, lambda call: call.state.value == "talking")
            end(pbx)

    assert steps_of(after) == (*steps_of(before), "events_missed")
    clocks = ("started_at", "answered_at", "talking")
    assert [getattr(after, clock) for clock in clocks] == [getattr(before, clock) for clock in clocks]
