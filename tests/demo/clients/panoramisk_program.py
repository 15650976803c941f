"""The script, taken by panoramisk (asyncio)."""

from __future__ import annotations

import asyncio

from panoramisk import Manager
from panoramisk.message import Message as Heard

from tests.demo.clients.program import PATIENCE, Answer, Message, perform


class Panoramisk:
    """A `panoramisk.Manager`, whose loop runs while something is awaited."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)  # its actions make futures of the current loop
        self._events: asyncio.Queue[Message] = asyncio.Queue()

    def log_in(self, host: str, port: int, username: str, secret: str) -> Answer:
        """Connect, and wait for the callback that tells of the login."""
        return self._loop.run_until_complete(self._log_in(host, port, username, secret))

    async def _log_in(self, host: str, port: int, username: str, secret: str) -> Answer:
        logged_in = asyncio.Event()
        self._manager = Manager(
            loop=self._loop,
            host=host,
            port=port,
            username=username,
            secret=secret,
            ping_delay=3600,
            on_login=lambda _manager: logged_in.set(),
        )
        self._manager.register_event("*", lambda _manager, event: self._events.put_nowait(dict(event)))
        await self._manager.connect()
        await asyncio.wait_for(logged_in.wait(), PATIENCE)
        return Answer(self._manager.authenticated, [])

    def ask(self, action: str, headers: dict[str, str]) -> Answer:
        """Send an action; a list, and a call's later OriginateResponse, come as one answer.

        It takes the answer to QueueAdd for the beginning of a list, which no Asterisk ends: told otherwise.
        """
        as_list = False if action == "QueueAdd" else None
        answer = self._loop.run_until_complete(self._ask({"Action": action, **headers}, as_list))
        messages: list[Heard] = answer if isinstance(answer, list) else [answer]
        return Answer(messages[0].success, [dict(message) for message in messages])

    async def _ask(self, action: dict[str, str], as_list: bool | None) -> Heard | list[Heard]:
        return await self._manager.send_action(action, as_list=as_list)

    def next_event(self, seconds: float) -> Message | None:
        """Let the loop run until an event comes."""
        try:
            return self._loop.run_until_complete(asyncio.wait_for(self._events.get(), seconds))
        except TimeoutError:
            return None

    def log_off(self) -> Answer:
        """Log off, and close before it connects again by itself."""
        answer = self.ask("Logoff", {})
        self._manager.close()
        return answer


if __name__ == "__main__":
    perform(Panoramisk())
