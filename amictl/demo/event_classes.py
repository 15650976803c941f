"""Which class each AMI event belongs to: what a user's ``read`` must name to hear it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Asterisk's core-en_US.xml, managerEventInstance class=…, where EVENT_FLAG_… stands in lower case.
_EVENTS_BY_CLASS: Final[Mapping[str, str]] = {
    "system": "ContactStatus FullyBooted Load LogChannel PeerStatus Registry Reload Shutdown Unload",
    "call": (
        "AttendedTransfer BlindTransfer BridgeCreate BridgeDestroy BridgeEnter BridgeLeave BridgeMerge"
        " BridgeVideoSourceUpdate ChanSpyStart ChanSpyStop ConfbridgeEnd ConfbridgeJoin ConfbridgeLeave"
        " ConfbridgeMute ConfbridgeRecord ConfbridgeStart ConfbridgeStopRecord ConfbridgeTalking"
        " ConfbridgeUnmute DeviceStateChange DialBegin DialEnd DialState ExtensionStatus Flash Hangup"
        " HangupRequest Hold LocalBridge LocalOptimizationBegin LocalOptimizationEnd MessageWaiting"
        " MixMonitorMute MixMonitorStart MixMonitorStop MusicOnHoldStart MusicOnHoldStop NewAccountCode"
        " NewCallerid NewConnectedLine Newchannel Newstate OriginateResponse ParkedCall ParkedCallGiveUp"
        " ParkedCallSwap ParkedCallTimeOut Pickup PresenceStateChange PresenceStatus Rename"
        " SoftHangupRequest UnParkedCall Unhold Wink"
    ),
    "agent": (
        "AgentCalled AgentComplete AgentConnect AgentDump AgentLogin AgentLogoff AgentRingNoAnswer"
        " QueueCallerAbandon QueueCallerJoin QueueCallerLeave QueueMemberAdded QueueMemberPause"
        " QueueMemberPenalty QueueMemberRemoved QueueMemberRinginuse QueueMemberStatus"
    ),
    "user": "UserEvent VoicemailPasswordChange",
    "dtmf": "DTMFBegin DTMFEnd",
    "reporting": "RTCPReceived RTCPSent",
    "dialplan": "HangupHandlerPop HangupHandlerPush HangupHandlerRun Newexten VarSet",
    "agi": "AGIExecEnd AGIExecStart AsyncAGIEnd AsyncAGIExec AsyncAGIStart",
    "security": (
        "AuthMethodNotAllowed ChallengeResponseFailed ChallengeSent FailedACL InvalidAccountID"
        " InvalidPassword RequestBadFormat RequestNotAllowed RequestNotSupported SessionLimit SuccessfulAuth"
    ),
}

CLASS_OF_EVENT: Final[Mapping[str, str]] = MappingProxyType(
    {event: name for name, events in _EVENTS_BY_CLASS.items() for event in events.split()}
)
"""The class of each event that the demo PBX sends."""
