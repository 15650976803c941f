"""Mailboxes: what waits in them, whose they are, and counts that other systems keep."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictInt

from amictl.errors import ActionUnsupported
from amictl.pbx.actions import make_action
from amictl.pbx.readings.mailboxes import (
    MailboxLamp,
    MailboxMessages,
    VoicemailUser,
    read_mailbox_count,
    read_mailbox_status,
    read_voicemail_user,
)
from amictl.pbx.readings.raw import read_rows, with_raw
from amictl.pbx.value import Inlined
from amictl.services.access import Actor
from amictl.services.pbx_service import PbxService
from amictl.services.requests import Fields, PbxName, ReadQuery, Text
from amictl.services.results import PbxResult, Performed
from amictl.store.permissions import Permission

_MAX = 2**31 - 1  # Asterisk reads numbers into a C int

Mailbox = Annotated[Text, Field(description="number@context, such as 100@default")]
Messages = Annotated[StrictInt, Field(ge=0, le=_MAX)]


class MailboxQuery(ReadQuery):
    """A read of one mailbox."""

    mailbox: Mailbox


class MailboxStatus(PbxResult, frozen=True):
    """Whether messages wait in a mailbox."""

    lamp: Annotated[MailboxLamp, Inlined()]


class MailboxCount(PbxResult, frozen=True):
    """How many messages a mailbox has; 0 for one that does not exist, too."""

    messages: Annotated[MailboxMessages, Inlined()]


class VoicemailUsers(PbxResult, frozen=True):
    """The voicemail users."""

    users: tuple[VoicemailUser, ...]


class MwiBody(Fields):
    """Counts of a mailbox that another system keeps."""

    mailbox: Mailbox
    new_messages: Messages = 0
    old_messages: Messages = 0
    pbx: PbxName | None = None


class MwiSet(Performed, frozen=True):
    """The counts of a mailbox that another system keeps."""

    mailbox: str
    new_messages: int
    old_messages: int


class MailboxService(PbxService):
    """What can be asked of mailboxes, by ``utilities.read`` (`set_counts` by ``utilities.write``).

    Whoever is limited to queues is refused, as nothing tells whose a mailbox is.
    """

    def show_status(self, actor: Actor, asked: MailboxQuery) -> MailboxStatus:
        """Return whether messages wait in a mailbox; Asterisk says no for one that does not exist."""
        pbx = self._find_whole_pbx(actor, asked.pbx)
        response = self._execution.read(pbx, make_action("MailboxStatus", mailbox=asked.mailbox)).response
        return MailboxStatus(pbx.name, with_raw(read_mailbox_status(response), asked.raw, response))

    def count_messages(self, actor: Actor, asked: MailboxQuery) -> MailboxCount:
        """Return how many messages a mailbox has; Asterisk says none for one that does not exist."""
        pbx = self._find_whole_pbx(actor, asked.pbx)
        response = self._execution.read(pbx, make_action("MailboxCount", mailbox=asked.mailbox)).response
        return MailboxCount(pbx.name, with_raw(read_mailbox_count(response), asked.raw, response))

    def list_users(self, actor: Actor, asked: ReadQuery) -> VoicemailUsers:
        """Return the voicemail users."""
        pbx = self._find_whole_pbx(actor, asked.pbx)
        items = self._execution.read(pbx, make_action("VoicemailUsersList")).items
        return VoicemailUsers(pbx.name, read_rows(items, read_voicemail_user, raw=asked.raw))

    def set_counts(self, actor: Actor, asked: MwiBody) -> MwiSet:
        """Set the counts of a mailbox that another system keeps, for the lamps of phones."""
        pbx = self._find_whole_pbx(actor, asked.pbx)
        action = make_action(
            "MWIUpdate",
            mailbox=asked.mailbox,
            new_messages=asked.new_messages,
            old_messages=asked.old_messages,
        )
        try:
            reply = self._execution.write(actor, pbx, action, permission=Permission.UTILITIES_WRITE)
        except ActionUnsupported as error:
            raise ActionUnsupported(
                f"{error.detail} It serves mailboxes of other systems, and cannot run beside app_voicemail."
            ) from error
        return MwiSet(pbx.name, reply.message, asked.mailbox, asked.new_messages, asked.old_messages)
