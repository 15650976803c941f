"""Routes of mailboxes."""

from __future__ import annotations

from amictl.services.access import Actor
from amictl.services.requests import ReadQuery
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.api.utilities.mailboxes_schemas import (
    MailboxCount,
    MailboxQuery,
    MailboxStatus,
    MwiBody,
    MwiSet,
    VoicemailUsers,
)
from amictl.web.contract import Data, Routes

routes = Routes("mailboxes")


@routes.get("/mailbox/status/", Permission.UTILITIES_READ, data=MailboxStatus)
def show_mailbox(services: UseCases, actor: Actor, query: MailboxQuery) -> Data:
    """Whether messages wait in a mailbox."""
    return services.mailboxes.show_status(actor, query.mailbox, query.pbx, raw=query.raw)


@routes.get("/mailbox/count/", Permission.UTILITIES_READ, data=MailboxCount)
def count_messages(services: UseCases, actor: Actor, query: MailboxQuery) -> Data:
    """How many messages a mailbox has."""
    return services.mailboxes.count_messages(actor, query.mailbox, query.pbx, raw=query.raw)


@routes.get("/voicemail/users/", Permission.UTILITIES_READ, data=VoicemailUsers)
def list_users(services: UseCases, actor: Actor, query: ReadQuery) -> Data:
    """Voicemail users."""
    return services.mailboxes.list_users(actor, query.pbx, raw=query.raw)


@routes.post(
    "/mwi/",
    Permission.UTILITIES_WRITE,
    data=MwiSet,
    example={"mailbox": "100@hotel", "new_messages": 2, "old_messages": 0},
)
def set_counts(services: UseCases, actor: Actor, body: MwiBody) -> Data:
    """Set the counts of a mailbox that another system keeps.

    Needs res_mwi_external_ami on the PBX, which cannot run beside app_voicemail: else 501.
    """
    return services.mailboxes.set_counts(
        actor, body.mailbox, new_messages=body.new_messages, old_messages=body.old_messages, pbx_name=body.pbx
    )
