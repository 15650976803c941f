"""Conferences of ConfBridge."""

from __future__ import annotations

from amictl.pbx.models.value import Value


class ConferenceParty(Value, frozen=True):
    """One channel that takes part in a conference.

    Args:
        unique_id: The channel's unique ID; the key within the conference.
        channel: Its name.
        linked_id: The linked ID of its call.
        caller_id_num: The party's number.
        caller_id_name: The party's name.
        admin: Whether it may administer the conference.
        muted: Whether it is silenced.
        talking: Whether it talks now; Asterisk tells only where its profile detects talkers, else False.
        marked: Whether others wait for it; None until a list told.
        waiting: Whether it waits for a marked party; None until a list told.
        joined_at: When it joined, on the PBX's clock; None for one that was there before we looked.
    """

    unique_id: str
    channel: str
    linked_id: str | None
    caller_id_num: str | None
    caller_id_name: str | None
    admin: bool | None
    muted: bool | None
    talking: bool | None
    marked: bool | None = None
    waiting: bool | None = None
    joined_at: float | None = None


class Conference(Value, frozen=True):
    """One conference.

    Args:
        conference: Its name; the key.
        bridge_id: The bridge that mixes it; None until something told.
        locked: Whether only admins may join.
        muted: Whether an admin silenced all but the admins, those who are still to join included.
        recording: Whether it is being recorded; None where nobody told.
        started_at: When it began, on the PBX's clock; None for one that was there before we looked.
        parties: Who takes part, in the order in which they became known.
    """

    conference: str
    bridge_id: str | None = None
    locked: bool | None = None
    muted: bool | None = None
    recording: bool | None = None
    started_at: float | None = None
    parties: tuple[ConferenceParty, ...] = ()
