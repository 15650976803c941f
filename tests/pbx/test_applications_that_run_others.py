"""The application that a channel really runs, from the data of one that runs another."""

from __future__ import annotations

import pytest

from amictl.pbx.topics.channels.applications import read_application


@pytest.mark.parametrize(
    ("name", "data", "runs"),
    [
        ("Queue", "support,t", ("Queue", "support,t")),
        ("ExecIf", "1?Wait(2)", ("Wait", "2")),
        ("ExecIf", "0?Wait(2):Dial(PJSIP/100,20)", ("Dial", "PJSIP/100,20")),
        ("ExecIf", "?Wait(2):Echo()", ("Echo", "")),
        ("ExecIf", "?Wait(2):Echo", ("Echo", "")),
        ("ExecIf", "00?Wait(2):Echo()", ("Echo", "")),
        ("ExecIf", "some words?Wait(2):Echo()", ("Wait", "2")),
        ("ExecIf", "-1?Wait(2)", ("Wait", "2")),
        ("ExecIf", "1?Dial(SIP/a:5060/b?c):Echo()", ("Dial", "SIP/a:5060/b?c")),
        ("ExecIf", '1?Set(X=":"):Echo()', ("Set", 'X=":"')),
        ("ExecIf", "1?Set(X=$[(1)]):Echo()", ("Set", "X=$[(1)]")),
        ("ExecIf", "0?Wait(2)", ("ExecIf", "0?Wait(2)")),
        ("ExecIf", "1?", ("ExecIf", "1?")),
        ("ExecIf", "", ("ExecIf", "")),
        ("ExecIf", "1?(2)", ("ExecIf", "1?(2)")),
        ("Exec", "Playback(beep)", ("Playback", "beep")),
        ("TryExec", "Queue(sales,,,,30)", ("Queue", "sales,,,,30")),
        ("Exec", "", ("Exec", "")),
        ("Exec", "Wait(2", ("Wait", "2")),
    ],
)
def test_the_application_that_runs_is_told(name: str, data: str, runs: tuple[str, str]) -> None:
    assert read_application(name, data) == runs
