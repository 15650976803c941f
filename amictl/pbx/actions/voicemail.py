"""Builders of mailboxes."""

from __future__ import annotations

from amictl.pbx.actions.building import build
from amictl.protocol import Action


def mailbox_status(mailbox: str) -> Action:
    """Ask whether messages wait in a mailbox.

    Args:
        mailbox: ``number@context``.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("MailboxStatus", mailbox=mailbox)


def mailbox_count(mailbox: str) -> Action:
    """Ask how many messages a mailbox has.

    Args:
        mailbox: ``number@context``.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("MailboxCount", mailbox=mailbox)


def voicemail_users_list() -> Action:
    """Ask for the voicemail users."""
    return build("VoicemailUsersList")


def voicemail_user_status(context: str, mailbox: str) -> Action:
    """Ask for a voicemail user; an unknown one gives a reply without items.

    Args:
        context: Of the mailbox.
        mailbox: Its number.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("VoicemailUserStatus", context=context, mailbox=mailbox)


def voicemail_box_summary(context: str, mailbox: str) -> Action:
    """Ask for the messages of a mailbox; an unknown one gives a reply without items.

    Args:
        context: Of the mailbox.
        mailbox: Its number.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("VoicemailBoxSummary", context=context, mailbox=mailbox)


def voicemail_refresh(context: str | None = None, mailbox: str | None = None) -> Action:
    """Let Asterisk look for changes in mailboxes now.

    Args:
        context: Only in this context.
        mailbox: Only this number.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("VoicemailRefresh", context=context, mailbox=mailbox)


def voicemail_move(context: str, mailbox: str, folder: str, message_id: str, to_folder: str) -> Action:
    """Move a message to another folder; Asterisk says ``Success`` even when its words are that it failed.

    Args:
        context: Of the mailbox.
        mailbox: Its number.
        folder: Where the message is: ``INBOX``, ``Old``, …
        message_id: Its ID, from `voicemail_box_summary`.
        to_folder: Where it goes.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build(
        "VoicemailMove",
        context=context,
        mailbox=mailbox,
        folder=folder,
        message_id=message_id,
        to_folder=to_folder,
    )


def voicemail_remove(context: str, mailbox: str, folder: str, message_id: str) -> Action:
    """Delete a message; Asterisk says ``Success`` even when its words are that it failed.

    Args:
        context: Of the mailbox.
        mailbox: Its number.
        folder: Where the message is.
        message_id: Its ID.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("VoicemailRemove", context=context, mailbox=mailbox, folder=folder, message_id=message_id)


def voicemail_forward(
    context: str,
    mailbox: str,
    folder: str,
    message_id: str,
    *,
    to_context: str,
    to_mailbox: str,
    to_folder: str,
) -> Action:
    """Copy a message into another mailbox; Asterisk says ``Success`` even when its words are that it failed.

    Args:
        context: Of the mailbox.
        mailbox: Its number.
        folder: Where the message is.
        message_id: Its ID.
        to_context: Of the other mailbox.
        to_mailbox: Its number.
        to_folder: Its folder.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build(
        "VoicemailForward",
        context=context,
        mailbox=mailbox,
        folder=folder,
        message_id=message_id,
        to_context=to_context,
        to_mailbox=to_mailbox,
        to_folder=to_folder,
    )


def mwi_get(mailbox: str) -> Action:
    """Ask for the counts that another system keeps for mailboxes.

    Args:
        mailbox: One by its name, or ``/…/`` for all that match a regular expression.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("MWIGet", mailbox=mailbox)


def mwi_update(mailbox: str, *, old_messages: int | None = None, new_messages: int | None = None) -> Action:
    """Set the counts of a mailbox that another system keeps.

    Args:
        mailbox: Its name.
        old_messages: How many were heard; 0 when left out.
        new_messages: How many were not; 0 when left out.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("MWIUpdate", mailbox=mailbox, old_messages=old_messages, new_messages=new_messages)


def mwi_delete(mailbox: str) -> Action:
    """Forget the counts of mailboxes that another system keeps.

    Args:
        mailbox: One by its name, or ``/…/`` for all that match a regular expression.

    Raises:
        InvalidInput: Names the refused argument.
    """
    return build("MWIDelete", mailbox=mailbox)
