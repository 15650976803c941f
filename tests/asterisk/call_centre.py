"""A call centre full of life on a real Asterisk: its people and its callers are played by a few sipps.

Who works there, the queues and the dialplan are those of the demo (``amictl/demo/conf``); who calls comes
from its cast. The level keeps itself: sipp holds the number of calls from outside, and of people in the
conference.
"""

from __future__ import annotations

import random
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

import amictl.demo
from amictl.demo.configuration import read_configuration
from amictl.demo.life.cast import BREAK_REASONS, NOBODY, draw_person
from amictl.demo.life.numbers import draw_number
from tests.asterisk.ami_client import AmiClient
from tests.asterisk.server import AsteriskServer
from tests.asterisk.sipp_process import SippFailed, SippProcess

CONFIGURATION = Path(amictl.demo.__file__).with_name("conf")

CALLERS = 25  # calls from outside at a time: more than the agents can take, so that some wait
CONFERENCE = 3  # people in it
BREAKS = 4  # agents on one at a time

# Loopback addresses of those whom sipp plays; pjsip.conf knows the carrier by its.
_DESKS, _CARRIER = "127.0.4.1", "127.0.3.1"
_BACK_OFFICE, _RECEPTION, _CONFERENCE = "127.0.4.2", "127.0.4.3", "127.0.4.4"

# Numbers of extensions.conf.
_OUR_NUMBERS = "02079460"
_QUEUES = {"600": 11, "601": 6, "602": 4, "603": 3}  # how often each is called
_PARKING, _ROOM = "700", "800"
_TO_AN_AGENT = 2  # how often one is called directly

_ROWS = 400  # callers until the first one calls again
_REGISTERED_FOR = 3600  # seconds
_PARKED_FOR = 25  # seconds until the reception takes a parked call back
_NOT_IN_USE = "1"  # AST_DEVICE_NOT_INUSE (Asterisk include/asterisk/devicestate.h)
_HOST_OF_NOBODY = "anonymous.invalid"  # what SIP says of a caller who withholds the number (RFC 3323)


@dataclass(frozen=True, slots=True)
class Habits:
    """What an agent does with a call (``sipp/desk.xml``): of the chances the first that comes true counts.

    Args:
        answers: The chance that a call is heard at all.
        rings: Milliseconds until it is answered, at least and at most.
        settles: Milliseconds until one of these happens, at least and at most.
        holds: The chance that the caller is put on hold.
        parks: The chance that the caller is parked.
        consults: The chance that a colleague is asked, and the caller handed over.
        talks: Milliseconds until the agent hangs up then, at least and at most.
    """

    answers: float = 0.95
    rings: tuple[int, int] = (2000, 8000)
    settles: tuple[int, int] = (8000, 25_000)
    holds: float = 0.25
    parks: float = 0.12
    consults: float = 0.07
    talks: tuple[int, int] = (20_000, 110_000)

    def as_values(self) -> dict[str, object]:
        """Return what stands for them in the scenario."""
        values: dict[str, object] = {}
        for name, value in asdict(self).items():
            if isinstance(value, tuple):
                values |= {f"{name.upper()}_MIN": value[0], f"{name.upper()}_MAX": value[1]}
            else:
                values[name.upper()] = value
        return values


@dataclass(frozen=True, slots=True)
class Roster:
    """Whose phones there are.

    Args:
        agents: The numbers of the queues' members.
        staff: The other phones' numbers.
    """

    agents: tuple[str, ...]
    staff: tuple[str, ...]

    @classmethod
    def read(cls) -> Roster:
        """Read ``pjsip.conf`` and ``queues.conf``."""
        phones = [
            section.name
            for section in read_configuration(CONFIGURATION / "pjsip.conf")
            if section.get("type") == "endpoint" and section.get("auth")
        ]
        members = {
            member.partition(",")[0].removeprefix("PJSIP/")
            for section in read_configuration(CONFIGURATION / "queues.conf")
            for member in section.all("member")
        }
        return cls(
            tuple(phone for phone in phones if phone in members),
            tuple(phone for phone in phones if phone not in members),
        )


@dataclass(slots=True)
class Rhythm:
    """When something that comes again and again is due.

    Args:
        every: Seconds.
        due_at: The next time, on the monotonic clock.
    """

    every: float
    due_at: float = field(default_factory=time.monotonic)

    def is_due(self) -> bool:
        """Whether its time has come; if so, it is due again after ``every`` seconds."""
        now = time.monotonic()
        if now < self.due_at:
            return False
        self.due_at = now + self.every
        return True


class CallCentre:
    """People at phones and calls from outside, while the context lasts; call ``work`` each second or so.

    Args:
        pbx: A running Asterisk on ``CONFIGURATION``.
        seed: Makes callers and breaks repeatable.
        callers: Calls from outside at a time.
        call_every: Seconds between two of them, while they are fewer than that.
        habits: What agents do with a call.
    """

    def __init__(
        self,
        pbx: AsteriskServer,
        seed: int | None = None,
        callers: int = CALLERS,
        call_every: float = 0.7,
        habits: Habits = Habits(),
    ) -> None:
        self._pbx = pbx
        self._habits = habits
        self._callers, self._call_every = callers, call_every
        self._random = random.Random(seed)  # noqa: S311 - it draws people, not secrets
        self._roster = Roster.read()
        self._unplugged = self._random.choice(self._roster.agents)
        self._on_break: list[str] = []
        self._reception: SippProcess | None = None
        self._processes: list[SippProcess] = []
        self._stack = ExitStack()
        self._pings, self._fetches, self._breaks = Rhythm(2.0), Rhythm(5.0), Rhythm(20.0)
        self._unplugging = Rhythm(120.0, time.monotonic() + 120.0)
        self._registering = Rhythm(_REGISTERED_FOR / 3)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._ami = AmiClient(
                self._pbx.host, self._pbx.ami_port, self._pbx.username, self._pbx.secret, events="off"
            )
            stack.callback(self._ami.close)
            self._send(self._roster.agents, on_break=False)
            for process in self._start():
                self._processes.append(stack.enter_context(process))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_problem: object) -> None:
        if self._reception:
            self._reception.close()
        self._stack.close()

    def work(self) -> None:
        """Do what is due: breaks, a phone that is unplugged, a parked call that is taken back.

        Raises:
            OSError, EOFError: The PBX does not answer.
            SippFailed: A sipp has ended that should go on.
        """
        for process in self._processes:
            if process.has_ended:
                raise SippFailed(f"sipp as {process.scenario} has ended\n{process.told()}")
        if self._registering.is_due():
            self._register([number for number in self._everybody() if number != self._unplugged])
        if self._pings.is_due():
            self._ami.action("Ping")
        if self._breaks.is_due():
            self._change_breaks()
        if self._unplugging.is_due():
            self.unplug_another()
        if self._fetches.is_due():
            self._fetch_parked_call()

    def unplug_another(self) -> None:
        """Let the phone that is off come back, and one in no call go: it would be in use till then."""
        free = {
            member["Location"].removeprefix("PJSIP/")
            for member in self._ami.action("QueueStatus")
            if member.get("Status") == _NOT_IN_USE and member["Paused"] == "0"
        }
        if free:
            self._register([self._unplugged])
            self._unplugged = self._random.choice(sorted(free))
            self._register([self._unplugged], expires=0)

    def _start(self) -> Iterator[SippProcess]:
        """Start those who are called, then those who call."""
        pbx, port = self._pbx, self._pbx.sipp_ports[0]
        asked, outward, *_ = self._roster.staff
        yield SippProcess(
            pbx,
            "desk",
            (_DESKS, port),
            values={"PARKING": _PARKING, "COLLEAGUE": asked, **self._habits.as_values()},
        )
        yield SippProcess(pbx, "answer", (_CARRIER, port), values={"RING_MS": 4000})
        yield SippProcess(
            pbx,
            "caller",
            (_CARRIER, self._pbx.sipp_ports[10]),
            rows=draw_callers(self._random, self._roster, self._pbx.host),
            options=("-l", self._callers, "-r", 1, "-rp", int(1000 * self._call_every)),
        )
        yield SippProcess(
            pbx,
            "staff",
            (_CONFERENCE, port),
            rows=[
                (phone, _ROOM, _draw_stay(self._random, 60, 240))
                for phone in self._roster.staff[-CONFERENCE:]
            ],
            options=("-l", CONFERENCE, "-r", 1, "-rp", 2000),
        )
        yield SippProcess(
            pbx,
            "staff",
            (_BACK_OFFICE, port),
            rows=[
                (outward, draw_number(self._random), _draw_stay(self._random, 30, 120)) for _ in range(_ROWS)
            ],
            options=("-l", 1, "-r", 1, "-rp", 8000),
        )

    def _everybody(self) -> tuple[str, ...]:
        return self._roster.agents + self._roster.staff

    def _register(self, phones: Collection[str], expires: int = _REGISTERED_FOR) -> None:
        """Let phones be known for so many seconds; 0 signs them out."""
        with SippProcess(
            self._pbx,
            "sign_in",
            (_DESKS, self._pbx.sipp_ports[10]),
            rows=[(phone,) for phone in phones],
            options=("-m", len(phones), "-r", 50),
            values={"CONTACT": f"{_DESKS}:{self._pbx.sipp_ports[0]}", "EXPIRES": expires},
        ) as signing:
            signing.finish()

    def _change_breaks(self) -> None:
        """Let the agent whose break is the longest go back to work, and send another."""
        if len(self._on_break) == BREAKS:
            self._send([self._on_break.pop(0)], on_break=False)
        at_work = [agent for agent in self._roster.agents if agent not in self._on_break]
        leaving = self._random.sample(at_work, BREAKS - len(self._on_break))
        self._send(leaving, on_break=True)
        self._on_break += leaving

    def _send(self, agents: Collection[str], *, on_break: bool) -> None:
        for agent in agents:
            reason = self._random.choice(list(BREAK_REASONS)) if on_break else ""
            self._ami.action(
                "QueuePause", Interface=f"PJSIP/{agent}", Paused=str(on_break).lower(), Reason=reason
            )

    def _fetch_parked_call(self) -> None:
        """Let the reception take a call back that was parked for a while."""
        if self._reception:
            if not self._reception.has_ended:
                return
            self._reception.close()
            self._reception = None
        parked = [
            call
            for call in self._ami.action("ParkedCalls")
            if call.get("Event") == "ParkedCall" and int(call["ParkingDuration"]) >= _PARKED_FOR
        ]
        if parked:
            _, _, reception, *_ = self._roster.staff
            self._reception = SippProcess(
                self._pbx,
                "staff",
                (_RECEPTION, self._pbx.sipp_ports[0]),
                rows=[(reception, parked[0]["ParkingSpace"], _draw_stay(self._random, 20, 60))],
                options=("-m", 1),
            )


def draw_callers(chance: random.Random, roster: Roster, host: str) -> Iterator[tuple[str | int, ...]]:
    """Give the rows of ``sipp/caller.xml``: some soon lose patience, most stay until the agent hangs up.

    Args:
        chance: Who calls whom, and for how long.
        roster: Whom they may call.
        host: Where numbers are at home.
    """
    dialled = [*_QUEUES, *(f"1{agent[-2:]}" for agent in roster.agents)]  # 101 is the own number of 1001
    weights = [*_QUEUES.values(), *(_TO_AN_AGENT / len(roster.agents) for _ in roster.agents)]
    for _ in range(_ROWS):
        person = draw_person(chance)
        name = f'"{person.name}" ' if person.name else ""
        home = _HOST_OF_NOBODY if person == NOBODY else host
        (extension,) = chance.choices(dialled, weights)
        stays = _draw_stay(chance, 15, 60) if chance.random() < 0.25 else _draw_stay(chance, 120, 420)
        yield name, person.number, home, f"{_OUR_NUMBERS}{extension}", stays


def _draw_stay(chance: random.Random, shortest: int, longest: int) -> int:
    """Return milliseconds, from seconds."""
    return 1000 * chance.randint(shortest, longest)
