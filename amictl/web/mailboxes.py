"""Routes of mailboxes."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.mailboxes import MailboxService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import describe
from amictl.web.inputs import read_body, read_query
from amictl.web.schemas.common import ReadQuery
from amictl.web.schemas.mailboxes import (
    MailboxCount,
    MailboxQuery,
    MailboxStatus,
    MwiBody,
    MwiSet,
    VoicemailUsers,
)
from amictl.web.visitors import current_actor


def make_mailboxes_blueprint(mailboxes: MailboxService) -> Blueprint:
    """Return the routes ``mailbox/…/``, ``voicemail/users/`` and ``mwi/``."""
    blueprint = Blueprint("mailboxes", __name__, url_prefix="/api/ami")

    @blueprint.get("/mailbox/status/")
    @describe(
        "Whether messages wait in a mailbox",
        permission=Permission.UTILITIES_READ,
        query=MailboxQuery,
        data=MailboxStatus,
    )
    def show_mailbox() -> Response:
        query = read_query(MailboxQuery)
        return answer_success(mailboxes.show_status(current_actor(), query.mailbox, query.pbx, raw=query.raw))

    @blueprint.get("/mailbox/count/")
    @describe(
        "How many messages a mailbox has",
        permission=Permission.UTILITIES_READ,
        query=MailboxQuery,
        data=MailboxCount,
    )
    def count_messages() -> Response:
        query = read_query(MailboxQuery)
        return answer_success(
            mailboxes.count_messages(current_actor(), query.mailbox, query.pbx, raw=query.raw)
        )

    @blueprint.get("/voicemail/users/")
    @describe(
        "Voicemail users",
        permission=Permission.UTILITIES_READ,
        query=ReadQuery,
        data=VoicemailUsers,
    )
    def list_users() -> Response:
        query = read_query(ReadQuery)
        return answer_success(mailboxes.list_users(current_actor(), query.pbx, raw=query.raw))

    @blueprint.post("/mwi/")
    @describe(
        "Set the counts of a mailbox that another system keeps",
        permission=Permission.UTILITIES_WRITE,
        details="Needs res_mwi_external_ami on the PBX, which cannot run beside app_voicemail: else 501.",
        body=MwiBody,
        data=MwiSet,
        write=True,
        example={"mailbox": "100@hotel", "new_messages": 2, "old_messages": 0},
    )
    def set_counts() -> Response:
        body = read_body(MwiBody)
        return answer_success(
            mailboxes.set_counts(
                current_actor(),
                body.mailbox,
                new_messages=body.new_messages,
                old_messages=body.old_messages,
                pbx_name=body.pbx,
            )
        )

    return blueprint
