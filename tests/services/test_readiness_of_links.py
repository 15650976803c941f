"""Ready means proved within a second, by a ping and not by what was remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

import pytest

from amictl.errors import ActionTimeout
from amictl.manager import Pbx, Registry
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.links.value import LinkState, LinkStatus
from amictl.services.metrics.readiness import PATIENCE, PROOF_LASTS, ReadinessService
from tests.application import RecordingManager, paint_picture


class PingedManager(RecordingManager):
    """Answers pings, or is frozen."""

    frozen = False
    patience: list[float]

    def ping(self, timeout: float = 10.0) -> float:
        self.patience.append(timeout)
        if self.frozen:
            raise ActionTimeout("PBX main did not answer Ping.", changes_pbx=False)
        return 0.001


@dataclass
class Case:
    manager: PingedManager
    now: float = 100.0
    service: ReadinessService = field(init=False)

    def __post_init__(self) -> None:
        pbx = Pbx("main", cast("object", self.manager), self.manager.picture)  # type: ignore[arg-type]
        registry = SimpleNamespace(all=lambda: (pbx,))
        clock: Callable[[], float] = lambda: self.now  # noqa: E731
        self.service = ReadinessService(cast("Registry", registry), lambda: None, clock)


@pytest.fixture
def case() -> Case:
    picture = LivePicture("main")
    paint_picture(picture)
    picture.set_link(LinkStatus("main", LinkState.CONNECTED, 1.0))
    manager = PingedManager(picture)
    manager.patience = []
    return Case(manager)


def test_a_link_that_answers_is_connected_and_asked_once_a_second(case: Case) -> None:
    assert [case.service.link_states() for _ in range(50)] == [{"main": "connected"}] * 50
    assert case.manager.patience == [PATIENCE]
    case.now += PROOF_LASTS
    assert case.service.link_states() == {"main": "connected"}
    assert case.manager.patience == [PATIENCE, PATIENCE]


def test_a_link_that_froze_after_its_last_keepalive_is_not_ready(case: Case) -> None:
    assert case.service.link_states() == {"main": "connected"}
    case.manager.frozen = True
    case.now += PROOF_LASTS
    assert case.service.link_states() == {"main": "stale"}


@pytest.mark.parametrize("state", [state for state in LinkState if state is not LinkState.CONNECTED])
def test_a_link_that_is_not_connected_is_not_asked(case: Case, state: LinkState) -> None:
    case.manager.picture.set_link(LinkStatus("main", state, 1.0))
    assert case.service.link_states() == {"main": state.value}
    assert case.manager.patience == []


def test_a_stale_link_is_not_asked(case: Case) -> None:
    case.manager.picture.set_link(LinkStatus("main", LinkState.CONNECTED, 1.0, stale=True))
    assert case.service.link_states() == {"main": "stale"}
    assert case.manager.patience == []
