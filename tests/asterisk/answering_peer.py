"""A SIP peer that does nothing but answer, or not answer, when a PBX asks whether it is there."""

from __future__ import annotations

import socket
import threading
import time
from types import TracebackType
from typing import Final, Self

from tests.patience import PATIENCE

_KEPT: Final = ("via", "from", "to", "call-id", "cseq")


class AnsweringPeer:
    """Answers each ``OPTIONS`` on a UDP port of its own; a context manager.

    Args:
        port: The port on 127.0.0.1.

    Attributes:
        answers: Whether it answers at all.
        delay: Seconds that it thinks before it answers.
    """

    def __init__(self, port: int) -> None:
        self.answers = True
        self.delay = 0.0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self._thread = threading.Thread(target=self._serve, name="answering-peer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A datagram wakes the thread, which ends at an empty one.
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(PATIENCE)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            asked, sender = self._socket.recvfrom(65536)
            if not asked:
                return
            if self.answers and asked.startswith(b"OPTIONS"):
                time.sleep(self.delay)
                self._socket.sendto(_answer(asked), sender)


def _answer(asked: bytes) -> bytes:
    lines = [line for line in asked.decode().split("\r\n") if line.partition(":")[0].lower() in _KEPT]
    tagged = [f"{line};tag=peer" if line.lower().startswith("to:") else line for line in lines]
    return "\r\n".join(["SIP/2.0 200 OK", *tagged, "Content-Length: 0", "", ""]).encode()
