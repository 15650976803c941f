"""Actions of the AMI session itself; amictl's own session is not for callers to change."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction, ReplyKind
from amictl.pbx.catalogue.parameters import changes, choice, integer, reads, text

_OWN: Final = "amictl logs in and off by itself; change the PBX's settings instead"
_EVENTS: Final = "the live picture needs every event of amictl's session"

ACTIONS: Final[tuple[KnownAction, ...]] = (
    changes(
        "Login",
        "Log in.",
        text("Username", required=True),
        choice("AuthType", "plain", "MD5"),
        text("Secret"),
        text("Key"),
        text("Events"),
        refusal=_OWN,
    ),
    changes(
        "Challenge",
        "Ask for a challenge to log in with.",
        choice("AuthType", "MD5", required=True),
        refusal=_OWN,
    ),
    changes("Logoff", "Log off.", refusal=_OWN),
    changes(
        "Events",
        "Choose the events that this session gets.",
        text("EventMask", required=True),
        refusal=_EVENTS,
    ),
    changes(
        "Filter",
        "Keep some events from this session.",
        choice("Operation", "Add"),
        text("MatchCriteria", since=("18.26.0", "20.11.0", "21.6.0", "22.1.0")),
        text("Filter"),
        rights="system",
        refusal=_EVENTS,
    ),
    reads(
        "WaitEvent",
        "Wait for events; meant for AMI over HTTP.",
        integer("Timeout", required=True, minimum=-1, unit="s"),
        reply=ReplyKind.UNMARKED_LIST,
        refusal="it would hold up amictl's session; subscribe to the topic events instead",
    ),
)
