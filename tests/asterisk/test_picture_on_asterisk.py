"""The live picture against real Asterisk: item for item what the PBX itself tells another client."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest

from amictl.pbx.actions import new_channel_id, originate
from amictl.pbx.picture.live import LivePicture
from tests.asterisk.ami_client import AmiClient, AmiRefused
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.picture_feed import PictureFeed, Reachable, seen_by_amictl
from tests.asterisk.picture_lists import Picture, differences, told_by_pbx
from tests.asterisk.server import AsteriskServer, await_condition
from tests.patience import PATIENCE
from tests.soak.answer_listener import AnswerListener
from tests.soak.counted_twice import CountRecord, Finding, split_counted_twice

pytestmark = pytest.mark.asterisk

# 204 rings, 200 talks, 951 and 953 have awkward names; 300 to 302 are queues, 800 a room, 700 parks.
CALLERS = ("200", "204", "2102", "2202", "2301", "951", "953", "955")
CALLED = (
    "200",
    "300",
    "301",
    "302",
    "800",
    "801",
    "955",
    "4200",
    "42102",
    "4204",
    "950",
    "954",
    "958",
    "700",
)
# No event tells the application of a channel that the action Bridge pulled out of the dialplan.
UNTOLD = (" application: ", " application_data: ")
# Nor the number that a caller who waits got by an optimised Local channel.
UNTOLD_OF_CALLERS = (" caller_id_num: ", " caller_id_name: ")


@pytest.fixture
def picture() -> LivePicture:
    return LivePicture("main")


@pytest.fixture
def fed_picture(asterisk: Reachable, ami: AmiClient, picture: LivePicture) -> Iterator[LivePicture]:
    """A picture whose session began while calls were being made, and that goes on."""
    for extension in ("300", "4200", "800", "301", "200"):
        call(ami, "200", extension)
    with PictureFeed(asterisk, picture):
        yield picture


@pytest.fixture
def count_record(asterisk: BedPbx) -> Iterator[CountRecord | None]:
    """What the PBX itself tells of its calls of queues; None where it counts each once."""
    record = CountRecord()
    with AnswerListener(asterisk, record):
        yield record if asterisk.major == 16 else None


def call(ami: AmiClient, caller: str, called: str, **headers: object) -> None:
    ami.action(
        "Originate",
        Channel=f"Local/{caller}@default/n",
        Context="default",
        Exten=called,
        Priority=1,
        CallerID=f"Caller {caller} <{caller}>",
        Async="true",
        **headers,
    )


def await_agreement(
    picture: LivePicture,
    ami: AmiClient,
    ignore: tuple[str, ...] = (),
    *,
    record: CountRecord | None = None,
) -> None:
    """Wait until the picture is what the PBX tells; both move until the calls have come to rest.

    What the record proves to be counted twice by the PBX is no difference.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        told, seen = told_by_pbx(ami), seen_by_amictl(picture)
        lines = [line for line in differences(seen, told) if not any(word in line for word in ignore)]
        if record is not None:
            lines = find_unproved(lines, record, seen, told)
        if not lines:
            return
        if time.monotonic() > deadline:
            raise AssertionError("The picture differs from the PBX:\n" + "\n".join(lines))
        ami.drain(0.1)


def find_unproved(lines: list[str], record: CountRecord, seen: Picture, told: Picture) -> list[str]:
    """Return the differences that are not the PBX's alone."""
    now = time.monotonic()
    record.note_lists(seen, told, now)
    _, others = split_counted_twice([Finding(f"now: {line}", now, now) for line in lines], record)
    return [finding.text for finding in others]


def test_a_picture_from_the_middle_of_a_burst_is_what_the_pbx_tells(
    count_record: CountRecord | None, fed_picture: LivePicture, ami: AmiClient
) -> None:
    picture = fed_picture
    draw = random.Random(7)  # noqa: S311 - it draws calls
    for _ in range(30):
        call(ami, draw.choice(CALLERS), draw.choice(CALLED))
    await_condition(lambda: len(picture.channels()) > 20, what="calls")
    await_agreement(picture, ami, record=count_record)
    assert picture.bridges()

    for channel in draw.sample(picture.channels(), 12):
        hang_up(ami, channel.channel)
    await_agreement(picture, ami, record=count_record)

    ami.action("Hangup", Channel="/.*/")
    await_condition(lambda: not picture.channels(), what="the end of all channels")
    await_agreement(picture, ami, record=count_record)
    assert any(queue.completed for queue in picture.queues())


def test_redirects_bridges_and_transfers_keep_the_picture_right(
    private_asterisk: AsteriskServer, picture: LivePicture
) -> None:
    """On an Asterisk of its own: what is done to calls here is rougher than people are."""
    draw = random.Random(11)  # noqa: S311 - it draws calls
    pbx = private_asterisk
    with (
        AmiClient(pbx.host, pbx.ami_port, pbx.username, pbx.secret) as ami,
        PictureFeed(pbx, picture),
    ):
        for _ in range(12):
            call(ami, draw.choice(("200", "951")), draw.choice(("200", "300", "301", "302", "4200", "800")))
        await_condition(lambda: len(picture.channels()) > 20, what="calls")
        await_agreement(picture, ami)
        for _ in range(12):
            disturb(draw, ami, picture)
        await_agreement(picture, ami, UNTOLD + UNTOLD_OF_CALLERS)

        ami.action("Hangup", Channel="/.*/")
        await_agreement(picture, ami)


def test_members_are_what_the_pbx_tells_after_every_kind_of_change(
    fed_picture: LivePicture, ami: AmiClient
) -> None:
    picture = fed_picture
    phone = {"Interface": "Local/505@agents/n"}
    ami.action("QueueAdd", Queue="lobby", **phone, MemberName="Dyn, \\ Ämne", Penalty=3)
    ami.action("QueuePause", Queue="lobby", **phone, Paused="true", Reason='Lunch, \\ "break"')
    ami.action("QueuePenalty", Queue="lobby", **phone, Penalty=5)
    ami.action("QueueMemberRingInUse", Queue="lobby", **phone, RingInUse=1)
    await_agreement(picture, ami)
    queue = picture.find_queue("lobby")
    assert queue is not None
    (member,) = queue.members
    assert (member.name, member.paused_reason) == ("Dyn, \\ Ämne", 'Lunch, \\ "break"')
    assert (member.penalty, member.ring_in_use, member.membership) == (5, True, "dynamic")
    assert abs((member.paused_at or 0) - time.time()) < PATIENCE

    ami.action("QueuePause", Queue="lobby", **phone, Paused="false")
    await_agreement(picture, ami)
    ami.action("QueueRemove", Queue="lobby", **phone)
    await_agreement(picture, ami)


def test_times_are_on_our_clock_whenever_the_session_began(
    asterisk: Reachable, ami: AmiClient, picture: LivePicture
) -> None:
    begun = time.time()
    call(ami, "200", "303")
    ami.wait_event("QueueCallerJoin", Queue="nobody")
    with PictureFeed(asterisk, picture):
        queue = picture.find_queue("nobody")
        assert queue is not None
        (caller,) = queue.callers
        channel = picture.find_channel(caller.unique_id)
        assert channel is not None
        # Lists tell whole seconds.
        assert begun - 1.5 <= channel.created_at <= time.time()
        assert begun - 1.5 <= caller.joined_at <= time.time()


def test_a_second_session_remembers_when_a_channel_was_answered(
    asterisk: Reachable, ami: AmiClient, picture: LivePicture
) -> None:
    with PictureFeed(asterisk, picture):
        call(ami, "200", "200")
        ami.wait_event("OriginateResponse", Response="Success")
        await_agreement(picture, ami)
        first = {channel.unique_id: channel for channel in picture.channels()}
    epoch = picture.epoch
    with PictureFeed(asterisk, picture):
        assert picture.epoch != epoch
        assert {channel.unique_id: channel for channel in picture.channels()} == first
    assert all(channel.answered_at for channel in first.values())


@pytest.mark.parametrize("value", ["plain", 'a,b "c" \\d', "(x,y)[z,", "B=1,C=2", " blanks ", "", "Zoë=1"])
def test_a_variable_of_an_originate_reaches_the_channel_as_it_is(ami: AmiClient, value: str) -> None:
    channel_id = new_channel_id()
    action = originate(
        "Local/200@default/n",
        exten="200",
        context="default",
        priority=1,
        variables={"TOLD": value},
        channel_id=channel_id,
    )

    ami.send_raw(action.encode("typed-1"))

    answered = ami.wait_event("OriginateResponse", ActionID="typed-1")
    assert (answered["Response"], answered["Uniqueid"]) == ("Success", channel_id)
    got = ami.action("Getvar", Channel=answered["Channel"], Variable="TOLD")[0]["Value"]
    assert got == value


def disturb(draw: random.Random, ami: AmiClient, picture: LivePicture) -> None:
    """Take a caller's channel somewhere else; only the callers' halves, so that no channel meets itself."""
    callers = [channel.channel for channel in picture.channels() if channel.channel.endswith(";1")]
    one, other = draw.sample(callers, 2) if len(callers) > 1 else ("none", "none")
    try:
        match draw.randrange(3):
            case 0:
                ami.action("Redirect", Channel=one, Context="default", Exten="200", Priority=1)
            case 1:
                ami.action("Bridge", Channel1=one, Channel2=other)
            case _:
                ami.action("BlindTransfer", Channel=one, Context="default", Exten="302")
    except AmiRefused as refusal:
        assert "Permission" not in str(refusal)  # noqa: PT017 - a channel that cannot go there stays


def hang_up(ami: AmiClient, channel: str) -> None:
    """Hang up a channel that may have gone already."""
    try:
        ami.action("Hangup", Channel=channel)
    except AmiRefused as refusal:
        assert "No such channel" in str(refusal)  # noqa: PT017 - going by itself is fine, any other refusal is not
