"""What is put down to Asterisk 16 is no more than what it gets wrong."""

from __future__ import annotations

import pytest

from tests.soak.counted_twice import split_counted_twice


@pytest.mark.parametrize(
    "finding",
    [
        "before cut 8: member lobby Local/514@soak-agents/n calls_taken: amictl 2, PBX 3\n    413 Hangup",
        "after cut 8 (reset), call 760: queue lobby completed: amictl 31, PBX 32",
        "x: drift queues.changed:completed of Place(key='lobby'): amictl 33, PBX 34\n    y",
    ],
)
def test_one_more_on_the_pbx_is_explained(finding: str) -> None:
    assert split_counted_twice([finding]) == ([finding], [])


@pytest.mark.parametrize(
    "finding",
    [
        "x: queue lobby completed: amictl 3, PBX 2",
        "x: only amictl has channel 17.1: {}",
        "x: member lobby i last_call_at: amictl 1, PBX 2\nx: member lobby i in_call: amictl True, PBX False",
    ],
)
def test_anything_else_is_not(finding: str) -> None:
    assert split_counted_twice([finding]) == ([], [finding])
