"""Routes of mailboxes."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.requests import ReadQuery
from amictl.services.use_cases import UseCases
from amictl.services.utilities.mailboxes import (
    MailboxCount,
    MailboxQuery,
    MailboxStatus,
    MwiBody,
    MwiSet,
    VoicemailUsers,
)
from amictl.store.permissions import Permission
from amictl.web.contract import Routes

routes = Routes("mailboxes")


@routes.get("/mailbox/status/", Permission.UTILITIES_READ)
def show_mailbox(services: UseCases, actor: Actor, query: MailboxQuery) -> MailboxStatus:
    """Whether messages wait in a mailbox."""
    return services.mailboxes.show_status(actor, query)


@routes.get("/mailbox/count/", Permission.UTILITIES_READ)
def count_messages(services: UseCases, actor: Actor, query: MailboxQuery) -> MailboxCount:
    """How many messages a mailbox has."""
    return services.mailboxes.count_messages(actor, query)


@routes.get("/voicemail/users/", Permission.UTILITIES_READ)
def list_users(services: UseCases, actor: Actor, query: ReadQuery) -> VoicemailUsers:
    """Voicemail users."""
    return services.mailboxes.list_users(actor, query)


@routes.post(
    "/mwi/",
    Permission.UTILITIES_WRITE,
    example={"mailbox": "100@hotel", "new_messages": 2, "old_messages": 0},
)
def set_counts(services: UseCases, actor: Actor, body: MwiBody) -> MwiSet:
    """Set the counts of a mailbox that another system keeps.

    Needs res_mwi_external_ami on the PBX, which cannot run beside app_voicemail: else 501.
    """
    return services.mailboxes.set_counts(actor, body)
