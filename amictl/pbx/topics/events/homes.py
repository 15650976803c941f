"""What a raw event is about, told by the queues, channels and devices that it names.

Headers are known by how their names end, since Asterisk puts ``Dest``, ``Parkee``, ``OrigTransferer`` and
more before them. A channel's name or unique ID in any other value does not make an event that channel's, but
hides it from whoever does not see the channel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from amictl.pbx.topics.events.queue_homes import NO_QUEUES, QueueHomes
from amictl.protocol import Message

EventHomes = tuple[frozenset[str], ...]
"""For each thing that an event names the queues that it belongs to. Whoever sees at least one of each may see
the event; where nothing is named nobody can tell."""

_FOREIGN: Final[EventHomes] = (NO_QUEUES,)
_NOTHING: Final = frozenset({"", "<none>", "<unknown>", "<null>", "(null)", "n/a", "none", "unknown"})
_KINDS: Final = (
    ("queue", re.compile(r"queue")),
    ("linked", re.compile(r"(.*)linkedid\d?")),
    ("unique", re.compile(r"(.*(?<!bridge))uniqueid(\d?)")),
    ("name", re.compile(r"(.*)channel(\d?)")),
    ("device", re.compile(r"device|peer|interface|stateinterface")),
    ("endpoint", re.compile(r"endpoint|endpointname")),
    ("hint", re.compile(r"hint")),
)
_OF_CHANNELS: Final = frozenset({"linked", "unique", "name"})
_MOST_NAMES: Final = 4096
_Header = tuple[str, str, str]
_QUEUE_DEVICE: Final = "Queue:"
_QUEUE_DEVICE_END: Final = "_avail"
_SEPARATORS: Final = re.compile(r"[\s,&|()^=]+")


def read_event_homes(message: Message, seq: int, homes: QueueHomes) -> EventHomes:
    """Return the queues that an event belongs to, by each thing that it names.

    An event belongs by all the calls that it names. One of a queue may name a channel that is not known, for
    it says itself which queue that is of; where anything else names one, nobody can tell.

    Args:
        message: The event.
        seq: Its number.
        homes: What belongs where.
    """
    headers = [(*_classify(name), value) for name, value in message.headers if value not in _NOTHING]
    queues = tuple(frozenset((value,)) for kind, _, value in headers if kind == "queue")
    if homes.is_blind(seq):
        return queues
    named = list(_read_channels(headers, seq, homes))
    if not queues and None in named:
        return _FOREIGN
    told = queues + tuple(each for each in named if each is not None)
    told = told or tuple(_read_devices(headers, seq, homes))
    return told and tuple(dict.fromkeys((*told, *_read_mentions(headers, seq, homes))))


@lru_cache(_MOST_NAMES)
def _classify(header: str) -> tuple[str, str]:
    """Return what kind of thing a header names, and what stands before the kind: ``Dest``, ``Parkee``."""
    name = header.lower()
    for kind, pattern in _KINDS:
        found = pattern.fullmatch(name)
        if found is not None:
            return kind, "".join(found.groups())
    return "", ""


def _read_channels(headers: list[_Header], seq: int, homes: QueueHomes) -> Iterator[frozenset[str] | None]:
    """Yield the queue of each channel and call that is named; None for one that is not known."""
    linked = {prefix: value for kind, prefix, value in headers if kind == "linked"}
    unique = {prefix for kind, prefix, _ in headers if kind == "unique"}
    for kind, prefix, value in headers:
        if kind == "unique":
            of_channel = homes.of_channel(value, seq)
            # Of a channel that is not known its linked ID tells the call.
            yield of_channel if of_channel is not None else homes.of_call(linked.get(prefix, ""), seq)
        elif kind == "linked":
            of_call = homes.of_call(value, seq)
            if of_call is not None or prefix not in unique:
                yield of_call
        elif kind == "name" and prefix not in unique:
            yield homes.of_channel(homes.find_channel(value) or "", seq)


def _read_mentions(headers: list[_Header], seq: int, homes: QueueHomes) -> Iterator[frozenset[str]]:
    """Yield the queue of each channel that stands in another value, as in a list of those in a bridge."""
    for kind, _, value in headers:
        if kind not in _OF_CHANNELS and ("/" in value or "." in value):
            for word in _SEPARATORS.split(value):
                unique_id = homes.find_channel(word)
                if unique_id is not None:
                    yield homes.of_channel(unique_id, seq) or NO_QUEUES


def _read_devices(headers: list[_Header], seq: int, homes: QueueHomes) -> Iterator[frozenset[str]]:
    """Yield the queues of each device that is named."""
    for kind, _, value in headers:
        if kind == "device":
            yield read_device_homes(value, seq, homes)
        elif kind == "endpoint":
            yield homes.of_device(f"PJSIP/{value}", seq)
        elif kind == "hint":
            yield from read_hint_homes(value, seq, homes)


def read_device_homes(device: str, seq: int, homes: QueueHomes) -> frozenset[str]:
    """Return the queues that a device belongs to; those that stand for a queue are of that queue.

    Args:
        device: ``PJSIP/100``, or ``Queue:sales`` and ``Queue:sales_avail`` (Asterisk app_queue.c).
        seq: When the event of that number came.
        homes: What belongs where.
    """
    if device.startswith(_QUEUE_DEVICE):
        queue = device.removeprefix(_QUEUE_DEVICE)
        return frozenset({queue, queue.removesuffix(_QUEUE_DEVICE_END)})
    return homes.of_device(device, seq)


def read_hint_homes(hint: str, seq: int, homes: QueueHomes) -> EventHomes:
    """Return the queues of each phone of a hint.

    Args:
        hint: ``PJSIP/100&Custom:DND100,CustomPresence:100``; what is no phone rides along with the phones.
        seq: When the event of that number came.
        homes: What belongs where.
    """
    devices = hint.partition(",")[0].split("&")
    phones = [device for device in devices if "/" in device or device.startswith(_QUEUE_DEVICE)]
    return tuple(read_device_homes(device, seq, homes) for device in phones)
