"""A raw AMI event as the log keeps it, and as readers get it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import orjson
from msgspec import Struct

from amictl.pbx.log.kept_json import make_kept_json
from amictl.pbx.log.topic_log import Payload
from amictl.pbx.payloads.times import format_time
from amictl.pbx.payloads.values import value_payload
from amictl.pbx.topics.events.homes import EventHomes, read_event_homes
from amictl.pbx.topics.events.queue_homes import QueueHomes
from amictl.pbx.topics.events.redaction import redact_event
from amictl.pbx.topics.events.value import AmiEvent
from amictl.protocol import Message

_MOST_NAMES: Final = 1024


class ReceivedEvent(Struct, eq=False, gc=False):
    """One event of one PBX; its JSON is made when somebody first asks for it, and then shared.

    Args:
        pbx: The PBX's short name.
        message: The event.
        at: When it was received, in seconds since 1970.
        seq: Its number in the log.
    """

    pbx: str
    message: Message
    at: float
    seq: int
    _whole: bytes | None = None
    _redacted: bytes | None = None
    _homes: EventHomes | None = None

    @property
    def payload(self) -> Payload:
        """JSON-ready, with everything in it; each event is whole by itself."""
        message = self.message
        return value_payload(
            AmiEvent("ami_event", message.name, message.to_dict(), self.at, self.seq, self.pbx)
        )

    def read_homes(self, homes: QueueHomes) -> EventHomes:
        """Return the queues that it belongs to; read once, when somebody limited first asks.

        Args:
            homes: What belongs where on its PBX.
        """
        if self._homes is None:
            self._homes = read_event_homes(self.message, self.seq, homes)
        return self._homes

    def to_json(self, *, sensitive: bool) -> bytes:
        """Return its JSON; two threads that ask at once may make it twice, and both are right.

        Args:
            sensitive: Whether digits, variables and dialplan data are shown.
        """
        made = self._whole if sensitive else self._redacted
        if made is not None:
            return made
        if sensitive:
            self._whole = made = self._write_whole()
        else:
            self._redacted = made = make_kept_json(redact_event(self.payload))
        return made

    def _write_whole(self) -> bytes:
        """Return ``payload`` as JSON, written directly: this runs for every event that anybody listens to."""
        message = self.message
        return (
            f'{{"type":"ami_event","event":{_quote(message.name)},"data":{message.to_json()},'
            f'"at":"{format_time(self.at)}","seq":{self.seq},"pbx":{_quote(self.pbx)}}}'
        ).encode()


@lru_cache(_MOST_NAMES)
def _quote(name: str) -> str:
    return orjson.dumps(name).decode()
