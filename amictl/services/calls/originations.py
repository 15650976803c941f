"""Ordering calls, and telling what became of them."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Final

from amictl.errors import ActionTimeout, AmictlError, NotFound, OutcomeUnknown, PbxError
from amictl.manager import Pbx, Registry
from amictl.pbx.changes import ACTIONS
from amictl.pbx.topics.originations import value as originations
from amictl.pbx.topics.originations.value import OriginationState
from amictl.pbx.value import About, Inlined, Written
from amictl.protocol import Action
from amictl.services.access import Actor, open_gate
from amictl.services.execution.execution import Execution
from amictl.services.pbx_service import PbxService
from amictl.services.results import PbxResult, Performed
from amictl.store.permissions import Permission

GRACE_SECONDS: Final = 6.0
"""How long after the ring timeout an outcome is still waited for."""
LONGEST_WAIT: Final = 120.0
"""How long a request may wait for an outcome, in seconds: proxies and browsers give up at about that."""


@dataclass(frozen=True, slots=True)
class CallOrder:
    """What is remembered of an order.

    Args:
        channel: What is called.
        channel_id: The unique ID that the new channel gets.
        timeout: Milliseconds that it may ring.
        exten: The extension that it is connected to.
        context: The context of the extension.
        application: The application that it is connected to instead.
    """

    channel: str
    channel_id: str
    timeout: int
    exten: str | None = None
    context: str | None = None
    application: str | None = None


class Originated(Performed, frozen=True):
    """A call that the PBX was told to make."""

    action_id: Annotated[str, About("Asks for the outcome; the key in the topic actions")]
    channel_id: Annotated[str, About("The unique ID that the new channel gets")]


class OriginationReport(PbxResult, frozen=True):
    """A call that somebody ordered here, and what became of it; its times are on amictl's own clock."""

    schema_name: ClassVar[str] = "Origination"

    order: Annotated[Written[originations.Origination], Inlined()]

    @property
    def state(self) -> OriginationState:
        """What became of it."""
        return OriginationState(self.order["state"])


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order that the PBX took.

    Args:
        actor: For whom.
        pbx: Where.
        timeout: Milliseconds that the channel may ring.
        settled: Set when the outcome is known, or known to be unknown.
        told: What is answered at once.
    """

    actor: Actor
    pbx: Pbx
    timeout: int
    settled: threading.Event
    told: Originated


class OriginationService(PbxService):
    """Orders calls and follows them: each is known in the topic ``actions`` before it is sent.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
        clock: Returns seconds since 1970.
    """

    def __init__(
        self, registry: Registry, execution: Execution, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(registry, execution)
        self._clock = clock

    def order(
        self, actor: Actor, pbx: Pbx, action: Action, order: CallOrder, permission: Permission
    ) -> Ordered:
        """Send an ``Originate``.

        Args:
            actor: For whom.
            pbx: Where.
            action: The action, with the order's channel ID.
            order: What to remember of it.
            permission: What the actor needs.
        """
        action_id = f"amictl-{secrets.token_hex(10)}"
        settled = pbx.picture.begin_origination(self._remember(actor, order, action_id))
        try:
            reply = self._execution.write(
                actor,
                pbx,
                replace(action, action_id=action_id),
                permission=permission,
                channel=order.channel,
                channel_id=order.channel_id,
            )
        except ActionTimeout:
            raise  # it may have been taken: the event tells, or the order times out
        except OutcomeUnknown:
            pbx.picture.lose_origination(action_id)
            raise
        except AmictlError as error:
            words = error.ami if isinstance(error, PbxError) and error.ami else error.detail
            pbx.picture.refuse_origination(action_id, words)
            raise
        except Exception:
            pbx.picture.lose_origination(action_id)
            raise
        if (limit := pbx.picture.find_limit(ACTIONS)) is not None:
            pbx.picture.give_up_origination(action_id, limit.detail)
        told = Originated(pbx.name, reply.message, action_id, order.channel_id)
        return Ordered(actor, pbx, order.timeout, settled, told)

    def wait(self, ordered: Ordered) -> OriginationReport:
        """Return the outcome of an order, or that it is still pending after the longest wait.

        Args:
            ordered: The order; waiting holds up nobody else.
        """
        ordered.settled.wait(min(ordered.timeout / 1000, LONGEST_WAIT) + GRACE_SECONDS)
        return self._describe(ordered.actor, ordered.pbx, ordered.told.action_id)

    def show(self, actor: Actor, action_id: str, pbx_name: str | None = None) -> OriginationReport:
        """Return what is known of an order; it is forgotten after an hour.

        Args:
            actor: Who is limited to queues sees the own orders, and those that became calls of the queues.
            action_id: What the order was answered with.
            pbx_name: The PBX.
        """
        return self._describe(actor, self._find_pbx(actor, pbx_name), action_id)

    def _describe(self, actor: Actor, pbx: Pbx, action_id: str) -> OriginationReport:
        """Return an order as the API shows it to an actor."""
        found = pbx.picture.find_origination(action_id)
        shown = None if found is None else open_gate(pbx, actor).show(found)
        if shown is None:
            raise NotFound(
                f"No such originate is known on {pbx.name}: it is of more than an hour ago, or not from here."
            )
        return OriginationReport(pbx.name, shown)

    def _remember(self, actor: Actor, order: CallOrder, action_id: str) -> originations.Origination:
        """Return the record of an order that is about to be sent."""
        now = self._clock()
        return originations.Origination(
            action_id=action_id,
            channel_id=order.channel_id,
            channel=order.channel,
            exten=order.exten,
            context=order.context,
            application=order.application,
            requested_by=actor.username,
            requested_at=now,
            expires_at=now + order.timeout / 1000 + GRACE_SECONDS - 1.0,
        )
