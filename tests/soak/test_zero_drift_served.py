"""The same for a browser: what a client of a whole amictl has, after nothing but one snapshot and batches."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk.server import AsteriskServer
from tests.soak.run import Plan, Tell, soak
from tests.soak.served import served_client

pytestmark = pytest.mark.long

PLANS = (
    pytest.param(Plan(calls=80, cuts=2, rate=6.0), id="short"),
    pytest.param(Plan(calls=600, cuts=8, rate=8.0), id="long", marks=pytest.mark.soak),
)


@pytest.mark.parametrize("plan", PLANS)
def test_a_client_that_only_listens_has_what_the_pbx_tells(
    private_asterisk: AsteriskServer, plan: Plan, tell: Tell, tmp_path: Path
) -> None:
    outcome = soak(private_asterisk, plan, served_client(tmp_path), tell)
    assert not outcome.findings, outcome.tell_findings()
    assert outcome.sessions == plan.cuts + 1
