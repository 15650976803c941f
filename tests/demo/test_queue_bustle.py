"""Whatever callers, agents and supervisors do: queues stay sound, and amictl sees them as they are."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from amictl.demo.channels import Channel, State
from amictl.demo.queues.members import Member
from amictl.demo.queues.queue import CallQueue
from amictl.demo.queues.settings import MemberSettings
from amictl.pbx.picture.clock import PbxClock
from amictl.pbx.picture.live import LivePicture
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.picture_lists import differences, seen_in, told_by_pbx
from tests.demo.demo_servers import make_demo
from tests.demo.queue_centre import Centre, write_centre
from tests.demo.still_link import StillLink, still_server

CALLERS = range(2001, 2004)
AGENTS = range(1001, 1004)
QUEUES = ("support", "together", "small", "left", "strict", "heavy", "ruled", "limited")
ABANDONED = ("ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "WITHDRAW")
COMPLETED = ("COMPLETECALLER", "COMPLETEAGENT", "BLINDTRANSFER", "ATTENDEDTRANSFER")


class Bustle:
    """People who do one thing after the other, drawn by chance."""

    def __init__(self, centre: Centre, seed: int) -> None:
        self._centre = centre
        self._world = centre.world
        self._random = random.Random(seed)
        self._acts: tuple[Callable[[], object], ...] = (
            *[self.call_in] * 6, *[self.answer] * 9, *[self.hang_up_member] * 4, *[self.plug_in] * 4,
            *[self.give_up] * 4, self.refuse, self.pause, self.pause_everywhere, self.join, self.leave,
            self.change_penalty, self.change_ring_in_use, self.withdraw, self.send_away, self.transfer,
            self.unplug, self.hold, self.make_call,
        )  # fmt: skip

    def go_on(self, acts: int) -> Iterator[None]:
        """Do things, with time between them; yields after each."""
        for _ in range(acts):
            self._random.choice(self._acts)()
            self._centre.let(self._random.choice((0.02, 0.3, 1, 2.5, 6)))
            yield

    def end(self) -> None:
        """Let everybody hang up, and what was about to happen happen."""
        for channel in list(self._world.channels.all()):
            if not channel.hung_up and channel.technology == "PJSIP":
                self._centre.hang_up(channel)
        self._centre.let(40)

    def call_in(self) -> None:
        free = [number for number in CALLERS if not self._centre.phone(number).channels]
        if free:
            queue = self._random.choice(QUEUES)
            exten = {"ruled": "narrow", "limited": "limited"}.get(queue, f"q{queue}")
            self._centre.phone(self._random.choice(free)).dial(exten)

    def make_call(self) -> None:
        self._centre.phone(self._random.choice(AGENTS)).dial("away")

    def answer(self) -> None:
        self._at(self._rings, lambda channel: self._phone(channel).answer(channel))

    def refuse(self) -> None:
        self._at(self._rings, lambda channel: self._phone(channel).refuse(channel))

    def give_up(self) -> None:
        self._at(lambda channel: self._number(channel) in CALLERS, self._centre.hang_up)

    def hang_up_member(self) -> None:
        self._at(lambda channel: self._number(channel) in AGENTS, self._centre.hang_up)

    def hold(self) -> None:
        self._at(
            lambda channel: channel.bridge is not None, lambda channel: self._phone(channel).hold(channel)
        )

    def transfer(self) -> None:
        self._at(
            lambda channel: channel.bridge is not None and self._number(channel) in AGENTS,
            lambda channel: self._phone(channel).transfer(channel, "away"),
        )

    def send_away(self) -> None:
        self._at(
            lambda channel: self._number(channel) in CALLERS and channel.state == State.UP,
            lambda channel: channel.go_to("in", "away", 1),
        )

    def pause(self) -> None:
        queue, interface = self._membership()
        self._world.memberships.pause(queue, interface, paused=self._chance(0.4), reason="Tea")

    def pause_everywhere(self) -> None:
        self._world.memberships.pause("", self._membership()[1], paused=self._chance(0.2), reason="Lunch")

    def join(self) -> None:
        queue, interface = self._membership()
        settings = MemberSettings(interface, "", "", penalty=self._random.randrange(3))
        self._world.memberships.add(queue, settings)

    def leave(self) -> None:
        self._world.memberships.remove(*self._membership())

    def change_penalty(self) -> None:
        self._world.memberships.set_penalty(*self._membership(), self._random.randrange(3))

    def change_ring_in_use(self) -> None:
        self._world.memberships.set_ring_in_use(*self._membership(), ring_in_use=self._chance(0.3))

    def withdraw(self) -> None:
        waiting = [entry for queue in self._world.queues for entry in queue.entries]
        if waiting:
            self._random.choice(waiting).is_withdrawn = True

    def unplug(self) -> None:
        self._centre.phone(self._random.choice(AGENTS)).unplug()

    def plug_in(self) -> None:
        self._centre.phone(self._random.choice(AGENTS)).plug_in()

    def _at(self, fits: Callable[[Channel], bool], act: Callable[[Channel], object]) -> None:
        found = [each for each in self._world.channels.all() if not each.hung_up and fits(each)]
        if found:
            act(self._random.choice(found))

    def _rings(self, channel: Channel) -> bool:
        return channel.leg is not None and channel.state == State.RINGING

    def _membership(self) -> tuple[str, str]:
        return self._random.choice(QUEUES[:-1]), f"PJSIP/{self._random.choice(AGENTS)}"

    def _chance(self, of: float = 0.5) -> bool:
        return self._random.random() < of

    def _number(self, channel: Channel) -> int:
        return int(channel.device.removeprefix("PJSIP/"))

    def _phone(self, channel: Channel):  # noqa: ANN202 - a phone
        return self._centre.phone(self._number(channel))


class Watch:
    """Notes each call to a member who must not be called, and each that a member took during another."""

    def __init__(self, centre: Centre) -> None:
        self.wrong: list[str] = []
        self.overlaps: Counter[str] = Counter()
        self._centre = centre
        centre.world.listen(lambda event: self._look(event.name, centre.heard[-1]))

    def _look(self, name: str, headers: dict[str, str]) -> None:
        if name == "AgentCalled":
            queue, member = find_member(self._centre, headers["Queue"], headers["Interface"])
            number = int(member.interface.removeprefix("PJSIP/"))
            # A call that another queue has begun does not ring yet, and Asterisk does not see it either.
            is_busy = any(channel.state != State.DOWN for channel in self._centre.phone(number).channels)
            if member.paused or (is_busy and not member.ring_in_use):
                self.wrong.append(f"{member} of {queue.name} was called")
        elif name == "AgentConnect":
            queue, member = find_member(self._centre, headers["Queue"], headers["Interface"])
            self.overlaps[queue.name] += bool(member.started)


def find_member(centre: Centre, queue_name: str, interface: str) -> tuple[CallQueue, Member]:
    queue = centre.queue(queue_name)
    member = queue.members.get(interface)
    assert member
    return queue, member


@pytest.mark.parametrize("seed", range(12))
def test_queues_stay_sound_whatever_people_do(tmp_path: Path, seed: int) -> None:
    centre = Centre(write_centre(tmp_path))
    watch = Watch(centre)
    bustle = Bustle(centre, seed)
    for _ in bustle.go_on(400):
        assert not watch.wrong
        for queue in centre.world.queues:
            assert [entry.position for entry in queue.entries] == list(range(1, len(queue.entries) + 1))
            assert not any(entry.channel.hung_up for entry in queue.entries)
    bustle.end()
    world = centre.world
    assert list(world.channels.all()) == []
    assert world.queues.pending == set()
    log = Counter((entry.queue, entry.event) for entry in world.queues.log)
    for queue in world.queues:
        assert queue.entries == []
        assert not any(member.started for member in queue.members)
        connected = log[queue.name, "CONNECT"]
        # Asterisk counts no call that a member took during another one of the same queue.
        assert queue.counters.completed == connected - watch.overlaps[queue.name]
        assert sum(log[queue.name, event] for event in COMPLETED) == connected
        abandoned = sum(log[queue.name, event] for event in ABANDONED)
        assert queue.counters.abandoned == abandoned
        assert log[queue.name, "ENTERQUEUE"] == connected + abandoned
    assert sum(count for (_, event), count in log.items() if event == "CONNECT") > 5


@contextmanager
def still_picture(centre: Centre) -> Iterator[Callable[[], list[str]]]:
    """Let amictl keep a picture of a centre, on the centre's own clock.

    Yields:
        Tells what differs between the picture of the queues and the PBX's own lists.
    """
    world = centre.world
    with still_server(make_demo(world=world)) as server:
        link = StillLink(server, LivePicture("demo", pbx_clock=PbxClock(world.now)))
        link.begin()
        centre.let = lambda seconds: link.run_until(world.now() + seconds)  # type: ignore[method-assign]
        with AmiClient(server.host, server.ami_port, server.username, server.secret, events="off") as judge:

            def look() -> list[str]:
                told = told_by_pbx(judge, ["queues"], clock=world.now)
                return differences(seen_in({"queues": link.picture.read("queues").snapshot}), told)

            try:
                yield look
            finally:
                link.close()


@pytest.mark.parametrize("seed", range(6))
def test_amictls_picture_of_the_queues_is_the_demos_truth(tmp_path: Path, seed: int) -> None:
    centre = Centre(write_centre(tmp_path))
    with still_picture(centre) as look:
        for _ in Bustle(centre, seed).go_on(200):
            if look():  # lists tell what events are about to tell
                centre.let(0.2)
                assert look() == []
