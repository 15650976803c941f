"""Which lists tell what one of our own actions may have changed, since not every change is told by an event.

Asterisk drops events that it cannot pack into JSON, such as those of a queue member whose name it cut
inside of a character (app_queue.c, ``queue_member_blob_create``), and has none for counters that are set to
zero, for a conference that is locked, or for what a reload brings. The catalogue says which topics an action
touches; its headers say which value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from amictl.pbx.catalogue import CATALOGUE, MODULES, QUEUE_SETTINGS
from amictl.pbx.changes import BRIDGES, CHANNELS, CONFERENCES, ENDPOINTS, PARKING, QUEUES
from amictl.pbx.lists import Steps
from amictl.pbx.picture.refresh_triggers import find_steps_of_module
from amictl.pbx.picture.topics import LISTS
from amictl.pbx.topics.conferences.topic import ask_for_parties, ask_for_rooms
from amictl.pbx.topics.endpoints.lists import PJSIP, SIP
from amictl.pbx.topics.endpoints.topic import ENDPOINT_LISTS, ask_for_endpoint
from amictl.pbx.topics.queues.topic import ask_for_member, ask_for_queue
from amictl.protocol import Action

Headers = Mapping[str, str]

# By the first word of a console command, which is what the command is about.
_COMMANDS: Final[Mapping[str, Steps]] = {
    "bridge": (LISTS["CoreShowChannels"], LISTS["BridgeList"]),
    "channel": (LISTS["CoreShowChannels"],),
    "confbridge": find_steps_of_module("app_confbridge"),
    "devstate": (LISTS["DeviceStateList"],),
    "iax2": find_steps_of_module("chan_iax2"),
    "parking": find_steps_of_module("res_parking"),
    "pjsip": find_steps_of_module("res_pjsip"),
    "queue": (LISTS["QueueStatus"],),
    "sip": find_steps_of_module("chan_sip"),
}
_LOADING: Final = ("load", "reload", "refresh", "unload")


def find_steps_after(action: Action) -> Steps:
    """Return the lists that are worth asking for after an action, whatever came of it.

    A refusal may tell that the picture lacks something, too: "already there".

    Args:
        action: What was sent; one that changes nothing calls for nothing.
    """
    known = CATALOGUE.get(action.name.lower())
    if known is None or not action.changes_pbx or not known.touches:
        return ()
    headers = {name.lower(): value for name, value in reversed(action.headers)}
    return tuple(step for topic in sorted(known.touches) for step in _FINDERS[topic](headers))


def _find_queues(headers: Headers) -> Steps:
    interface, queue = headers.get("interface", ""), headers.get("queue", "")
    return ask_for_member(interface, queue) if interface else ask_for_queue(queue)


def _find_conferences(headers: Headers) -> Steps:
    return (*ask_for_rooms(), *ask_for_parties(headers.get("conference", "")))


def _find_endpoints(headers: Headers) -> Steps:
    endpoint = headers.get("endpoint")
    if endpoint and endpoint != "all":
        return ask_for_endpoint(endpoint)
    return (ENDPOINT_LISTS[SIP if "peer" in headers else PJSIP],)


def _find_of_modules(headers: Headers) -> Steps:
    if "command" in headers:
        return _find_after_command(headers["command"].lower().split())
    if "srcfilename" not in headers:
        return find_steps_of_module(headers.get("module", ""))
    reload = headers.get("reload", "no").lower()  # of UpdateConfig: whether, or which module
    if reload in {"no", "false", "0", ""}:
        return ()
    return find_steps_of_module("" if reload in {"yes", "true", "1"} else reload)


def _find_after_command(words: list[str]) -> Steps:
    first, *rest = words or [""]
    if "show" in words[:3]:
        return ()
    if first in {"reload", "config"} or (first == "core" and "reload" in rest):
        return find_steps_of_module("")
    if words[:2] == ["queue", "reload"]:
        return find_steps_of_module("app_queue")
    if first == "module" and rest and rest[0] in _LOADING:
        return tuple(step for name in rest[1:] or [""] for step in find_steps_of_module(name))
    return _COMMANDS.get(first, ())


_FINDERS: Final[Mapping[str, Callable[[Headers], Steps]]] = {
    CHANNELS: lambda _headers: (LISTS["CoreShowChannels"],),
    BRIDGES: lambda _headers: (LISTS["BridgeList"],),
    CONFERENCES: _find_conferences,
    ENDPOINTS: _find_endpoints,
    PARKING: lambda _headers: (LISTS["ParkedCalls"],),
    QUEUES: _find_queues,
    MODULES: _find_of_modules,
    QUEUE_SETTINGS: lambda _headers: (LISTS["GetConfig"],),
}
