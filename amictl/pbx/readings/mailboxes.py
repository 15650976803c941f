"""Mailboxes and their users."""

from __future__ import annotations

from typing import Annotated, Final

from amictl.pbx.ami_values import read_int
from amictl.pbx.reader import reader_of
from amictl.pbx.readings.raw import Row
from amictl.pbx.value import About
from amictl.protocol import Message


def _are_waiting(count: str | None) -> bool | None:
    waiting = read_int(count)
    return None if waiting is None else waiting > 0


class MailboxLamp(Row, frozen=True):
    """The response to ``MailboxStatus``."""

    mailbox: str
    messages_waiting: Annotated[
        bool | None, About("False for a mailbox that does not exist, too", "Waiting", _are_waiting)
    ]


class MailboxMessages(Row, frozen=True):
    """The response to ``MailboxCount``."""

    mailbox: str
    urgent_messages: Annotated[int | None, About("", "UrgMessages")]
    new_messages: int | None
    old_messages: int | None


class VoicemailUser(Row, frozen=True):
    """Whose a mailbox is, and what it does; lengths are seconds."""

    mailbox: Annotated[str, About("", "")]
    number: Annotated[str, About("", "VoiceMailbox")]
    context: Annotated[str, About("", "VMContext")]
    full_name: str | None
    email: str | None
    pager: str | None
    language: str | None
    time_zone: str | None
    callback: str | None
    dialout: str | None
    exit_context: str | None
    say_duration_minimum: int | None
    say_envelope: bool | None
    say_caller_id: Annotated[bool | None, About("", "SayCID")]
    attach_message: bool | None
    attachment_format: str | None
    delete_message: bool | None
    volume_gain: float | None
    can_review: bool | None
    can_mark_urgent: bool | None
    call_operator: bool | None
    max_message_count: int | None
    max_message_length: int | None
    new_messages: Annotated[int | None, About("", "NewMessageCount")]
    old_messages: Annotated[int | None, About("", "OldMessageCount")]


read_mailbox_status: Final = reader_of(MailboxLamp)
read_mailbox_count: Final = reader_of(MailboxMessages)
_read_user: Final = reader_of(VoicemailUser)


def read_voicemail_user(message: Message) -> VoicemailUser:
    """Return a ``VoicemailUserEntry`` item."""
    number, context = message.get("VoiceMailbox", ""), message.get("VMContext", "")
    return _read_user(message, mailbox=f"{number}@{context}")
