"""Trying a link to a PBX, for people: the settings page's button and the command line."""

from __future__ import annotations

from collections.abc import Callable

from amictl.config import LinkSettings
from amictl.manager import LinkReport, test_link

TryLink = Callable[[LinkSettings], LinkReport]
"""Logs in to a PBX and off again; raises LinkDown or LoginRefused with what to check."""

_TRY_TIMEOUT = 10.0  # seconds; somebody waits for it


def try_link(settings: LinkSettings) -> LinkReport:
    """Log in to a PBX and off again, apart from its kept link.

    Raises:
        LoginRefused: The PBX refused the user; ``detail`` tells what to check.
        LinkDown: It cannot be reached or is no AMI; ``detail`` tells what to check.
    """
    return test_link(settings, _TRY_TIMEOUT)


def describe_report(report: LinkReport) -> str:
    """Return what a try found, in a few short sentences."""
    version = f"Asterisk {report.asterisk_version}" if report.asterisk_version else report.banner
    found = f"Logged in to {version} at {report.address}; it answers in {report.round_trip * 1000:.1f} ms."
    return " ".join((found, *report.missing))
