"""What the routes of mailboxes take and give."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictInt

from amictl.services.requests import Fields, PbxName, ReadQuery, Text
from amictl.services.schemas import Item, PbxAnswer, Performed, RawMessage

_MAX = 2**31 - 1  # Asterisk reads numbers into a C int

Mailbox = Annotated[Text, Field(description="number@context, such as 100@default")]
Messages = Annotated[StrictInt, Field(ge=0, le=_MAX)]


class MailboxQuery(ReadQuery):
    """A read of one mailbox."""

    mailbox: Mailbox


class MwiBody(Fields):
    """Counts of a mailbox that another system keeps."""

    mailbox: Mailbox
    new_messages: Messages = 0
    old_messages: Messages = 0
    pbx: PbxName | None = None


class MailboxStatus(PbxAnswer):
    """Whether messages wait in a mailbox."""

    mailbox: str
    messages_waiting: Annotated[
        bool | None, Field(description="False for a mailbox that does not exist, too")
    ]
    raw: RawMessage | None = None


class MailboxCount(PbxAnswer):
    """How many messages a mailbox has; 0 for one that does not exist, too."""

    mailbox: str
    urgent_messages: int | None
    new_messages: int | None
    old_messages: int | None
    raw: RawMessage | None = None


class VoicemailUser(Item):
    """Whose a mailbox is, and what it does; lengths are seconds."""

    mailbox: str
    number: str
    context: str
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
    say_caller_id: bool | None
    attach_message: bool | None
    attachment_format: str | None
    delete_message: bool | None
    volume_gain: float | None
    can_review: bool | None
    can_mark_urgent: bool | None
    call_operator: bool | None
    max_message_count: int | None
    max_message_length: int | None
    new_messages: int | None
    old_messages: int | None


class VoicemailUsers(PbxAnswer):
    """The voicemail users."""

    users: list[VoicemailUser]


class MwiSet(Performed):
    """The counts of a mailbox that another system keeps."""

    mailbox: str
    new_messages: int
    old_messages: int
