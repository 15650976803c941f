"""Hears from the PBX itself which calls of queues were answered, however often amictl's own link is cut."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Final, Self

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.picture_feed import Reachable
from tests.patience import PATIENCE
from tests.soak.counted_twice import CountRecord

_WAKE_SECONDS: Final = 0.2


class AnswerListener:
    """Notes each ``AgentConnect`` when it comes; a context manager with a thread and an AMI session.

    Args:
        pbx: The PBX.
        record: Where it notes them.
    """

    def __init__(self, pbx: Reachable, record: CountRecord) -> None:
        self._record = record
        self._ami = AmiClient(pbx.host, pbx.ami_port, pbx.username, pbx.secret, events="agent")
        self._stopping = threading.Event()
        self._problem: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="answer-listener", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join(PATIENCE)
        self._ami.close()

    def check(self) -> None:
        """Raise what made it deaf, if anything did."""
        if self._problem is not None:
            raise AssertionError("The PBX's events were not heard to the end") from self._problem

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._hear()
        except (OSError, EOFError) as problem:
            self._problem = problem

    def _hear(self) -> None:
        try:
            message = self._ami.next_message(_WAKE_SECONDS)
        except TimeoutError:
            return
        self._ami.events.clear()
        self._ami.received.clear()
        if message.get("Event") == "AgentConnect":
            self._record.note_answer(message["Queue"], message["Interface"], time.monotonic())
