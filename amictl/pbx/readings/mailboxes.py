"""Mailboxes and their users."""

from __future__ import annotations

from amictl.pbx.ami_values import read_float, read_int, read_text, read_truth
from amictl.pbx.readings.raw import Reading
from amictl.protocol import Message


def read_mailbox_status(message: Message) -> Reading:
    """Return the response to ``MailboxStatus``."""
    waiting = read_int(message.get("Waiting"))
    return {
        "mailbox": message.get("Mailbox", ""),
        "messages_waiting": None if waiting is None else waiting > 0,
    }


def read_mailbox_count(message: Message) -> Reading:
    """Return the response to ``MailboxCount``."""
    return {
        "mailbox": message.get("Mailbox", ""),
        "urgent_messages": read_int(message.get("UrgMessages")),
        "new_messages": read_int(message.get("NewMessages")),
        "old_messages": read_int(message.get("OldMessages")),
    }


def read_voicemail_user(message: Message) -> Reading:
    """Return a ``VoicemailUserEntry`` item; lengths are seconds."""
    number, context = message.get("VoiceMailbox", ""), message.get("VMContext", "")
    return {
        "mailbox": f"{number}@{context}",
        "number": number,
        "context": context,
        "full_name": read_text(message.get("Fullname")),
        "email": read_text(message.get("Email")),
        "pager": read_text(message.get("Pager")),
        "language": read_text(message.get("Language")),
        "time_zone": read_text(message.get("TimeZone")),
        "callback": read_text(message.get("Callback")),
        "dialout": read_text(message.get("Dialout")),
        "exit_context": read_text(message.get("ExitContext")),
        "say_duration_minimum": read_int(message.get("SayDurationMinimum")),
        "say_envelope": read_truth(message.get("SayEnvelope")),
        "say_caller_id": read_truth(message.get("SayCID")),
        "attach_message": read_truth(message.get("AttachMessage")),
        "attachment_format": read_text(message.get("AttachmentFormat")),
        "delete_message": read_truth(message.get("DeleteMessage")),
        "volume_gain": read_float(message.get("VolumeGain")),
        "can_review": read_truth(message.get("CanReview")),
        "can_mark_urgent": read_truth(message.get("CanMarkUrgent")),
        "call_operator": read_truth(message.get("CallOperator")),
        "max_message_count": read_int(message.get("MaxMessageCount")),
        "max_message_length": read_int(message.get("MaxMessageLength")),
        "new_messages": read_int(message.get("NewMessageCount")),
        "old_messages": read_int(message.get("OldMessageCount")),
    }
