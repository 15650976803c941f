"""Zero drift: whatever happens to calls and links, the picture is what the PBX tells somebody else."""

from __future__ import annotations

import pytest

from tests.asterisk.server import AsteriskServer
from tests.soak.run import Plan, Tell, soak
from tests.soak.subjects import linked_picture

pytestmark = pytest.mark.long

PLANS = (
    pytest.param(Plan(calls=140, cuts=5, rate=7.0), id="short"),
    pytest.param(Plan(calls=2000, cuts=20, rate=10.0), id="long", marks=pytest.mark.soak),
)


@pytest.mark.parametrize("plan", PLANS)
def test_after_each_cut_of_the_link_the_picture_is_what_the_pbx_tells(
    private_asterisk: AsteriskServer, plan: Plan, tell: Tell
) -> None:
    outcome = soak(private_asterisk, plan, linked_picture, tell)
    assert not outcome.findings, outcome.tell_findings()
    assert outcome.sessions == plan.cuts + 1
    assert outcome.missing_kinds() == set()
