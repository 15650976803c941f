"""What the ``eventfilter`` lines of an AMI user keep away, judged by name alone."""

from __future__ import annotations

import pytest

from amictl.manager.event_filters import find_filtered

EVENTS = {
    "Hangup": "call",
    "HangupRequest": "call",
    "Newchannel": "call",
    "QueueMemberPause": "agent",
    "QueueMemberStatus": "agent",
    "VarSet": "dialplan",
}


def filtered(*lines: str) -> set[str]:
    # "key=value" as GetConfig tells it; an advanced key holds no "="
    pairs = [
        line.split("=", 1) if line.startswith("eventfilter") else ("eventfilter", line) for line in lines
    ]
    return set(find_filtered([(key, value) for key, value in pairs], EVENTS))


@pytest.mark.parametrize(
    ("lines", "kept_away"),
    [
        ((), ""),
        (("!Event: RTCP(Sent|Received)",), ""),
        (("!Event: VarSet", "!Event: QueueMember.*"), "VarSet QueueMemberPause QueueMemberStatus"),
        (("!Event: Hangup",), "Hangup HangupRequest"),  # a pattern has no end of its own
        (("!Event: Hangup\r",), "Hangup"),
        (("!Privilege: dialplan",), "VarSet"),
        (("!.*",), " ".join(EVENTS)),
        # What asks for more than the name keeps no kind of event away.
        (("!Channel: DAHDI/.*",), ""),
        (("!Event: (Newchannel|Hangup).*Channel: Local/",), ""),
        (("!Event: [broken",), ""),
        # What lets in keeps away all else.
        (("Event: Newchannel", "Event: QueueMember"), "Hangup HangupRequest VarSet"),
        (("Event: .*ang.*Channel: PJSIP/",), ""),
        (("Event: (Q|Newch).*Channel: PJSIP/",), "Hangup HangupRequest VarSet"),
        (("Channel: PJSIP/",), ""),
        (("Event: New", "!Event: Newchannel"), " ".join(EVENTS)),
        # Asterisk 22's other way of writing them.
        (("eventfilter(action(exclude),name(Hangup))=",), "Hangup"),
        (("eventfilter(name(VarSet),action(exclude),header(Channel),method(starts_with))=Local/",), ""),
        (("eventfilter(action(exclude),method(regex))=Event: [NV]",), "Newchannel VarSet"),
        (("eventfilter(action(exclude),method(contains))=Event: QueueMember",), ""),
        (
            ("eventfilter(name(Newchannel))=", "eventfilter(action(include),name(VarSet))="),
            "Hangup HangupRequest QueueMemberPause QueueMemberStatus",
        ),
        (("eventfilter(header(Channel),method(regex))=PJSIP/",), ""),
    ],
)  # fmt: skip
def test_a_filter_keeps_away_the_kinds_of_events_that_its_names_say(
    lines: tuple[str, ...], kept_away: str
) -> None:
    assert filtered(*lines) == set(kept_away.split())
