"""Actions of mailboxes."""

from __future__ import annotations

from typing import Final

from amictl.pbx.catalogue.entries import KnownAction, ReplyKind
from amictl.pbx.catalogue.parameters import changes, integer, mailbox_context, reads, text

_MAILBOX: Final = text("Mailbox", required=True)
_OWNER: Final = (mailbox_context(required=True), _MAILBOX)
_MESSAGE: Final = (
    *_OWNER,
    text("Folder", required=True),
    text("ID", name="message_id", required=True),
)
_SINCE: Final = ("18.20.0", "20.5.0")

ACTIONS: Final[tuple[KnownAction, ...]] = (
    reads(
        "MailboxStatus",
        "Tell whether messages wait in a mailbox (number@context).",
        _MAILBOX,
        rights="call reporting",
    ),
    reads(
        "MailboxCount",
        "Count the messages of a mailbox (number@context).",
        _MAILBOX,
        rights="call reporting",
    ),
    reads(
        "VoicemailUsersList",
        "List the voicemail users.",
        rights="call reporting",
        reply=ReplyKind.LIST,
        module="app_voicemail",
    ),
    reads(
        "VoicemailUserStatus",
        "Show a voicemail user.",
        *_OWNER,
        rights="call reporting",
        reply=ReplyKind.LIST,
        module="app_voicemail",
    ),
    reads(
        "VoicemailBoxSummary",
        "List the messages of a mailbox.",
        *_OWNER,
        rights="call reporting",
        reply=ReplyKind.LIST,
        since=_SINCE,
        module="app_voicemail",
    ),
    changes(
        "VoicemailRefresh",
        "Let Asterisk look for changes in mailboxes now.",
        mailbox_context(),
        text("Mailbox"),
        rights="user",
        module="app_voicemail",
    ),
    changes(
        "VoicemailMove",
        "Move a message to another folder of its mailbox.",
        *_MESSAGE,
        text("ToFolder", required=True),
        rights="user",
        since=_SINCE,
        module="app_voicemail",
    ),
    changes(
        "VoicemailRemove",
        "Delete a message.",
        *_MESSAGE,
        rights="user",
        since=_SINCE,
        module="app_voicemail",
    ),
    changes(
        "VoicemailForward",
        "Copy a message into another mailbox.",
        *_MESSAGE,
        mailbox_context("ToContext", required=True),
        text("ToMailbox", required=True),
        text("ToFolder", required=True),
        rights="user",
        since=_SINCE,
        module="app_voicemail",
    ),
    reads(
        "MWIGet",
        "List the counts of a mailbox that another system keeps, or of all that match /an expression/.",
        _MAILBOX,
        rights="call reporting",
        reply=ReplyKind.LIST,
        module="res_mwi_external_ami",
    ),
    changes(
        "MWIUpdate",
        "Set the counts of a mailbox that another system keeps.",
        _MAILBOX,
        integer("OldMessages"),
        integer("NewMessages"),
        rights="call",
        module="res_mwi_external_ami",
    ),
    changes(
        "MWIDelete",
        "Forget the counts of a mailbox, or of all that match a /regular expression/.",
        _MAILBOX,
        rights="call",
        module="res_mwi_external_ami",
    ),
)
