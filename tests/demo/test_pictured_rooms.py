"""What amictl has of parked calls and conferences is what the demo knows of them, whatever people do."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from amictl.demo.server import DemoServer
from amictl.demo.users import AmiUser
from amictl.demo.world import CONFIGURATION
from amictl.pbx.picture.clock import PbxClock
from amictl.pbx.picture.live import LivePicture
from tests.demo.office import TOM, Office
from tests.demo.still_link import StillLink, still_server

_DEEDS = 300
HAPPENS = (
    *(
        "ParkedCall",
        "UnParkedCall",
        "ParkedCallTimeOut",
        "ConfbridgeStart",
        "ConfbridgeEnd",
        "ConfbridgeJoin",
    ),
    *("ConfbridgeLeave", "ConfbridgeMute", "ConfbridgeUnmute", "ConfbridgeRecord"),
)
_AGENTS = ("1001", "1002", "1003")
_STAFF = ("1100", "1101")


class PicturedOffice(Office):
    """An office whose every event amictl's picture hears."""

    link: StillLink | None = None

    def let(self, seconds: float) -> None:
        if self.link is None:
            super().let(seconds)
        else:
            self.link.run_until(self.world.now() + seconds)

    def picture(self) -> LivePicture:
        assert self.link is not None
        return self.link.picture


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PicturedOffice]:
    copytree(CONFIGURATION, tmp_path, dirs_exist_ok=True)
    (tmp_path / "res_parking.conf").write_text(
        "[default]\nparkext = 700\nparkpos = 701-704\ncontext = parkedcalls\nparkinghints = yes\n"
        "parkingtime = 25\nfindslot = next\n"
    )
    office = PicturedOffice(tmp_path)
    with still_server(DemoServer(office.world, users=[AmiUser("amictl", "secret")])) as server:
        office.link = StillLink(server, LivePicture("demo", pbx_clock=PbxClock(office.world.now)))
        office.link.begin()
        yield office
        office.link.close()


def parked_in_world(office: PicturedOffice) -> dict[str, tuple[Any, ...]]:
    return {
        user.channel.unique_id: (
            user.channel.name, lot.settings.name, str(user.space), user.dial_string, round(user.started_at),
            round(user.started_at + user.seconds),
        )
        for lot in office.world.parking.all()
        for user in lot.users.values()
    }  # fmt: skip


def parked_in_picture(office: PicturedOffice) -> dict[str, tuple[Any, ...]]:
    return {
        key: (
            call.channel, call.lot, call.space, call.parked_by, round(call.parked_at), round(call.timeout_at),
        )
        for key, call in office.picture().copy_values("parking").items()
    }  # fmt: skip


def conferences_in_world(office: PicturedOffice) -> dict[str, tuple[Any, ...]]:
    return {
        conference.name: (
            bool(conference.recording),
            conference.bridge.unique_id,
            {
                user.channel.unique_id: (user.channel.name, user.profile.is_admin, user.is_muted)
                for user in conference.users
            },
        )
        for conference in office.world.conferences.all()
    }


def conferences_in_picture(office: PicturedOffice) -> dict[str, tuple[Any, ...]]:
    return {
        key: (
            conference.recording,
            conference.bridge_id,
            {party.unique_id: (party.channel, party.admin, party.muted) for party in conference.parties},
        )
        for key, conference in office.picture().copy_values("conferences").items()
    }


class People:
    """What people do next, by chance.

    Args:
        office: Where.
        chance: The only source of it.
    """

    def __init__(self, office: PicturedOffice, chance: random.Random) -> None:
        self._office, self._chance = office, chance
        self.deeds: list[Callable[[], None]] = [
            self.call_in, self.call_in, self.answer, self.answer, self.park, self.park, self.take_back,
            self.meet, self.meet, self.meet, self.mute, self.put_out, self.record, self.hang_up, self.wait,
        ]  # fmt: skip

    def act(self) -> None:
        self._chance.choice(self.deeds)()
        self._office.let(self._chance.uniform(0.1, 3))

    def call_in(self) -> None:
        self._office.world.phones.carrier.dial(f"020794601{self._chance.choice(_AGENTS)[-2:]}", TOM)

    def answer(self) -> None:
        for number in _AGENTS:
            phone = self._office.phone(number)
            for channel in phone.channels:
                phone.answer(channel)

    def park(self) -> None:
        for number in _AGENTS:
            phone = self._office.phone(number)
            talking = [each for each in phone.channels if each.bridge and each.bridge.type == "basic"]
            if talking:
                if self._chance.random() < 0.5:
                    phone.press(talking[0], "*7")
                else:
                    phone.transfer(talking[0], "700")
                return

    def take_back(self) -> None:
        taken = [space for lot in self._office.world.parking.all() for space in lot.users]
        self._office.phone(self._chance.choice(_STAFF)).dial(str(self._chance.choice(taken or [701])))

    def meet(self) -> None:
        phone = self._office.phone(self._chance.choice((*_AGENTS, *_STAFF)))
        if not phone.channels:
            phone.dial(self._chance.choice(("801", "802")))

    def mute(self) -> None:
        self._about_somebody(self._chance.choice(("ConfbridgeMute", "ConfbridgeUnmute")))

    def put_out(self) -> None:
        self._about_somebody("ConfbridgeKick")

    def record(self) -> None:
        for conference in self._office.world.conferences.all():
            begins = not conference.recording or self._chance.random() < 0.2
            name = "ConfbridgeStartRecord" if begins else "ConfbridgeStopRecord"
            self._office.ask(name, Conference=conference.name)

    def hang_up(self) -> None:
        channels = self._office.world.channels.all()
        if channels:
            self._chance.choice(channels).hang_up(16)

    def wait(self) -> None:
        self._office.let(15)

    def _about_somebody(self, action: str) -> None:
        users = [user for each in self._office.world.conferences.all() for user in each.users]
        if users:
            user = self._chance.choice(users)
            channel = self._chance.choice((user.channel.name, user.channel.name, "participants"))
            self._office.ask(action, Conference=user.channel.exten, Channel=channel)


@pytest.mark.parametrize("seed", range(4))
def test_the_picture_of_rooms_and_spaces_is_what_the_world_knows(office: PicturedOffice, seed: int) -> None:
    people = People(office, random.Random(seed))
    for _ in range(_DEEDS):
        people.act()
        office.let(0.5)
        assert parked_in_picture(office) == parked_in_world(office)
        assert conferences_in_picture(office) == conferences_in_world(office)
    assert {name for name in HAPPENS if name not in office.names(name)} == set()
