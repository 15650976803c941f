"""What events tell of a call's journey beyond the state of its channels.

Dialing a Local channel is told as the dialing of what its other half dials, if it does; what is behind a
queue member's Local channel is not told at all, since the queue's own events tell of the member.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from amictl.pbx.ami_values import read_int, read_seconds, read_text
from amictl.pbx.topics.calls.journey import drop, retell
from amictl.pbx.topics.calls.record import CallRecord, Connection
from amictl.pbx.topics.calls.value import JourneyStep
from amictl.pbx.topics.channels.local_halves import LOCAL, first_half_of, read_departure
from amictl.pbx.topics.queues.successors import read_replacement
from amictl.protocol import Message

# Asterisk main/dial.c and apps/app_dial.c; CANCEL, of those that others were faster than, is no news.
_OUTCOMES: Final = {
    "ANSWER": "answered",
    "BUSY": "busy",
    "NOANSWER": "no_answer",
    "CONGESTION": "congestion",
    "CHANUNAVAIL": "unavailable",
}

# Why a member did not answer, as far as app_queue looks: a PJSIP phone that refuses counts as one that does
# not answer, and only the cause of its hang-up tells more.
_REFUSALS: Final = frozenset({"busy", "congestion"})

# What a SoftHangupRequest tells as its Cause: flags of Asterisk include/asterisk/channel.h, AST_SOFTHANGUP_….
# A command of the console tells it; AMI's Hangup and a time limit end a channel without an event of their own
# (main/channel.c).
_EXPLICIT: Final = 32


def _begin(record: CallRecord, message: Message, at: float) -> None:
    """Tell the start of a call that a list told of before its event came."""
    known = [step.kind for step in record.journey]
    if known == ["joined_late"] and message.get("Uniqueid") == message.get("Linkedid"):
        record.journey = ()
        record.note(JourneyStep(at, "started", channel=message.get("Channel")))


def _enter_queue(record: CallRecord, message: Message, at: float) -> None:
    position = read_int(message.get("Position"))
    record.note(JourneyStep(at, "queue_entered", queue=message.get("Queue"), position=position))


def _ring_member(record: CallRecord, message: Message, at: float) -> None:
    called = message.get("DestChannel", "")
    if called.startswith(LOCAL):
        record.rung_members |= {called}
        for behind in record.folded.get(called, ()):
            record.journey = drop(record.journey, "dialed", "channel", behind)
    record.note(_tell_member("member_rang", message, at))


def _miss_member(record: CallRecord, message: Message, at: float) -> None:
    milliseconds = read_int(message.get("RingTime"))
    seconds = None if milliseconds is None else milliseconds / 1000.0
    reason = record.take_refusal(message.get("DestChannel", ""))
    record.note(replace(_tell_member("ring_no_answer", message, at), seconds=seconds, reason=reason))


def _tell_member(kind: str, message: Message, at: float) -> JourneyStep:
    """Return a step of a member of a queue and the channel by which it was called."""
    return JourneyStep(
        at,
        kind,
        channel=read_text(message.get("DestChannel")),
        queue=message.get("Queue"),
        member=message.get("Interface"),
        name=read_text(message.get("MemberName")),
    )


def _abandon_queue(record: CallRecord, message: Message, at: float) -> None:
    waited = read_seconds(message.get("HoldTime"))
    record.note(JourneyStep(at, "abandoned", queue=message.get("Queue"), waited=waited))


def _leave_queue(record: CallRecord, message: Message, at: float) -> None:
    queue = message.get("Queue")
    stay = (step.kind for step in reversed(record.journey) if step.queue == queue)
    last = next((kind for kind in stay if kind in {"queue_entered", "abandoned"}), None)
    reason = "abandoned" if last == "abandoned" else "other"
    record.note(JourneyStep(at, "queue_left", queue=queue, reason=reason))


def _connect_member(record: CallRecord, message: Message, at: float) -> None:
    queue, member = message.get("Queue", ""), message.get("Interface", "")
    name, waited = read_text(message.get("MemberName")) or member, read_seconds(message.get("HoldTime"))
    # The leaving is told before.
    left = retell(record.journey, "queue_left", "queue", queue, reason="answered")
    record.journey = left or record.journey
    channel = read_text(message.get("DestChannel"))
    record.note(
        JourneyStep(at, "answered", channel=channel, queue=queue, member=member, waited=waited, by=name)
    )
    record.parted -= {message.get("Uniqueid", "")}
    record.connection = Connection(
        queue, member, message.get("Uniqueid", ""), message.get("DestUniqueid", "")
    )


def _leave_member(record: CallRecord, message: Message, _at: float) -> None:
    """Take that whoever is behind a member's Local channel is not connected to the caller any more."""
    connection, half = record.connection, first_half_of(read_departure(message))
    member = record.find(connection.member_id) if connection and half else None
    if connection is not None and member is not None and member.channel == half:
        record.parted |= {connection.caller_id}
        record.connection = None
        record.rung_members -= {half}  # whom it dials now is no member


def _take_out_local(record: CallRecord, message: Message, _at: float) -> None:
    """Take that a member's Local channel steps out of the way, whose hang-up then ends no talk."""
    connection = record.connection
    if connection is not None and connection.member_id == message.get("LocalOneUniqueid"):
        record.connection = replace(connection, member_id="")


def _part_member(record: CallRecord, message: Message, _at: float) -> None:
    if record.connection is not None and record.connection.caller_id == message.get("Uniqueid"):
        record.connection = None


def _begin_dial(record: CallRecord, message: Message, at: float) -> None:
    if _is_told_by_queue(record, message):
        return
    dialed = message.get("DestChannel", "")
    if dialed in record.folded:
        return
    outer = _first_half(message)
    if outer is not None:
        record.folded = {**record.folded, outer: (*record.folded.get(outer, ()), dialed)}
        retold = retell(record.journey, "dialed", "channel", outer, channel=dialed)
        if retold is not None:
            record.journey = retold
            return
    record.note(JourneyStep(at, "dialed", channel=dialed))


def _end_dial(record: CallRecord, message: Message, at: float) -> None:
    kind = _OUTCOMES.get(message.get("DialStatus", ""))
    dialed = message.get("DestChannel", "")
    if kind is None or dialed in record.folded:
        return
    if _is_told_by_queue(record, message):
        if kind in _REFUSALS:
            record.refusals = {**record.refusals, dialed: kind}
        return
    answered = kind == "answered"
    record.note(JourneyStep(at, kind, by=dialed) if answered else JourneyStep(at, kind, channel=dialed))


def _transfer_blind(record: CallRecord, message: Message, at: float) -> None:
    _leave_member(record, message, at)
    if message.get("Result") == "Success":
        by, to = message.get("TransfererChannel"), message.get("Extension")
        record.note(JourneyStep(at, "transferred", how="blind", by=by, to=to))


def _transfer_attended(record: CallRecord, message: Message, at: float) -> None:
    _leave_member(record, message, at)
    if message.get("Result") != "Success":
        return
    by, replacement = message.get("OrigTransfererChannel"), read_replacement(message)
    to = read_text(message.get("TransferTargetCallerIDNum")) or message.get("TransferTargetChannel")
    if replacement is not None:
        to = replacement.exten
    record.note(JourneyStep(at, "transferred", how="attended", by=by, to=to))


def _park(record: CallRecord, message: Message, at: float) -> None:
    channel, space = message.get("ParkeeChannel"), message.get("ParkingSpace")
    record.note(JourneyStep(at, "parked", channel=channel, lot=message.get("Parkinglot"), space=space))


def _unpark(how: str) -> Callable[[CallRecord, Message, float], None]:
    def note(record: CallRecord, message: Message, at: float) -> None:
        channel, by = message.get("ParkeeChannel"), message.get("RetrieverChannel")
        record.note(JourneyStep(at, "unparked", channel=channel, how=how, by=by))

    return note


def _confer(kind: str) -> Callable[[CallRecord, Message, float], None]:
    def note(record: CallRecord, message: Message, at: float) -> None:
        conference, channel = message.get("Conference"), message.get("Channel")
        record.note(JourneyStep(at, kind, conference=conference, channel=channel))

    return note


def _note_own_end(record: CallRecord, message: Message, _at: float) -> None:
    """Take that the party of a channel hung up, rather than that the PBX ended the channel."""
    record.note_ending(message.get("Uniqueid", ""), "hung_up")


def _note_ordered_end(record: CallRecord, message: Message, _at: float) -> None:
    """Take that a channel is ended by a command."""
    if (read_int(message.get("Cause")) or 0) & _EXPLICIT:
        record.note_ending(message.get("Uniqueid", ""), "ordered")


STEPS: Final[Mapping[str, tuple[tuple[str, ...], Callable[[CallRecord, Message, float], None]]]] = {
    "Newchannel": (("Uniqueid",), _begin),
    "QueueCallerJoin": (("Uniqueid",), _enter_queue),
    "QueueCallerLeave": (("Uniqueid",), _leave_queue),
    "QueueCallerAbandon": (("Uniqueid",), _abandon_queue),
    "AgentCalled": (("Uniqueid",), _ring_member),
    "AgentRingNoAnswer": (("Uniqueid",), _miss_member),
    "AgentConnect": (("Uniqueid",), _connect_member),
    "AgentComplete": (("Uniqueid",), _part_member),
    "DialBegin": (("DestUniqueid",), _begin_dial),
    "DialEnd": (("DestUniqueid",), _end_dial),
    "BlindTransfer": (("TransfereeUniqueid", "TransfererUniqueid"), _transfer_blind),
    "AttendedTransfer": (
        ("TransfereeUniqueid", "TransferTargetUniqueid", "OrigTransfererUniqueid"),
        _transfer_attended,
    ),
    "BridgeLeave": (("Uniqueid",), _leave_member),
    "LocalOptimizationBegin": (("LocalOneUniqueid",), _take_out_local),
    "ParkedCall": (("ParkeeUniqueid",), _park),
    "UnParkedCall": (("ParkeeUniqueid",), _unpark("retrieved")),
    "ParkedCallTimeOut": (("ParkeeUniqueid",), _unpark("timed_out")),
    "ParkedCallGiveUp": (("ParkeeUniqueid",), _unpark("gave_up")),
    "HangupRequest": (("Uniqueid",), _note_own_end),
    "SoftHangupRequest": (("Uniqueid",), _note_ordered_end),
    "ConfbridgeJoin": (("Uniqueid",), _confer("conference_joined")),
    "ConfbridgeLeave": (("Uniqueid",), _confer("conference_left")),
}
"""By event: the headers that may name the channel, and what it does to the channel's call."""


def _is_told_by_queue(record: CallRecord, message: Message) -> bool:
    """Return whether a waiting caller dials, or a queue member's Local channel: the queue tells of it."""
    caller = record.find(message.get("Uniqueid", ""))
    if caller is not None and caller.waiting_since is not None:
        return True
    return _first_half(message) in record.rung_members


def _first_half(message: Message) -> str | None:
    """Return the name of the first half of the Local channel whose second half dials, or None."""
    return first_half_of(message.get("Channel", "")) or None
