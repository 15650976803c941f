"""Topics as audiences that are limited to queues see them, kept as each was last sent them.

What such an audience sees changes also when a value does not: a call joins a queue of theirs, and its
channels, its bridge and its place in a conference are there. So what it sees is made anew after each change
of the picture, and the difference is what it is told. Its numbers count what it was told, not what happened.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from amictl.pbx.log.kept_json import make_kept_json
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.value import Value
from amictl.realtime.encoded_json import (
    PORTION,
    EncodedChanges,
    EncodedSnapshot,
    Json,
    write_change,
    write_values,
)
from amictl.services.access import Audience, Gate

_MOMENT_SECONDS = 1.0  # in which those who come together are not told of each other


class LimitedCache:
    """A topic as a limited audience was last sent it; the publisher and new subscribers share it.

    Args:
        topic: The topic.
        audience: Who sees it.
        give_way: Lets others run, for some seconds at least; must be the server's own.
        used_at: When it was last asked for something.
    """

    def __init__(
        self, topic: str, audience: Audience, give_way: Callable[[float], None], used_at: float
    ) -> None:
        self.used_at = used_at
        self._topic = topic
        self._audience = audience
        self._give_way = give_way
        self._epoch = ""
        self._seq = 0  # of the last batch; at a snapshot that nobody had before, any that is higher
        self._mark = -1  # how many changes the picture had when it was made
        self._shown: dict[str, tuple[Value, Json]] = {}
        self._lock = threading.Lock()  # held while what it holds is made anew or read

    def snapshot(self, picture: LivePicture, now: float, *, followed: bool) -> EncodedSnapshot:
        """Return what the audience sees of the topic.

        Args:
            picture: The PBX.
            now: The time, as in ``used_at``.
            followed: Whether somebody of the audience is told already, or asked a moment ago: then it is what
                was told last, so that the next batch follows for all of them.

        Raises:
            NotFound: There is no such topic.
        """
        followed = followed or now - self.used_at < _MOMENT_SECONDS
        self.used_at = now
        epoch, _ = picture.position(self._topic)
        with self._lock:
            if not followed or self._epoch != epoch:
                self._renew(picture)
            shown = {key: json for key, (_, json) in self._shown.items()}
            return EncodedSnapshot(self._epoch, self._seq, write_values(shown))

    def changes(self, picture: LivePicture, now: float) -> EncodedChanges | None:
        """Return what changed since the last call, to be sent to all of the audience; None without changes.

        A picture of another session gives no changes: the audience is sent ``reset`` for it.
        """
        self.used_at = now
        with self._lock:
            before, prev_seq = self._epoch, self._seq
            changes = self._renew(picture)
            if not changes or before != self._epoch:
                return None
            return EncodedChanges(self._epoch, prev_seq, self._seq, changes)

    def _renew(self, picture: LivePicture) -> list[Json]:
        """Bring the kept values up to what the audience sees now, and return the differences."""
        # Counted before it is read: what comes in between is looked at once more.
        mark, (epoch, _) = picture.count_changes(), picture.position(self._topic)
        if (self._epoch, self._mark) == (epoch, mark):
            return []
        read = picture.read(self._topic)
        gate = Gate(picture, self._audience)
        shown: dict[str, tuple[Value, Json]] = {}
        changes: list[Json] = []
        for key, value in read.values.items():
            seen = gate.see(value)
            if seen is None:
                continue
            known = self._shown.get(key)
            if known is None or (known[0] is not seen and known[0] != seen):
                known = seen, make_kept_json(gate.write(seen))
                changes.append(write_change(key, known[1]))
                if len(changes) % PORTION == 0:
                    self._give_way(0)
            shown[key] = known
        changes += [write_change(key, None) for key in self._shown.keys() - shown.keys()]
        self._shown, self._epoch, self._mark = shown, read.epoch, mark
        self._seq += bool(changes)
        return changes
