"""Zero drift: whatever happens to calls and links, the picture is what the PBX tells somebody else."""

from __future__ import annotations

import pytest

from tests.asterisk.server import AsteriskServer
from tests.soak.run import Plan, soak
from tests.soak.subjects import linked_picture

pytestmark = pytest.mark.asterisk

TOPICS = ("channels", "bridges", "queues")


def test_the_picture_is_what_the_pbx_tells_after_each_cut(private_asterisk: AsteriskServer) -> None:
    lines: list[str] = []
    outcome = soak(private_asterisk, Plan(calls=120, cuts=5, rate=8.0), linked_picture, TOPICS, lines.append)
    assert not outcome.verdict.findings, "\n\n".join(outcome.verdict.findings[:20])
    assert outcome.epochs == 6
