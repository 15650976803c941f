"""What people are told about a tried link."""

from __future__ import annotations

from dataclasses import replace

from amictl.manager import LinkReport
from amictl.services.utilities.links import describe_report

REPORT = LinkReport(
    "main", "pbx:5038", "Asterisk Call Manager/11.0.0", "22.10.1", None, None, (), None, 0.0005
)


def test_a_good_link_is_told_by_version_address_and_round_trip() -> None:
    assert describe_report(REPORT) == "Logged in to Asterisk 22.10.1 at pbx:5038; it answers in 0.5 ms."


def test_a_version_that_may_not_be_asked_for_is_told_by_the_banner() -> None:
    told = describe_report(replace(REPORT, asterisk_version=None))
    assert told.startswith("Logged in to Asterisk Call Manager/11.0.0 at ")


def test_what_the_user_lacks_is_told_after_it() -> None:
    told = describe_report(replace(REPORT, missing=("It lacks call.", "It lacks agent.")))
    assert told.endswith(" ms. It lacks call. It lacks agent.")
