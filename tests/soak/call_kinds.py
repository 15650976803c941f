"""The kinds of calls of the long runs, by what happens to them; their extensions are context ``soak``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Seconds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of call.

    Args:
        name: What happens, in Asterisk's terms; also what is done to it, where `Steering` knows the name.
        extension: What is called.
        weight: How often it comes, relative to the others.
        stays: For how long the caller stays, from the shortest to the longest.
        talks: For how long the called phone talks.
        waits: For how long the called phone rings.
        brings: The event that tells that it went as its name says; another call may have come between.
    """

    name: str
    extension: str
    weight: int
    stays: Seconds
    talks: Seconds = (30.0, 30.0)
    waits: Seconds = (0.1, 0.6)
    brings: str = ""


LONG: Final = (30.0, 30.0)
SHORT: Final = (0.4, 2.5)

KINDS: Final = (
    Kind("answered, callee ends", "talk", 10, LONG, SHORT),
    Kind("answered, caller ends", "talk", 10, SHORT),
    Kind("answered through an optimised channel", "chain", 7, SHORT, SHORT),
    Kind("forked", "fork", 4, SHORT, SHORT),
    Kind("busy", "busy", 5, (1.5, 2.5)),
    Kind("congested", "full", 3, (1.5, 2.5)),
    Kind("not answered", "unheard", 4, LONG, waits=(0.3, 1.2)),
    Kind("hung up while ringing", "talk", 4, (0.1, 0.5), waits=(3.0, 3.0)),
    Kind("queued, answered", "queue-support", 9, (3.0, 8.0), brings="AgentComplete"),
    Kind("queued, all ring", "queue-sales", 7, (2.0, 6.0)),
    Kind("queued, linear", "queue-lobby", 7, (2.0, 6.0), brings="AgentRingNoAnswer"),
    Kind("abandoned in queue", "queue-nobody", 8, (0.2, 2.5), brings="QueueCallerAbandon"),
    Kind("queued until the time is over", "hurry", 3, LONG),
    Kind("withdrawn from queue", "queue-nobody", 2, LONG),
    Kind("blind transfer", "talk", 6, LONG, brings="BlindTransfer"),
    Kind("attended transfer", "talk", 5, LONG, brings="AttendedTransfer"),
    Kind("redirected", "talk", 3, LONG),
    Kind("parked and taken back", "park", 4, (8.0, 8.0), brings="UnParkedCall"),
    Kind("parked, caller gives up", "park", 3, (0.3, 2.0), brings="ParkedCallGiveUp"),
    Kind("parked until the time is over", "parkshort", 3, LONG, brings="ParkedCallTimeOut"),
    Kind("parked out of a call", "talk", 4, (4.0, 4.0), brings="ParkedCall"),
    Kind("conference", "room-801", 6, (0.5, 4.0), brings="ConfbridgeJoin"),
    Kind("conference with a chair", "chair-802", 2, (1.0, 4.0), brings="ConfbridgeMute"),
    Kind("conference, second room", "room-802", 5, (0.5, 4.0)),
    Kind("both hang up at once", "talk", 8, LONG),
    Kind("agent and caller hang up at once", "queue-lobby", 4, (20.0, 20.0)),
    Kind("killed with others", "talk", 2, LONG),
)
