"""Keeps what a picture was made of, for those who have to find out why it is wrong."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from typing import Final

from amictl.pbx.doubts import Doubt
from amictl.pbx.lists import ListCheck, SnapshotStep
from amictl.pbx.picture.drift import Difference
from amictl.pbx.picture.live import LivePicture
from amictl.protocol import Message, Reply

_KEPT: Final = 60_000
_SHOWN: Final = 40
_DULL: Final = frozenset(
    {"Privilege", "ChannelState", "Language", "ChannelStateDesc", "Linkedid", "DestLinkedid"}
)


class RecordingPicture(LivePicture):
    """A live picture that remembers the messages that it was given, and the lists between them."""

    def __init__(self, pbx: str) -> None:
        super().__init__(pbx)
        self._trail: deque[tuple[float, str]] = deque(maxlen=_KEPT)
        self._mended: list[str] = []

    def begin_session(self, epoch: str) -> None:
        """Remember it, and begin."""
        self._note(f"--- session {epoch}")
        super().begin_session(epoch)

    def load_step(self, step: SnapshotStep, reply: Reply) -> tuple[Doubt, ...]:
        """Remember each item, and load."""
        for item in reply.items:
            self._note(_describe(f"list {step.name}", item))
        return super().load_step(step, reply)

    def apply_event(self, message: Message) -> tuple[Doubt, ...]:
        """Remember it, and apply."""
        self._note(_describe(message.name, message))
        return super().apply_event(message)

    def mend(self, check: ListCheck, differences: Sequence[Difference]) -> list[Difference]:
        """Remember what was wrong, with what had been told of it, and mend it."""
        mended = super().mend(check, differences)
        for each in mended:
            lines = [f"drift {each.kind} of {each.place}: amictl {each.ours!r}, PBX {each.told!r}"]
            lines += [f"    {entry}" for entry in self.tell(each.place.key)]
            self._mended.append("\n".join(lines))
        return mended

    def take_mended(self) -> list[str]:
        """Return what reconciliation mended since the last time."""
        mended, self._mended = self._mended, []
        return mended

    def tell(self, *words: str) -> list[str]:
        """Return the last messages that contain all of these words as whole values, oldest first."""
        entries = [
            f"{at % 1000:8.3f} {text}"
            for at, text in list(self._trail)
            if text.startswith("---") or all(f"={word} " in text for word in words)
        ]
        return entries[-_SHOWN:]

    def _note(self, text: str) -> None:
        if not text.startswith("VarSet") or "=BRIDGEPEER " in text:
            self._trail.append((time.time(), text))


def _describe(name: str, message: Message) -> str:
    fields = (line.partition(": ") for line in message.raw.decode("utf-8", "replace").split("\r\n")[1:])
    told = " ".join(f"{key}={value}" for key, _, value in fields if key not in _DULL and value)
    return f"{name} {told} "
