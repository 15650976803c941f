"""A client that never asks twice: one snapshot, then what came since, as browsers do."""

from __future__ import annotations

from typing import Any, Final

from amictl.pbx.picture.live import LivePicture

_ATTEMPTS: Final = 50


class Follower:
    """Follows one topic of a picture.

    Args:
        picture: The picture.
        topic: Which topic.
    """

    def __init__(self, picture: LivePicture, topic: str) -> None:
        self._picture = picture
        self._topic = topic
        self._epoch = ""
        self._seq = -1
        self._values: dict[str, Any] = {}

    def catch_up(self) -> list[str]:
        """Take what came since, and return where that differs from what somebody gets who comes now."""
        for _ in range(_ATTEMPTS):
            fresh = self._picture.read(self._topic)
            self._follow()
            if (fresh.epoch, fresh.seq) == (self._epoch, self._seq):
                keys = sorted(self._values.keys() | fresh.snapshot.keys())
                wrong = [key for key in keys if self._values.get(key) != fresh.snapshot.get(key)]
                return [f"a follower of {self._topic} has {self._tell(key, fresh.snapshot)}" for key in wrong]
        return [f"a follower of {self._topic} never caught up"]

    def _follow(self) -> None:
        replay = self._picture.since(self._topic, self._epoch, self._seq)
        if replay is None:
            snapshot = self._picture.read(self._topic)
            self._epoch, self._seq, self._values = snapshot.epoch, snapshot.seq, dict(snapshot.snapshot)
            return
        assert replay.prev_seq <= self._seq, "a gap that nobody told"
        self._seq = replay.seq
        for change in replay.changes:
            if change["op"] == "put":
                self._values[change["key"]] = change["value"]
            else:
                self._values.pop(change["key"], None)

    def _tell(self, key: str, fresh: dict[str, Any]) -> str:
        return f"{key}: {self._values.get(key)}, and a new reader gets {fresh.get(key)}"
