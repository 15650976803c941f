"""Conferences of ConfBridge."""

from __future__ import annotations

from typing import Annotated

from amictl.pbx.ami_values import read_name
from amictl.pbx.value import About, Time, Value, shown


class ConferenceParty(Value, frozen=True):
    """A channel that takes part in a conference."""

    unique_id: Annotated[str, About("The channel's unique ID; the key within the conference", "Uniqueid")]
    channel: Annotated[str, About("Its name", "Channel")]
    linked_id: Annotated[str | None, About("The linked ID of its call", "Linkedid")]
    caller_id_num: Annotated[str | None, About("The party's number", "CallerIDNum")]
    caller_id_name: Annotated[str | None, About("The party's name", "CallerIDName", read_name)]
    admin: Annotated[bool | None, About("Whether it may administer the conference", "Admin")]
    muted: Annotated[bool | None, About("Whether it is silenced", "Muted")]
    talking: Annotated[
        bool | None,
        About("Whether it talks now; told only where the conference detects talking, else false", "Talking"),
    ]
    marked: Annotated[
        bool | None, About("Whether others wait for it; null until a list told", "MarkedUser")
    ] = None
    waiting: Annotated[
        bool | None, About("Whether it waits for a marked party; null until a list told", "Waiting")
    ] = None
    joined_at: Annotated[
        Time | None, About("When it joined; null for one that was there before we looked")
    ] = None


class Conference(Value, frozen=True):
    """A conference."""

    conference: Annotated[str, About("Its name; the key")]
    bridge_id: Annotated[str | None, About("The bridge that mixes it; null until something told")] = None
    locked: Annotated[bool | None, About("Whether only admins may join")] = None
    muted: Annotated[
        bool | None,
        About("Whether an admin silenced all but the admins, those who are still to join included"),
    ] = None
    recording: Annotated[bool | None, About("Whether it is being recorded; null where nobody told")] = None
    started_at: Annotated[
        Time | None, About("When it began; null for one that was there before we looked")
    ] = None
    parties: Annotated[
        tuple[ConferenceParty, ...], About("Who takes part, in the order in which they became known")
    ] = ()

    @shown()
    def party_count(self) -> Annotated[int, About("How many take part")]:
        """Return how many take part."""
        return len(self.parties)
