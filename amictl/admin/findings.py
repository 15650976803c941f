"""What a page shows of a finding: for templates and for the connect page's script alike."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from flask_babel import gettext

from amictl.manager import Finding, Verdict

_TONES: Final = MappingProxyType(
    {Verdict.FINE: "good", Verdict.WARNING: "warn", Verdict.WRONG: "bad", Verdict.UNKNOWN: "neutral"}
)
"""The colours of ``amictl.css``, by verdict."""


def show_finding(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON values, with the words and the tone that people see."""
    return {
        "check": finding.check,
        "verdict": finding.verdict,
        "verdict_label": gettext(finding.verdict.label),
        "tone": _TONES[finding.verdict],
        "seen": finding.seen,
        "remedies": [{"place": remedy.place, "lines": list(remedy.lines)} for remedy in finding.remedies],
    }
