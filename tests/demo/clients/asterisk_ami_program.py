"""The script, taken by asterisk-ami (threads)."""

from __future__ import annotations

from queue import Empty, Queue

from asterisk.ami import AMIClient, SimpleAction
from asterisk.ami.event import Event
from asterisk.ami.response import Response

from tests.demo.clients.program import Answer, Message, perform

_SECONDS = 60.0  # by itself it ends after three seconds in which nothing comes


class AsteriskAmi:
    """An `AMIClient`; it gives the items of a list as events, which are known by their ActionID."""

    def __init__(self) -> None:
        self._events: Queue[Message] = Queue()

    def log_in(self, host: str, port: int, username: str, secret: str) -> Answer:
        """Connect and log in."""
        self._client = AMIClient(host, port, timeout=_SECONDS)
        self._client.add_event_listener(self._hear)
        return _understood(self._client.login(username, secret).response)

    def ask(self, action: str, headers: dict[str, str]) -> Answer:
        """Send an action, and wait for the last item where its answer is a list."""
        answer = _understood(self._client.send_action(SimpleAction(action, **headers)).response)
        first = answer.messages[0]
        others: list[Message] = []
        while first.get("EventList") == "start" and answer.messages[-1].get("EventList") != "Complete":
            message = self._events.get(timeout=_SECONDS)
            ours = message.get("ActionID") == first["ActionID"]
            (answer.messages if ours else others).append(message)
        for message in others:
            self._events.put(message)
        return answer

    def next_event(self, seconds: float) -> Message | None:
        """Wait for the thread that reads."""
        try:
            return self._events.get(timeout=seconds)
        except Empty:
            return None

    def log_off(self) -> Answer:
        """Log off; it closes at Goodbye by itself."""
        return _understood(self._client.logoff().response)

    def _hear(self, event: Event, **_source: object) -> None:
        self._events.put({"Event": event.name, **event.keys})


def _understood(response: Response) -> Answer:
    return Answer(not response.is_error(), [{"Response": response.status, **response.keys}])


if __name__ == "__main__":
    perform(AsteriskAmi())
