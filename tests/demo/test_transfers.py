"""Transfers in the demo's world: by the phone's key, by feature codes, with and without asking first."""

from __future__ import annotations

import pytest

from amictl.demo.channels import Channel, Party
from amictl.demo.phones import Phone
from amictl.demo.world import DemoEvent, World

TOM = Party("02079460123", "Tom Archer")


class Stage:
    """Anna (1001) talks to Tom, who called from outside; James (1002) is there."""

    def __init__(self) -> None:
        self.world = World(start=1_796_057_400)
        self.anna, self.james = self.phone("1001"), self.phone("1002")
        self.victor = self.phone("1102")  # without a mailbox that would answer for him
        for phone in (self.anna, self.james, self.victor):
            phone.plug_in()
        self.told: list[dict[str, str]] = []
        self.world.listen(self._hear)
        tom = self.world.phones.carrier.dial("02079460101", TOM)
        assert tom is not None
        self.tom = tom
        self.let(0.2)
        self.anna_talking = self.answer(self.anna)
        self.told.clear()

    def _hear(self, event: DemoEvent) -> None:
        lines = event.raw.decode().removesuffix("\r\n\r\n").split("\r\n")
        self.told.append(dict(line.split(": ", 1) for line in lines if ": " in line))

    def phone(self, number: str) -> Phone:
        phone = self.world.phones.get(number)
        assert phone is not None
        return phone

    def let(self, seconds: float) -> None:
        self.world.run_until(self.world.now() + seconds)

    def answer(self, phone: Phone) -> Channel:
        channel = phone.channels[-1]
        phone.answer(channel)
        self.let(0.5)
        return channel

    def event(self, name: str) -> dict[str, str]:
        (event,) = [event for event in self.told if event["Event"] == name]
        return event

    def talkers(self) -> set[str]:
        """Who hears whom: the devices of the only bridge."""
        (bridge,) = self.world.bridges.all()
        return {channel.device for channel in bridge.channels}

    def end(self) -> None:
        for channel in self.world.channels.all():
            channel.hang_up()
        self.let(5)
        assert not self.world.channels.all()
        assert not self.world.bridges.all()


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_call_sent_on_by_the_phones_key_rings_the_next_one_with_the_callers_number(stage: Stage) -> None:
    assert stage.anna.transfer(stage.anna_talking, "1002")
    stage.let(0.2)
    assert stage.event("BlindTransfer")["TransfereeChannel"] == stage.tom.name
    james = stage.answer(stage.james)
    assert james.connected == TOM
    assert stage.talkers() == {"PJSIP/carrier", "PJSIP/1002"}
    stage.end()


def test_a_call_sent_on_by_a_feature_code_goes_where_the_digits_say(stage: Stage) -> None:
    stage.anna.press(stage.anna_talking, "##1002")
    stage.let(2)
    stage.answer(stage.james)
    assert stage.event("BlindTransfer")["Extension"] == "1002"
    assert stage.talkers() == {"PJSIP/carrier", "PJSIP/1002"}
    stage.end()


def test_digits_that_become_no_code_reach_the_other_party(stage: Stage) -> None:
    stage.anna.press(stage.anna_talking, "7#5")
    stage.let(3)
    heard = [
        each["Digit"] for each in stage.told if each["Event"] == "DTMFEnd" and each["Direction"] == "Sent"
    ]
    assert heard == ["7", "#", "5"]
    stage.end()


def test_two_calls_of_one_phone_become_one_by_its_transfer_key(stage: Stage) -> None:
    stage.anna.hold(stage.anna_talking)
    consulted = stage.anna.dial("1002")
    assert consulted is not None
    stage.let(0.2)
    stage.answer(stage.james)
    assert stage.anna.transfer_attended(stage.anna_talking, consulted)
    stage.let(0.2)
    handed = stage.event("AttendedTransfer")
    assert handed["TransfereeChannel"] == stage.tom.name
    assert handed["DestType"] == "Bridge"
    assert stage.talkers() == {"PJSIP/carrier", "PJSIP/1002"}
    assert stage.tom.linked_id == stage.james.channels[0].linked_id
    assert not stage.anna.channels
    stage.end()


def consult(stage: Stage, number: str = "1002") -> None:
    """Anna asks somebody, James as a rule, by the PBX's own code."""
    stage.anna_talking.set_variable("TRANSFER_CONTEXT", "from-phones")
    for digit in f"*2{number}":
        stage.world.features.receive(stage.anna_talking, digit)
    stage.let(0.3)


def test_who_was_asked_talks_to_the_caller_when_the_asker_hangs_up(stage: Stage) -> None:
    consult(stage)
    assert stage.tom.music == "default"
    stage.answer(stage.james)
    stage.anna.hang_up(stage.anna_talking)
    stage.let(0.2)
    assert stage.event("AttendedTransfer")["TransferTargetChannel"].startswith("Local/1002@from-phones")
    assert not stage.tom.music
    assert stage.tom.connected.name == "James O'Connor"
    assert stage.james.channels[0].connected == TOM
    stage.end()


@pytest.mark.parametrize("how", ["refuses", "hangs up", "is given up"])
def test_the_asker_is_back_with_the_caller_when_nobody_takes_over(stage: Stage, how: str) -> None:
    consult(stage, stage.victor.number)
    if how == "refuses":
        stage.victor.refuse(stage.victor.channels[0])
    else:
        victor = stage.answer(stage.victor)
        if how == "hangs up":
            stage.victor.hang_up(victor)
        else:
            for digit in "*1":
                stage.world.features.receive(stage.anna_talking, digit)
    stage.let(8)
    assert stage.talkers() == {"PJSIP/carrier", "PJSIP/1001"}
    assert not stage.tom.music
    stage.end()


def test_the_asker_and_the_asked_talk_on_when_the_caller_gives_up(stage: Stage) -> None:
    consult(stage)
    stage.answer(stage.james)
    stage.world.phones.carrier.hang_up(stage.tom)
    stage.let(1)
    assert stage.tom.hung_up
    assert stage.anna_talking.bridge is not None
    stage.anna.hang_up(stage.anna_talking)
    stage.end()
