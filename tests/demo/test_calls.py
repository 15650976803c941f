"""Calls from phone to phone in the demo's world tell what a real Asterisk 22 tells, in its order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from amictl.demo.channels import Channel
from amictl.demo.phones import Phone
from amictl.demo.world import DemoEvent, World

Told = list[dict[str, str]]


def parse(event: DemoEvent) -> dict[str, str]:
    lines = event.raw.decode().removesuffix("\r\n\r\n").split("\r\n")
    return dict(line.split(": ", 1) for line in lines if ": " in line)


@pytest.fixture
def world() -> World:
    world = World(start=1_796_057_400)
    for number in ("1001", "1002", "1003"):
        phone_of(world, number).plug_in()
    world.run_until(world.now() + 1)
    return world


@pytest.fixture
def told(world: World) -> Told:
    heard: Told = []
    world.listen(lambda event: heard.append(parse(event)))
    return heard


def phone_of(world: World, number: str) -> Phone:
    phone = world.phones.get(number)
    assert phone is not None
    return phone


def let(world: World, seconds: float) -> None:
    world.run_until(world.now() + seconds)


def talk(world: World) -> tuple[Channel, Channel]:
    """Anna calls James, who answers."""
    caller = phone_of(world, "1001").dial("1002")
    assert caller is not None
    let(world, 0.2)
    james = phone_of(world, "1002")
    (callee,) = james.channels
    james.answer(callee)
    let(world, 1)
    return caller, callee


def names(told: Told, keep: Callable[[str], bool] = lambda _: True) -> list[str]:
    return [event["Event"] for event in told if keep(event["Event"])]


def without_variables(name: str) -> bool:
    return name not in {"VarSet", "DeviceStateChange", "ExtensionStatus", "QueueMemberStatus"}


def test_an_answered_call_begins_with_the_events_that_asterisk_sends_in_its_order(
    world: World, told: Told
) -> None:
    talk(world)
    assert names(told, without_variables) == [
        "Newchannel", "Newexten", "Newexten", "Newchannel", "Newexten", "NewConnectedLine", "DialBegin",
        "NewConnectedLine", "Newstate", "DialState", "Newstate", "DialEnd", "Newstate", "BridgeCreate",
        "Newexten", "BridgeEnter", "BridgeEnter",
    ]  # fmt: skip


def test_who_hangs_up_ends_the_other_with_the_same_cause(world: World, told: Told) -> None:
    caller, callee = talk(world)
    told.clear()
    phone_of(world, "1001").hang_up(caller)
    let(world, 1)
    ends = {event["Channel"]: event["Cause-txt"] for event in told if event["Event"] == "Hangup"}
    assert ends == dict.fromkeys((caller.name, callee.name), "Normal Clearing")
    assert not world.channels.all()
    assert not world.bridges.all()


def test_a_caller_who_gives_up_cancels_the_phone_that_rings(world: World, told: Told) -> None:
    caller = phone_of(world, "1001").dial("1002")
    assert caller is not None
    let(world, 0.2)
    phone_of(world, "1001").hang_up(caller)
    let(world, 1)
    (end,) = [event for event in told if event["Event"] == "DialEnd"]
    assert end["DialStatus"] == "CANCEL"
    assert not world.channels.all()


def test_a_phone_that_nobody_answers_rings_as_long_as_the_dialplan_says(world: World, told: Told) -> None:
    phone_of(world, "1102").plug_in()
    phone_of(world, "1001").dial("1102")
    let(world, 24.9)
    assert [channel.state for channel in phone_of(world, "1102").channels] == [5]
    let(world, 1)
    assert [event["DialStatus"] for event in told if event["Event"] == "DialEnd"] == ["NOANSWER"]


def test_device_states_follow_the_calls(world: World, told: Told) -> None:
    caller, _ = talk(world)
    phone_of(world, "1001").hold(caller)
    let(world, 1)
    phone_of(world, "1001").resume(caller)
    let(world, 1)
    phone_of(world, "1001").hang_up(caller)
    let(world, 1)
    states = [event["State"] for event in told if event.get("Device") == "PJSIP/1002"]
    assert states == ["RINGING", "INUSE", "ONHOLD", "INUSE", "NOT_INUSE"]
    statuses = [event["StatusText"] for event in told if event.get("Hint") == "PJSIP/1001"]
    assert statuses == ["InUse", "Idle"]


def test_a_number_that_the_dialplan_does_not_know_makes_no_channel(world: World) -> None:
    assert phone_of(world, "1001").dial("4") is None
    assert not world.channels.all()


def test_the_same_seed_makes_the_same_bytes() -> None:
    def run() -> bytes:
        world = World(start=1_796_057_400, seed=7)
        heard: list[bytes] = []
        world.listen(lambda event: heard.append(event.raw))
        phone_of(world, "1001").plug_in()
        phone_of(world, "1002").plug_in()
        talk(world)
        return b"".join(heard)

    assert run() == run()


def test_a_refused_call_tells_the_phones_own_response(world: World, told: Told) -> None:
    phone_of(world, "1001").dial("1002")
    let(world, 0.2)
    phone_of(world, "1002").refuse(phone_of(world, "1002").channels[0], 603)
    let(world, 0.1)
    request = next(event for event in told if event["Event"] == "HangupRequest")
    assert (request["Cause"], request["TechCause"]) == ("21", "603")
    assert next(event for event in told if event["Event"] == "DialEnd")["DialStatus"] == "NOANSWER"


def test_a_restarted_pbx_has_no_calls_and_knows_its_phones(world: World, told: Told) -> None:
    talk(world)
    told.clear()
    begun: list[float] = []
    world.on_restart.append(lambda: begun.append(world.now()))
    before = world.now()
    world.restart()
    let(world, 60)
    assert not world.channels.all()
    assert not told
    assert begun == [before]
    assert world.started_at == before
    talk(world)
    assert len(world.channels.all()) == 2
