"""What audiences that are limited to queues see of topics, kept as it was last told to each of them.

What such an audience sees changes also when a value does not: a call joins a queue of theirs, and its
channels, its bridge and its place in a conference are there. So what it sees is made anew after each change
of the picture, and the difference is what it is told. Its numbers count what it was told, not what happened.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import orjson

from amictl.pbx import LivePicture
from amictl.pbx.changes import Model
from amictl.pbx.kept_json import make_kept_json
from amictl.realtime.shown import Json, ShownChanges, ShownSnapshot, write_change
from amictl.realtime.subscriptions import Feed
from amictl.services.access import Audience, Gate

_PORTION = 500  # values that are encoded before others get their turn: a few milliseconds
_MOMENT_SECONDS = 1.0  # in which those who come together are not told of each other
_IDLE_SECONDS = 10.0  # after which what nobody wants is dropped


@dataclass(slots=True)
class _LimitedView:
    """What an audience was told of a topic.

    Args:
        used_at: When it was last asked for something.
        epoch: The picture that it is of.
        seq: The number of the last batch; at a snapshot that nobody had before, any that is higher.
        mark: How many changes the picture had when it was made.
        shown: Each value as it is seen, with its JSON.
        lock: Held while what it holds is made anew or read.
    """

    used_at: float
    epoch: str = ""
    seq: int = 0
    mark: int = -1
    shown: dict[str, tuple[Model, Json]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class LimitedViews:
    """What limited audiences see; the publisher and those who subscribe share it.

    Args:
        give_way: Lets others run, for some seconds at least; must be the server's own.
        clock: Returns seconds that only grow.
    """

    def __init__(
        self, give_way: Callable[[float], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._give_way = give_way
        self._clock = clock
        self._views: dict[tuple[Feed, Audience], _LimitedView] = {}

    def snapshot(
        self, picture: LivePicture, topic: str, audience: Audience, *, followed: bool
    ) -> ShownSnapshot:
        """Return what an audience sees of a topic.

        Args:
            picture: The PBX.
            topic: The topic.
            audience: Who sees it.
            followed: Whether somebody of the audience is told already, or asked a moment ago: then it is what
                was told last, so that the next batch follows for all of them.

        Raises:
            NotFound: There is no such topic.
        """
        epoch, _ = picture.position(topic)
        known = self._views.get((Feed(picture.pbx, topic), audience))
        followed = followed or (known is not None and self._clock() - known.used_at < _MOMENT_SECONDS)
        view = self._find(picture, topic, audience)
        with view.lock:
            if not followed or view.epoch != epoch:
                self._renew(view, picture, topic, audience)
            shown = {key: json for key, (_, json) in view.shown.items()}
            return ShownSnapshot(view.epoch, view.seq, orjson.dumps(shown, default=orjson.Fragment))

    def changes(self, picture: LivePicture, topic: str, audience: Audience) -> ShownChanges | None:
        """Return what changed of that since the last time, to be told to all of the audience, or None.

        Of another session's picture nothing is told: its readers are told to begin anew.
        """
        view = self._find(picture, topic, audience)
        with view.lock:
            before, prev_seq = view.epoch, view.seq
            changes = self._renew(view, picture, topic, audience)
            if not changes or before != view.epoch:
                return None
            return ShownChanges(view.epoch, prev_seq, view.seq, changes)

    def forget_idle(self, wanted: Collection[Feed]) -> None:
        """Drop what nobody wants any more.

        Args:
            wanted: All feeds that somebody is subscribed to.
        """
        now = self._clock()
        for name, view in list(self._views.items()):
            if name[0] not in wanted and now - view.used_at >= _IDLE_SECONDS:
                del self._views[name]

    def _find(self, picture: LivePicture, topic: str, audience: Audience) -> _LimitedView:
        now = self._clock()
        view = self._views.setdefault((Feed(picture.pbx, topic), audience), _LimitedView(now))
        view.used_at = now
        return view

    def _renew(self, view: _LimitedView, picture: LivePicture, topic: str, audience: Audience) -> list[Json]:
        """Make a view what its audience sees now, and return the difference."""
        # Counted before it is read: what comes in between is looked at once more.
        mark, (epoch, _) = picture.count_changes(), picture.position(topic)
        if (view.epoch, view.mark) == (epoch, mark):
            return []
        read = picture.read(topic)
        gate = Gate(picture, audience)
        shown: dict[str, tuple[Model, Json]] = {}
        changes: list[Json] = []
        for key, value in read.values.items():
            seen = gate.see(value)
            if seen is None:
                continue
            known = view.shown.get(key)
            if known is None or (known[0] is not seen and known[0] != seen):
                known = seen, make_kept_json(gate.write(seen))
                changes.append(write_change(key, known[1]))
                if len(changes) % _PORTION == 0:
                    self._give_way(0)
            shown[key] = known
        changes += [write_change(key, None) for key in view.shown.keys() - shown.keys()]
        view.shown, view.epoch, view.mark = shown, read.epoch, mark
        view.seq += bool(changes)
        return changes
