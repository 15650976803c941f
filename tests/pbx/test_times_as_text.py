"""Times are written as datetime writes them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from amictl.pbx.payloads import format_time


@given(st.floats(min_value=0, max_value=4e9))
@example(1_700_000_000.9999999)
@example(0.0005)
@example(1_767_268_799.9999996)
def test_a_time_reads_as_datetime_writes_it(seconds: float) -> None:
    written = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    assert format_time(seconds) == written.replace("+00:00", "Z")


def test_no_time_is_none() -> None:
    assert format_time(None) is None
