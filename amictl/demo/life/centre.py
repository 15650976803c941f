"""The call centre as a whole: who belongs to it, what time of day it is, and how people find each other."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from amictl.demo.channels import Channel, Party
from amictl.demo.life.agent import DemoAgent
from amictl.demo.life.callers import Callers
from amictl.demo.life.cast import Person
from amictl.demo.life.day_curve import shift_of, traffic_at
from amictl.demo.life.growth import FIRST_QUEUE, name_queues
from amictl.demo.life.load import Load
from amictl.demo.life.mishaps import lose_phones
from amictl.demo.life.office import Office
from amictl.demo.settings import DemoSettings

if TYPE_CHECKING:
    from amictl.demo.phones import Phone
    from amictl.demo.world import World

_LINE: Final = "02079460"  # what people outside dial before the last three digits of a number of the centre
_STAFF: Final = "11"  # what the numbers of phones begin with whose people are no agents
_ROOMS: Final = tuple(f"80{digit}" for digit in range(10))
_SHARES: Final = (46, 28, 17, 9)  # of the callers of the first queues; more queues have the last one's
_STANDARD: Final = 20  # agents of a centre of the size 1
_MORE_CHANNELS: Final = 1.15  # beside those that were asked for, before callers hear that all is busy


class CallCentre:
    """The people of a world, who do what they do once they have begun.

    Args:
        world: The PBX.
        settings: How big the centre is.
        zone: The time zone of its day; None for the system's.
        present: The moment at which its hour is that of ``settings``, in Unix seconds.
    """

    def __init__(self, world: World, settings: DemoSettings, zone: tzinfo | None, present: float) -> None:
        self.world = world
        self.env = world.env
        self.chance = world.random
        self.carrier = world.phones.carrier
        self.load = Load.of(settings)
        self._settings = settings
        self._queues = name_queues(settings.queues)
        self._present = present
        clock = datetime.fromtimestamp(present, zone)
        now = clock.hour + clock.minute / 60 + clock.second / 3600
        self._hour = now if settings.hour is None else settings.hour
        phones = world.phones.all()
        staff = [phone for phone in phones if phone.number.startswith(_STAFF)]
        desks = [phone for phone in phones if not phone.number.startswith(_STAFF)][: settings.agents]
        self.agents = [DemoAgent(self, phone, shift_of(place)) for place, phone in enumerate(desks)]
        self.office = Office(self, staff)
        self._callers = Callers(self)

    @property
    def size(self) -> float:
        """How big the centre is beside one of twenty agents."""
        return len(self.agents) / _STANDARD

    @property
    def is_full(self) -> bool:
        """Whether there are more channels than were asked for."""
        return len(self.world.channels) >= self._settings.channels * _MORE_CHANNELS

    def begin(self) -> None:
        """Let everybody begin; the caller holds the world's lock."""
        self.office.begin()
        for agent in self.agents:
            self.env.process(agent.work())
            self.env.process(agent.rest())
        self.env.process(self._callers.come())
        self.env.process(lose_phones(self))

    def hour(self) -> float:
        """Return the time of day in hours, more than 24 on the next day and below 0 on the day before."""
        return self._hour + (self.world.now() - self._present) * self._settings.speed / 3600

    def seconds(self, hours: float) -> float:
        """Return how long hours of the day take."""
        return hours * 3600 / self._settings.speed

    def traffic(self) -> float:
        """Return how busy it is, beside the busiest hour."""
        return traffic_at(self.hour())

    def draw_talk(self) -> float:
        """Return how many seconds somebody talks: few talk very long."""
        return max(4.0, self.chance.gammavariate(2.2, self.load.talk / 2.2))

    # Numbers

    def draw_queue_exten(self) -> str:
        """Return the number of a queue, as phones of the centre dial it."""
        places = range(len(self._queues))
        (place,) = self.chance.choices(places, [_SHARES[min(place, len(_SHARES) - 1)] for place in places])
        return str(FIRST_QUEUE + place)

    def draw_queue_line(self) -> str:
        """Return the number of a queue, as people outside dial it."""
        return self.line_of(self.draw_queue_exten())

    def draw_direct_line(self) -> str:
        """Return the own number of an agent."""
        return f"{_LINE}1{self.chance.randint(1, 20):02}"

    def line_of(self, exten: str) -> str:
        """Return what people outside dial for a queue or a conference room."""
        return f"{_LINE}{exten}"

    # People

    def call_in(self, person: Person, line: str) -> Channel | None:
        """Let somebody call from outside; None where the number is not in use."""
        return self.carrier.dial(line, Party(person.number, person.name))

    def hang_up(self, channel: Channel) -> None:
        """Let whoever is at a channel's far end hang up; nobody is at that of a Local channel."""
        phone = self.world.phones.of(channel)
        if phone is not None:
            phone.hang_up(channel)

    def find_helper(self, besides: DemoAgent | None = None) -> DemoAgent | None:
        """Return an agent who has time, if there is one."""
        free = [agent for agent in self.agents if agent.can_help and agent is not besides]
        return self.chance.choice(free) if free else None

    def find_colleague(self, besides: DemoAgent) -> Phone | None:
        """Return the phone of somebody who may be asked: an agent who has time, else one of the staff."""
        helper = self.find_helper(besides)
        return helper.phone if helper else self.office.find_free()

    def find_free_room(self) -> str | None:
        """Return a conference room that nobody is in."""
        used = {channel.data for channel in self.world.channels.all() if channel.application == "ConfBridge"}
        free = [room for room in _ROOMS if room not in used]
        return self.chance.choice(free) if free else None

    def find_parked(self, caller: Channel) -> str | None:
        """Return the number by which a parked caller is taken back; None for one who is not parked."""
        spaces = (lot.user_of(caller) for lot in self.world.parking.all())
        return next((str(user.space) for user in spaces if user), None)

    def has_message(self, phone: Phone) -> bool:
        """Return whether somebody left a message that nobody has heard yet."""
        box = self.world.voicemail.get(phone.number)
        return box is not None and box.new > 0

    # Queues

    def pause(self, agent: DemoAgent, reason: str) -> None:
        """Let an agent take no calls of any queue."""
        self.world.memberships.pause("", agent.interface, paused=True, reason=reason)

    def unpause(self, agent: DemoAgent) -> None:
        """Let an agent take calls again."""
        self.world.memberships.pause("", agent.interface, paused=False)

    def draw_other_queue(self, agent: DemoAgent) -> str | None:
        """Return the number of a queue that an agent does not work for, if there is one."""
        others = []
        for number, name in enumerate(self._queues, start=FIRST_QUEUE):
            queue = self.world.queues.get(name)
            if queue is not None and queue.members.get(agent.interface) is None:
                others.append(str(number))
        return self.chance.choice(others) if others else None
