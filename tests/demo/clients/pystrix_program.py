"""The script, taken by pystrix (threads), with the classes that it has for the actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from queue import Empty, Queue
from typing import Final

from pystrix.ami import Manager, core
from pystrix.ami.ami import _Event, _Request, _Response

from tests.demo.clients.program import Answer, Message, perform

# What it makes of the script's actions; those that it has no class for are made of its base.
_MADE: Final[Mapping[str, Callable[[dict[str, str]], _Request]]] = {
    "Ping": lambda _: core.Ping(),
    "CoreShowChannels": lambda _: _whole(core.CoreShowChannels()),
    "QueueStatus": lambda headers: _whole(core.QueueStatus(headers.get("Queue"))),
    "QueueAdd": lambda headers: core.QueueAdd(
        headers["Interface"], headers["Queue"], headers.get("MemberName"), int(headers["Penalty"])
    ),
    "QueuePause": lambda headers: core.QueuePause(
        headers["Interface"], headers["Paused"] == "true", headers["Queue"]
    ),
    "QueueRemove": lambda headers: core.QueueRemove(headers["Interface"], headers["Queue"]),
    "Originate": lambda headers: core.Originate_Application(
        headers["Channel"],
        headers["Application"],
        (headers["Data"],),
        int(headers["Timeout"]),
        headers["CallerID"],
    ),
    "Getvar": lambda headers: core.Getvar(headers["Variable"], headers["Channel"]),
    "Setvar": lambda headers: core.Setvar(headers["Variable"], headers["Value"], headers["Channel"]),
    "DBPut": lambda headers: core.DBPut(headers["Family"], headers["Key"], headers["Val"]),
    "Command": lambda headers: core.Command(headers["Command"]),
    "Hangup": lambda headers: core.Hangup(headers["Channel"]),
}


class Pystrix:
    """A `pystrix.ami.Manager`, asked by MD5 challenge."""

    def __init__(self) -> None:
        self._events: Queue[Message] = Queue()
        self._manager = Manager()
        self._manager.register_callback("", lambda event, _manager: self._events.put(_headers_of(event)))

    def log_in(self, host: str, port: int, username: str, secret: str) -> Answer:
        """Connect, ask for a challenge and answer it."""
        self._manager.connect(host, port)
        challenge = self._manager.send_action(core.Challenge()).response["Challenge"]
        return _understood(self._manager.send_action(core.Login(username, secret, challenge=challenge)))

    def ask(self, action: str, headers: dict[str, str]) -> Answer:
        """Send an action as one of its classes; what it gathers of a list comes with the answer."""
        return _understood(self._manager.send_action(_make(action, headers)))

    def next_event(self, seconds: float) -> Message | None:
        """Wait for its dispatcher's thread."""
        try:
            return self._events.get(timeout=seconds)
        except Empty:
            return None

    def log_off(self) -> Answer:
        """Log off and close."""
        answer = _understood(self._manager.send_action(core.Logoff()))
        self._manager.close()
        return answer


def _make(action: str, headers: dict[str, str]) -> _Request:
    if action in _MADE:
        return _MADE[action](headers)
    request = _Request(action)
    request.update(headers)
    return request


def _whole(request: _Request) -> _Request:
    """Let it wait for all items of a list."""
    request.synchronous = True
    return request


def _understood(answered: _Response | None) -> Answer:
    """Return the response and the items, which it keeps both by their classes and by their names."""
    if answered is None:
        raise TimeoutError("pystrix had no answer in time")
    items: list[Message] = []
    for name, found in (answered.events or {}).items():
        if isinstance(name, str):
            events = found if isinstance(found, list) else [found]
            items += [_headers_of(event) for event in events]
    return Answer(answered.success, [_headers_of(answered.response), *items])


def _headers_of(message: _Event) -> Message:
    """Return what it took for headers, and what it took for other lines."""
    return dict(message) | ({"(data)": message.data} if message.data else {})


if __name__ == "__main__":
    perform(Pystrix())
