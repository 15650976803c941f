"""What is proved to be right: a live picture with its link, and readers who only follow what it tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

from amictl.config import LinkSettings
from amictl.manager import AmiManager, LinkTimings
from amictl.pbx.topics.links.value import LinkState
from tests.asterisk.picture_lists import Values
from tests.asterisk.server import AsteriskServer
from tests.faults.fault_proxy import FaultProxy
from tests.patience import PATIENCE
from tests.soak import relations
from tests.soak.following import Follower
from tests.soak.trail import RecordingPicture

# Reconnects come soon; a link that froze is doubted within two seconds; lists are compared often.
TIMINGS: Final = LinkTimings(
    retry_lowest=0.02,
    retry_highest=0.2,
    ping_interval=0.5,
    stale_after=1.0,
    dead_after=PATIENCE,
    reconcile_share=0.1,
    reconcile_interval=3.0,
    reconcile_settle=2.0,
)
_ATTEMPTS: Final = 500


class Subject(Protocol):
    """Something that shows what a PBX does."""

    @property
    def epoch(self) -> str | None:
        """Names the session of what is shown; None before there is anything."""

    @property
    def is_fresh(self) -> bool:
        """Whether the link is up and answers."""

    def snapshots(self, topics: Sequence[str]) -> Mapping[str, Values]:
        """Return what is shown of each topic."""

    def contradictions(self) -> list[str]:
        """Return where two ways of looking at it differ, one line each."""

    def trail(self, *words: str) -> Sequence[str]:
        """Return the last that it was told about something."""


class LinkedPicture:
    """A live picture that a real link keeps, beside readers who follow it by `read` and `since` alone.

    Args:
        picture: The picture.
    """

    def __init__(self, picture: RecordingPicture) -> None:
        self._picture = picture
        self._followers = [Follower(picture, topic) for topic in (*relations.TOPICS, "endpoints", "pbx")]

    @property
    def epoch(self) -> str | None:
        """The picture's epoch."""
        return self._picture.epoch

    @property
    def is_fresh(self) -> bool:
        """Whether the link is up and answers."""
        link = self._picture.link
        return link.state is LinkState.CONNECTED and not link.stale

    def snapshots(self, topics: Sequence[str]) -> Mapping[str, Values]:
        """Return each topic as a reader gets it who comes now."""
        return {topic: self._picture.read(topic).snapshot for topic in topics}

    def contradictions(self) -> list[str]:
        """Return where a follower differs from a new reader, one topic from another, and what was mended."""
        lines = [line for follower in self._followers for line in follower.catch_up()]
        lines += relations.contradictions(self._read_at_once())
        lines += self._picture.take_mended()
        return lines

    def _read_at_once(self) -> Mapping[str, Values]:
        """Return topics of one moment: their cursors were the same before and after."""
        for _ in range(_ATTEMPTS):
            before = {topic: self._picture.read(topic) for topic in relations.TOPICS}
            after = {topic: self._picture.read(topic) for topic in relations.TOPICS}
            if all(
                (before[topic].epoch, before[topic].seq) == (after[topic].epoch, after[topic].seq)
                for topic in before
            ):
                return {topic: snapshot.snapshot for topic, snapshot in after.items()}
        raise AssertionError("the picture was never at rest for as long as it takes to read it")

    def trail(self, *words: str) -> Sequence[str]:
        """Return the last messages that contain all of these words."""
        return self._picture.tell(*words)


@contextmanager
def linked_picture(pbx: AsteriskServer, proxy: FaultProxy) -> Iterator[LinkedPicture]:
    """Keep a picture of a PBX over a link through a proxy."""
    picture = RecordingPicture("main")
    settings = LinkSettings("main", proxy.host, proxy.port, pbx.username, pbx.secret)
    manager = AmiManager(settings, picture, timings=TIMINGS)
    manager.start()
    try:
        yield LinkedPicture(picture)
    finally:
        manager.stop()
