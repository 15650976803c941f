"""The same scripted calls on a real Asterisk 22 and in the demo's world, of the same configuration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.demo.scripted.comparison import compare
from tests.demo.scripted.demo_stage import demo_stage
from tests.demo.scripted.normal_form import Deed, normalise
from tests.demo.scripted.real_stage import real_stage
from tests.demo.scripted.scripts.catalogue import SCRIPTS
from tests.demo.scripted.scripts.people import PHONES
from tests.demo.scripted.stage import Stage


@pytest.fixture(scope="session")
def stages() -> Iterator[tuple[Stage, Stage]]:
    """A real Asterisk and the demo's world, on which the same scripts are played in the same order."""
    with real_stage(PHONES) as real, demo_stage(PHONES) as demo:
        yield real, demo


def play(stage: Stage, script: str) -> Sequence[Deed]:
    stage.begin()
    try:
        SCRIPTS[script](stage)
        return normalise(stage.end())
    except BaseException:
        stage.clear()
        raise


@pytest.mark.asterisk
@pytest.mark.parametrize("script", SCRIPTS)
def test_the_demo_tells_of_a_call_what_asterisk_tells(stages: tuple[Stage, Stage], script: str) -> None:
    real, demo = stages
    differences = compare(play(real, script), play(demo, script))
    assert not differences, "\n".join(differences)
