"""Channels."""

from __future__ import annotations

from amictl.pbx.models.value import Value


class Channel(Value, frozen=True):
    """One channel of the PBX.

    Args:
        unique_id: Asterisk's Uniqueid; the channel's key.
        channel: Its name, such as ``PJSIP/100-00000001``; a masquerade may change it.
        linked_id: The Uniqueid of the channel that the whole call began with.
        state: Asterisk's words: ``Down``, ``Ring``, ``Ringing``, ``Up``, ``Busy``, …
        caller_id_num: Number of the party on this channel.
        caller_id_name: That party's name, unescaped.
        connected_line_num: Number of the party at the other end.
        connected_line_name: That party's name, unescaped.
        context: Where in the dialplan the channel is.
        exten: Extension there.
        priority: Priority there.
        application: The application that runs.
        application_data: The arguments that it got.
        account_code: The account that the call is billed to.
        language: Language of prompts.
        bridge_id: The bridge that the channel is in.
        created_at: When it came to be.
        state_since: When it came to its state; None when that was before we looked.
        answered_at: When it became ``Up``; None when it is not, or was so before we looked.
        bridged_at: When it entered its bridge; None when it is in none, or was before we looked.
        on_hold: Whether the party put the other on hold; None when it came to be before we looked.
        held_since: Since when it does; None when it does not, or did before we looked.
        waiting_since: Since when it waits in a queue; None when it does not.
    """

    unique_id: str
    channel: str
    linked_id: str | None
    state: str | None
    caller_id_num: str | None
    caller_id_name: str | None
    connected_line_num: str | None
    connected_line_name: str | None
    context: str | None
    exten: str | None
    priority: int | None
    application: str | None
    application_data: str | None
    account_code: str | None
    language: str | None
    bridge_id: str | None
    created_at: float
    state_since: float | None
    answered_at: float | None
    bridged_at: float | None
    on_hold: bool | None
    held_since: float | None
    waiting_since: float | None
