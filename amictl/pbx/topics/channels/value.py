"""Channels."""

from __future__ import annotations

from typing import Annotated

from amictl.pbx.ami_values import read_name, read_word
from amictl.pbx.value import About, Time, Value


class Channel(Value, frozen=True):
    """A channel of the PBX."""

    unique_id: Annotated[str, About("Asterisk's Uniqueid; the channel's key", "Uniqueid")]
    channel: Annotated[
        str, About("Its name, such as PJSIP/100-0000001a; a masquerade may change it", "Channel")
    ]
    linked_id: Annotated[
        str | None, About("The unique ID of the channel that the whole call began with", "Linkedid")
    ]
    state: Annotated[
        str | None, About("Asterisk's words: Down, Ring, Ringing, Up, Busy, …", "ChannelStateDesc", read_word)
    ]
    caller_id_num: Annotated[str | None, About("Number of the party on this channel", "CallerIDNum")]
    caller_id_name: Annotated[str | None, About("That party's name, unescaped", "CallerIDName", read_name)]
    connected_line_num: Annotated[
        str | None, About("Number of the party at the other end", "ConnectedLineNum")
    ]
    connected_line_name: Annotated[
        str | None, About("That party's name, unescaped", "ConnectedLineName", read_name)
    ]
    context: Annotated[str | None, About("Where in the dialplan the channel is", "Context", read_word)]
    exten: Annotated[str | None, About("Extension there", "Exten")]
    priority: Annotated[int | None, About("Priority there", "Priority")]
    application: Annotated[str | None, About("The application that runs")]
    application_data: Annotated[
        str | None, About("The arguments that it got; hidden without the permission events.sensitive")
    ]
    account_code: Annotated[
        str | None, About("The account that the call is billed to", "AccountCode", read_word)
    ]
    language: Annotated[str | None, About("Language of prompts", "Language", read_word)]
    bridge_id: Annotated[str | None, About("The bridge that the channel is in")]
    created_at: Annotated[Time, About("When it came to be")]
    state_since: Annotated[Time | None, About("When it came to its state; null when not seen")]
    answered_at: Annotated[Time | None, About("When it became Up; null when it is not, or not seen")]
    bridged_at: Annotated[Time | None, About("When it entered its bridge; null in none, or when not seen")]
    on_hold: Annotated[
        bool | None, About("Whether its party put the other on hold; null when it is not known")
    ]
    held_since: Annotated[Time | None, About("Since when its party holds the other; null when not seen")]
    waiting_since: Annotated[Time | None, About("Since when it waits in a queue; null when it does not")]
