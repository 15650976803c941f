"""Queues as a whole: their configuration, their counters and their log."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from amictl.manager import Pbx
from amictl.pbx.actions import make_action
from amictl.pbx.value import About
from amictl.protocol import Action
from amictl.services.access import Actor, require_every_queue
from amictl.services.access.pbxes import require_live_picture
from amictl.services.execution.refreshing import refresh_queues
from amictl.services.pbx_service import PbxService
from amictl.services.queues.live_queues import find_queue
from amictl.services.requests import Fields, Interface, Long, PbxName, QueueName, Short
from amictl.services.results import Performed


class QueueResetBody(Fields):
    """A queue whose counters are set to zero."""

    queue: Annotated[QueueName | None, Field(description="All queues when left out")] = None
    pbx: PbxName | None = None


class QueueReloadBody(QueueResetBody):
    """What of the queues' configuration to read again; all of it when no part is asked for."""

    members: StrictBool | None = None
    rules: Annotated[StrictBool | None, Field(description="The penalty rules, which all queues share")] = None
    parameters: Annotated[StrictBool | None, Field(description="Everything else")] = None


class QueueChanged(Performed, frozen=True):
    """A queue, or all, that were reloaded or reset."""

    queue: str | None
    refreshed: Annotated[bool, About("Whether the live picture has the queues as they are now")]


class QueueLogBody(Fields):
    """An entry for the queue log."""

    queue: QueueName
    event: Annotated[Short, Field(description="Its kind, such as NOTE")]
    unique_id: Annotated[Short | None, Field(description="A channel's unique ID")] = None
    interface: Interface | None = None
    message: Annotated[Long | None, Field(description="Further columns, with | between")] = None
    pbx: PbxName | None = None


class QueueLogged(Performed, frozen=True):
    """An entry in the queue log."""

    queue: str
    event: str


class QueueUpkeepService(PbxService):
    """What can be done with a whole queue, by ``queues.manage`` in it; with all, by a role without limits."""

    def reload(self, actor: Actor, asked: QueueReloadBody) -> QueueChanged:
        """Let the PBX read the configuration of queues again, and the live picture follow.

        Asterisk says that it succeeded whatever the queue's name, so the picture is asked afterwards: the
        queue may be new in the configuration. All queues share the rules, which need a role without limits.
        """
        pbx = self._find_queues(actor, asked.pbx, asked.queue)
        if asked.rules:
            require_every_queue(actor)
        whole = asked.queue is not None and not (asked.members or asked.rules or asked.parameters)
        action = make_action(
            "QueueReload",
            queue=asked.queue,
            members=whole or asked.members,
            rules=asked.rules,
            parameters=whole or asked.parameters,
        )
        changed = self._change(actor, pbx, action, asked.queue)
        if asked.queue is not None and changed.refreshed:
            find_queue(pbx, asked.queue)
        return changed

    def reset(self, actor: Actor, asked: QueueResetBody) -> QueueChanged:
        """Set the counters of a queue, or of all, to zero."""
        pbx = self._find_queues(actor, asked.pbx, asked.queue)
        if asked.queue is not None:
            find_queue(pbx, asked.queue)
        return self._change(actor, pbx, make_action("QueueReset", queue=asked.queue), asked.queue)

    def log_event(self, actor: Actor, asked: QueueLogBody) -> QueueLogged:
        """Write an entry into the queue log, for those who make reports from it."""
        pbx = self._find_live_pbx(actor, asked.pbx, asked.queue)
        find_queue(pbx, asked.queue)
        action = make_action(
            "QueueLog",
            queue=asked.queue,
            event=asked.event,
            unique_id=asked.unique_id,
            interface=asked.interface,
            message=asked.message,
        )
        return QueueLogged(pbx.name, self._manage(actor, pbx, action, asked.queue), asked.queue, asked.event)

    def _find_queues(self, actor: Actor, pbx_name: str | None, queue: str | None) -> Pbx:
        """Return the PBX of a queue, or of all, whose picture tells the present."""
        pbx = self._find_pbx(actor, pbx_name, queue)
        if queue is None:
            require_every_queue(actor)
        require_live_picture(pbx)
        return pbx

    def _change(self, actor: Actor, pbx: Pbx, action: Action, queue: str | None) -> QueueChanged:
        """Carry out what no event tells of, and wait for the picture to have it."""
        message = self._manage(actor, pbx, action, queue)
        return QueueChanged(pbx.name, message, queue, refresh_queues(pbx, queue))
