"""Whatever people and consoles do with calls in whatever order, the demo's world stays one that can be."""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from amictl.demo.channels import Channel, Party
from amictl.demo.originations import Origination, originate
from amictl.demo.phones import Phone
from amictl.demo.transfers import transfer_blind
from amictl.demo.world import DemoEvent, World

NUMBERS = ["1001", "1002", "1003", "1100"]
EXTENSIONS = ["1001", "1002", "1105", "600", "603", "800", "700", "*97", "*81001", "02079460999", "4"]
PICK = st.integers(0, 50)
PHONES = st.sampled_from(NUMBERS)


class RandomCalls(RuleBasedStateMachine):
    """People at four phones, callers from outside, and a console, all at random."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(start=1_796_057_400, seed=3)
        self.lives: Counter[str] = Counter()
        self.bridges: dict[str, set[str]] = {}
        for number in NUMBERS:
            self.phone(number).plug_in()
        self.world.listen(self.hear)
        self.let(1)

    def phone(self, number: str) -> Phone:
        phone = self.world.phones.get(number)
        assert phone is not None
        return phone

    def hear(self, event: DemoEvent) -> None:
        lines = event.raw.decode().removesuffix("\r\n\r\n").split("\r\n")
        told = dict(line.split(": ", 1) for line in lines if ": " in line)
        name = told["Event"]
        if name == "Newchannel":
            self.lives[told["Uniqueid"]] += 1
            assert self.lives[told["Uniqueid"]] == 1
        elif name == "Hangup":
            self.lives[told["Uniqueid"]] -= 1
            assert self.lives[told["Uniqueid"]] == 0
        elif "Uniqueid" in told:
            assert self.lives[told["Uniqueid"]] == 1 or told["Uniqueid"] == "none", f"{name} of who is gone"
        if name == "BridgeCreate":
            self.bridges[told["BridgeUniqueid"]] = set()
        elif name == "BridgeEnter":
            self.bridges[told["BridgeUniqueid"]].add(told["Uniqueid"])
        elif name == "BridgeLeave":
            self.bridges[told["BridgeUniqueid"]].remove(told["Uniqueid"])
        elif name == "BridgeDestroy":
            assert not self.bridges.pop(told["BridgeUniqueid"])

    def let(self, seconds: float) -> None:
        self.world.run_until(self.world.now() + seconds)

    def pick(self, place: int, *, talking: bool = False) -> Channel | None:
        channels = [each for each in self.world.channels.all() if each.bridge is not None or not talking]
        return channels[place % len(channels)] if channels else None

    @rule(number=PHONES, exten=st.sampled_from(EXTENSIONS))
    def dial(self, number: str, exten: str) -> None:
        self.phone(number).dial(exten)

    @rule(exten=st.sampled_from(["02079460101", "02079460600", "02079460801", "02079460097"]))
    def call_in(self, exten: str) -> None:
        self.world.phones.carrier.dial(exten, Party("02079460123", "Tom Archer"))

    @rule(number=PHONES, response=st.sampled_from([0, 0, 0, 486, 603, 404]))
    def react(self, number: str, response: int) -> None:
        phone = self.phone(number)
        for channel in [each for each in phone.channels if each.leg is not None]:
            if response:
                phone.refuse(channel, response)
            else:
                phone.answer(channel)

    @rule()
    def answer_outside(self) -> None:
        for channel in self.world.phones.carrier.channels:
            self.world.phones.carrier.answer(channel)

    @rule(place=PICK)
    def hang_up(self, place: int) -> None:
        channel = self.pick(place)
        phone = self.world.phones.of(channel) if channel else None
        if channel is not None and phone is not None:
            phone.hang_up(channel)

    @rule(place=PICK, cause=st.sampled_from([0, 16, 21]))
    def hang_up_by_console(self, place: int, cause: int) -> None:
        channel = self.pick(place)
        if channel is not None:
            channel.hang_up(cause)

    @rule(place=PICK, holds=st.booleans())
    def hold(self, place: int, holds: bool) -> None:
        channel = self.pick(place, talking=True)
        phone = self.world.phones.of(channel) if channel else None
        if channel is not None and phone is not None:
            (phone.hold if holds else phone.resume)(channel)

    @rule(place=PICK, digits=st.sampled_from(["##1002", "*21003", "*1", "*0", "*3", "5", "##", "*2"]))
    def press(self, place: int, digits: str) -> None:
        channel = self.pick(place)
        if channel is not None:
            self.world.features.press(channel, digits)

    @rule(place=PICK, exten=st.sampled_from(EXTENSIONS))
    def transfer(self, place: int, exten: str) -> None:
        channel = self.pick(place, talking=True)
        if channel is not None:
            transfer_blind(channel, exten, "from-phones")

    @rule(number=PHONES)
    def connect_both_calls(self, number: str) -> None:
        phone = self.phone(number)
        if len(phone.channels) == 2:
            phone.transfer_attended(*phone.channels)

    @rule(place=PICK, exten=st.sampled_from(EXTENSIONS))
    def redirect(self, place: int, exten: str) -> None:
        channel = self.pick(place)
        if channel is not None and channel.process is not None and not channel.is_ending:
            channel.go_to("from-phones", exten, 1)

    @rule(place=PICK)
    def kick(self, place: int) -> None:
        channel = self.pick(place, talking=True)
        if channel is not None and channel.bridge is not None and channel.bridge.type == "basic":
            channel.bridge.put_out(channel)

    @rule(one=PICK, two=PICK)
    def bridge(self, one: int, two: int) -> None:
        channels = {self.pick(one, talking=True), self.pick(two, talking=True)} - {None}
        if len(channels) == 2 and all(
            each.bridge.type == "basic" for each in channels if each and each.bridge
        ):
            made = self.world.bridges.create()
            for channel in channels:
                if channel is not None:
                    made.pull_in(channel)

    @rule(
        place=st.sampled_from(["PJSIP/{}", "Local/{}@from-phones", "Local/{}@from-phones/n"]),
        number=PHONES,
        exten=st.sampled_from(EXTENSIONS[:6]),
    )
    def originate(self, place: str, number: str, exten: str) -> None:
        interface = place.format(number)
        order = Origination(interface, timeout=5, context="from-phones", exten=exten)
        originate(self.world, order, lambda channel, reason: None)  # noqa: ARG005

    @rule(number=PHONES)
    def unplug(self, number: str) -> None:
        phone = self.phone(number)
        (phone.unplug if phone.is_plugged_in else phone.plug_in)()

    @rule(seconds=st.sampled_from([0.01, 0.3, 2, 15, 40]))
    def pass_time(self, seconds: float) -> None:
        self.let(seconds)

    @invariant()
    def what_was_told_is_what_there_is(self) -> None:
        living = {unique_id for unique_id, count in self.lives.items() if count}
        assert living == {channel.unique_id for channel in self.world.channels.all()}
        for bridge in self.world.bridges.all():
            assert self.bridges[bridge.unique_id] == {channel.unique_id for channel in bridge.channels}
            for channel in bridge.channels:
                assert channel.bridge is bridge
        assert self.bridges.keys() == {bridge.unique_id for bridge in self.world.bridges.all()}

    def teardown(self) -> None:
        for channel in self.world.channels.all():
            channel.hang_up(16)
        self.let(300)
        for channel in self.world.channels.all():
            channel.hang_up(16)
        self.let(60)
        assert not self.world.channels.all()
        # A parking lot keeps its bridge; those of calls go with them.
        assert not any(self.bridges.values())
        assert not [bridge for bridge in self.world.bridges.all() if bridge.dissolves]
        for number in NUMBERS:
            assert self.world.devices.state(f"PJSIP/{number}") in {"NOT_INUSE", "UNAVAILABLE"}


RandomCalls.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
test_random_calls = RandomCalls.TestCase
