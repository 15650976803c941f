"""The bed itself: what other tests rely on is true of both Asterisk versions."""

from __future__ import annotations

import pytest

from tests.asterisk.ami_client import AmiClient
from tests.asterisk.fixtures import BedPbx

pytestmark = pytest.mark.asterisk


def test_a_pbx_of_the_asked_version_answers(asterisk: BedPbx, ami: AmiClient) -> None:
    assert f"Asterisk {asterisk.major}." in asterisk.cli("core show version")
    assert ami.action("CoreSettings")[0]["AsteriskVersion"].startswith(f"{asterisk.major}.")
