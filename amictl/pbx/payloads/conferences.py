"""The topic ``conferences``."""

from __future__ import annotations

from amictl.pbx.models import Conference, ConferenceParty
from amictl.pbx.payloads.times import format_time
from amictl.pbx.topic_log import Payload


def conference_payload(conference: Conference) -> Payload:
    """Return a value of the topic ``conferences``."""
    return {
        "conference": conference.conference,
        "bridge_id": conference.bridge_id,
        "locked": conference.locked,
        "muted": conference.muted,
        "recording": conference.recording,
        "started_at": format_time(conference.started_at),
        "party_count": len(conference.parties),
        "parties": [_party_payload(party) for party in conference.parties],
    }


def _party_payload(party: ConferenceParty) -> Payload:
    return {
        "channel": party.channel,
        "unique_id": party.unique_id,
        "linked_id": party.linked_id,
        "caller_id_num": party.caller_id_num,
        "caller_id_name": party.caller_id_name,
        "admin": party.admin,
        "marked": party.marked,
        "waiting": party.waiting,
        "muted": party.muted,
        "talking": party.talking,
        "joined_at": format_time(party.joined_at),
    }
