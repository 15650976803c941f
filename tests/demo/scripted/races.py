"""What Asterisk's own threads leave open when one script is played twice on it.

Each rule was found by playing the scripts on one Asterisk 22 again and again, also beside other work: what is
not named here did not vary.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

DEVICE_STATES: Final = frozenset({"DeviceStateChange", "ExtensionStatus"})

_TRANSFERS = frozenset({"BlindTransfer", "AttendedTransfer"})
_PARKING = frozenset(
    {"ParkedCall", "UnParkedCall", "ParkedCallTimeOut", "ParkedCallGiveUp", "ParkedCallSwap"}
)
_CONFERENCE = frozenset(
    f"Confbridge{what}"
    for what in (
        "Start",
        "End",
        "Join",
        "Leave",
        "Mute",
        "Unmute",
        "Lock",
        "Unlock",
        "List",
        "Record",
        "StopRecord",
        "Talking",
    )
)
_MUSIC = frozenset({"MusicOnHoldStart", "MusicOnHoldStop"})
BIRTH = frozenset({"Newchannel"})

LOOSE: Final[Mapping[str, frozenset[str]]] = {
    # main/manager.c: the thread that made the call sends it, while the channel's own goes on.
    "OriginateResponse": BIRTH,
    # app_queue.c: the queue hears of the bridge's end and of hang-ups by a subscription of its own.
    "AgentComplete": BIRTH | {"AgentCalled", "AgentConnect", "BridgeEnter"},
    # bridge.c: who transfers tells of it when it is done, and the parties' threads went on meanwhile.
    **dict.fromkeys(_TRANSFERS, BIRTH | {"BridgeCreate", "BridgeEnter", "Hold"}),
    # res_parking/parking_manager.c: told by whoever parks, retrieves or times, not by the parked channel.
    **dict.fromkeys(_PARKING, BIRTH | _PARKING),
    # confbridge_manager.c: told by the application, while the channel's bridge thread goes on.
    **dict.fromkeys(_CONFERENCE, BIRTH | _CONFERENCE),
    # bridge_channel.c: each party's thread starts and ends the music when it gets to the frame that tells so.
    **dict.fromkeys(_MUSIC, BIRTH | _MUSIC | {"Hold"}),
}
"""Events that another thread sends than their channel's own, and what they come in order with."""

OF_THE_CALLED: Final = frozenset({"DialBegin", "DialState", "AgentCalled"})
"""Sent by the caller's thread, while the called phone's own (chan_pjsip.c) sets the state to Ringing."""

LEFT_TO_THE_CALLED: Final = frozenset({"Newstate", "NewConnectedLine", "NewCallerid", "Newexten", "VarSet"})

RACES: Final[Sequence[tuple[str, str]]] = (
    # bridge.c: a bridge that changes its technology names the peers anew; the phone's thread tells of holds.
    ("Hold", "VarSet BRIDGE"),
    ("Unhold", "VarSet BRIDGE"),
    # main/audiohook.c: the bridge's thread does so, too, when it notices that somebody listens or records.
    *(
        (f"{event}{what}", "VarSet BRIDGE")
        for event in ("MixMonitor", "ChanSpy")
        for what in ("Start", "Stop")
    ),
    # res_pjsip_refer.c sets its variables while the bridge lets the channel go.
    ("VarSet SIPREFER", "VarSet BRIDGE"),
    ("VarSet __SIPREFER", "VarSet BRIDGE"),
    # The phone that transferred is told to hang up twice: by the transfer, and by its own Dial that ends.
    ("SoftHangupRequest", "VarSet ANSWEREDTIME"),
    ("SoftHangupRequest", "VarSet DIALEDTIME"),
    ("SoftHangupRequest", "VarSet DIALSTATUS"),
    ("SoftHangupRequest", "SoftHangupRequest"),
    # It leaves its bridge in its own thread, and is told to hang up in that of the transfer.
    ("SoftHangupRequest", "BridgeLeave"),
    # app_queue.c: phones that ring together ring at the same moment.
    ("DialState", "DialState"),
    # bridge.c: whoever transferred leaves while the bridges are merged.
    ("BridgeMerge", "BridgeLeave"),
    # bridge_channel.c: when a bridge is dissolved, its two parties leave each in a thread of its own.
    ("BridgeLeave", "BridgeLeave"),
)
"""Pairs of one chain whose order varies; what follows the event's name is what its variable begins with."""

RACING_FACTS: Final[Sequence[tuple[str, str]]] = (
    # See OF_THE_CALLED: whether the called phone rings already.
    *(
        (name, f"Dest{what}")
        for name in sorted(OF_THE_CALLED)
        for what in ("ChannelState", "ConnectedLine", "Exten")
    ),
    # app_queue.c: the call is the member's own an instant before or after its device is in use.
    ("QueueMemberStatus", "InCall"),
    # bridge_attended.c: the parties learn their new peers' names in threads of their own.
    ("AttendedTransfer", "TransfereeConnectedLine"),
    ("AttendedTransfer", "TransferTargetConnectedLine"),
    ("AttendedTransfer", "SecondBridgeNumChannels"),
    # See the race of two BridgeLeave.
    ("BridgeLeave", "BridgeNumChannels"),
    # bridge.c: the transferer may have left before the bridges are merged.
    ("BridgeMerge", "FromBridgeNumChannels"),
    # app_confbridge.c: the channel that recorded is told to hang up, and leaves in a thread of its own.
    ("ConfbridgeStopRecord", "BridgeNumChannels"),
)
"""Headers, by what they begin with, whose value depends on who was first."""


RACING_OF_LOCAL: Final = ("ChannelState", "CallerID", "ConnectedLine")
"""What a Local channel learns from its other end, whose thread goes on by itself (core_local.c)."""

NEAR_HALF: Final = re.compile("<Local/.*;1 ")
LOOSE_OF_NEAR_HALF: Final[Mapping[str, frozenset[str]]] = {
    "NewCallerid": BIRTH,
    "Newstate": BIRTH | {"Newstate", "Hangup"},
}
"""The same for what the far half's thread lets a Local channel's near half tell."""

RACING_OF_TRANSFERRED: Final = ("ConnectedLine", "Context", "Exten", "Priority")
"""Where a caller is whom a member transferred: it is there already, or not yet (app_queue.c)."""

MAY_BE_GONE: Final[Mapping[str, tuple[str, ...]]] = {
    "AgentComplete": ("", "Dest"),
    "AttendedTransfer": ("TransferTarget",),
}
"""Events that may lack a channel, by what its headers begin with."""

SNAPSHOT: Final = (
    *("Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName", "ConnectedLineNum"),
    *("ConnectedLineName", "Language", "AccountCode", "Context", "Exten", "Priority", "Uniqueid", "Linkedid"),
)
