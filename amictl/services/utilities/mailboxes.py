"""Mailboxes: what waits in them, whose they are, and counts that other systems keep."""

from __future__ import annotations

from typing import Any

from amictl.errors import ActionUnsupported
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action
from amictl.pbx.readings.mailboxes import read_mailbox_count, read_mailbox_status, read_voicemail_user
from amictl.pbx.readings.raw import attach_raw, read_items
from amictl.services.access import Actor, require_whole_pbx
from amictl.services.access.pbxes import find_pbx
from amictl.services.execution.execution import Execution
from amictl.store.permissions import Permission


class MailboxService:
    """What can be asked of mailboxes.

    Every method needs ``utilities.read`` (`set_counts` ``utilities.write``) and raises ``PermissionDenied``
    without it, where the PBX is out of scope, and to whoever is limited to queues, as nothing tells whose a
    mailbox is; ``NotFound`` where there is no such PBX; and ``PbxError`` where the PBX could not be asked.
    Of their arguments ``pbx_name`` is the PBX (None means the default one), and ``raw`` tells whether to add
    the AMI messages.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
    """

    def __init__(self, registry: Registry, execution: Execution) -> None:
        self._registry = registry
        self._execution = execution

    def show_status(
        self, actor: Actor, mailbox: str, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Return whether messages wait in a mailbox; Asterisk says no for one that does not exist."""
        pbx = self._find(actor, pbx_name)
        response = self._execution.read(pbx, make_action("MailboxStatus", mailbox=mailbox)).response
        return attach_raw({"pbx": pbx.name, **read_mailbox_status(response)}, raw, response)

    def count_messages(
        self, actor: Actor, mailbox: str, pbx_name: str | None = None, *, raw: bool = False
    ) -> dict[str, Any]:
        """Return how many messages a mailbox has; Asterisk says none for one that does not exist."""
        pbx = self._find(actor, pbx_name)
        response = self._execution.read(pbx, make_action("MailboxCount", mailbox=mailbox)).response
        return attach_raw({"pbx": pbx.name, **read_mailbox_count(response)}, raw, response)

    def list_users(self, actor: Actor, pbx_name: str | None = None, *, raw: bool = False) -> dict[str, Any]:
        """Return the voicemail users."""
        pbx = self._find(actor, pbx_name)
        reply = self._execution.read(pbx, make_action("VoicemailUsersList"))
        return {"pbx": pbx.name, "users": read_items(reply.items, read_voicemail_user, raw=raw)}

    def set_counts(
        self, actor: Actor, mailbox: str, *, new_messages: int, old_messages: int, pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Set the counts of a mailbox that another system keeps, for the lamps of phones."""
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_whole_pbx(actor)
        action = make_action(
            "MWIUpdate", mailbox=mailbox, new_messages=new_messages, old_messages=old_messages
        )
        try:
            reply = self._execution.write(actor, pbx, action, permission=Permission.UTILITIES_WRITE)
        except ActionUnsupported as error:
            raise ActionUnsupported(
                f"{error.detail} It serves mailboxes of other systems, and cannot run beside app_voicemail."
            ) from error
        return {
            "pbx": pbx.name,
            "mailbox": mailbox,
            "new_messages": new_messages,
            "old_messages": old_messages,
            "message": reply.message,
        }

    def _find(self, actor: Actor, pbx_name: str | None) -> Pbx:
        """Return the PBX that a read is about."""
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_whole_pbx(actor)
        return pbx
