"""The judge of the long runs sees what is wrong, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from amictl.pbx.picture.live import LivePicture
from tests.asterisk.calls import live_channels, place_call
from tests.asterisk.fixtures import BedPbx
from tests.asterisk.picture_feed import PictureFeed
from tests.asterisk.picture_lists import TOPICS, Values
from tests.asterisk.server import await_condition
from tests.soak.judge import Judge

pytestmark = pytest.mark.asterisk


@dataclass
class Painting:
    """Something that shows the same whatever happens.

    Args:
        shown: What it shows of each topic.
    """

    epoch: str = "one"
    is_fresh: bool = True
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)

    def snapshots(self, topics: Sequence[str]) -> Mapping[str, Values]:
        return {topic: self.shown.get(topic, {}) for topic in topics}

    def contradictions(self) -> list[str]:
        return []

    def trail(self, *words: str) -> Sequence[str]:
        return [f"the last about {words}"]


@pytest.fixture
def painting(asterisk: BedPbx) -> Painting:
    """A true copy of a PBX at rest with one call."""
    place_call(asterisk, "200")
    await_condition(lambda: len(live_channels(asterisk)) == 2, what="a call")
    picture = LivePicture("main")
    with PictureFeed(asterisk, picture):
        await_condition(lambda: all(each.application == "Wait" for each in picture.channels()), what="rest")
        return Painting(shown={topic: dict(picture.read(topic).snapshot) for topic in TOPICS})


def test_what_is_equal_is_not_noted(asterisk: BedPbx, painting: Painting) -> None:
    with Judge(asterisk, painting) as judge:
        judge.check("now")
        judge.await_agreement("then")
        assert judge.verdict.findings == []
        assert judge.verdict.things > 2


def test_one_wrong_field_is_noted_with_what_had_been_told_of_it(asterisk: BedPbx, painting: Painting) -> None:
    unique_id, channel = next(iter(painting.shown["channels"].items()))
    painting.shown["channels"][unique_id] = channel | {"exten": "wrong"}
    with Judge(asterisk, painting, still=1.0) as judge:
        judge.check("now")
        (finding,) = (each.text for each in judge.verdict.findings)
    assert f"now: channel {unique_id} exten: amictl 'wrong', PBX '200'" in finding
    assert f"the last about ('{unique_id}',)" in finding


def test_what_only_one_side_has_is_noted(asterisk: BedPbx, painting: Painting) -> None:
    unique_id, channel = painting.shown["channels"].popitem()
    painting.shown["channels"]["17.1"] = channel
    with Judge(asterisk, painting, still=1.0) as judge:
        judge.check("now")
        findings = "\n".join(each.text for each in judge.verdict.findings)
    assert "only amictl has channel 17.1" in findings
    assert f"only the PBX has channel {unique_id}" in findings
