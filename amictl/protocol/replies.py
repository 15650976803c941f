"""From messages to replies: which messages answer which action, and when the answer is complete."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, overload

from amictl.protocol.codec import Action
from amictl.protocol.list_items import ListItems
from amictl.protocol.messages import Message

# Lists and single items that come without ``EventList``: the event that ends the reply.
# Asterisk res/res_fax.c (manager_fax_session, manager_fax_stats), main/manager.c (action_waitevent).
_ENDING_EVENTS: Final[Mapping[str, str]] = {
    "faxsession": "FAXSession",
    "faxstats": "FAXStats",
    "waitevent": "WaitEventComplete",
}

# Errors that mean "the list is empty", by action, since the same words are a real failure elsewhere.
_EMPTY_LISTS: Final[Mapping[str, str]] = {
    "confbridgelist": "No active conferences.",  # apps/app_confbridge.c
    "confbridgelistrooms": "No active conferences.",
    "extensionstatelist": "No dialplan hints are available",  # main/pbx.c, up to 18
    "meetmelist": "No active conferences.",  # apps/app_meetme.c
    "meetmelistrooms": "No active conferences.",
    "pjsipshowaors": "No AORs found",  # res/res_pjsip/location.c
    "pjsipshowauths": "No Auths found",  # res/res_pjsip/config_auth.c
    "pjsipshowcontacts": "No Contacts found",  # res/res_pjsip/pjsip_options.c
    "pjsipshowendpoints": "No endpoints found",  # res/res_pjsip/pjsip_configuration.c
    "pjsipshowresourcelists": "No resource lists found",  # res/res_pjsip_pubsub.c
}

# Broadcast events that carry an ActionID which somebody gave: UserEvent copies every header of its sender
# (main/manager.c, action_userevent), OriginateResponse has its action's (fast_originate). Every client gets
# them, so another one may know our IDs. Privilege does not tell them from items: those of Status and
# SIPpeerstatus have it too.
_BROADCASTS: Final = frozenset({"UserEvent", "OriginateResponse"})

_SUCCESSES: Final = frozenset({"success", "goodbye", "follows"})

# How many given-up replies are remembered, so that their late parts are not taken for events.
_MAX_ABANDONED: Final = 1024


class Absorbed(Enum):
    """Says that a message was part of a reply, and is no event to publish."""

    PART = "part"


@dataclass(frozen=True, slots=True)
class Reply:
    """The PBX's complete answer to one action.

    Args:
        action_id: The action's ID.
        response: The response; of a list that broke off, the error that ended it.
        items: The list's items in order, without the event that completes it; it may be read only.
        complete: The event that completes a list (``ListItems`` and totals), or that is all of it
            (``FAXStats``), or None.
        empty: Whether the response is an error that only says that the list is empty.
    """

    action_id: str
    response: Message
    items: Sequence[Message] = ()
    complete: Message | None = None
    empty: bool = False

    @property
    def success(self) -> bool:
        """Whether the PBX did what was asked; an empty list is a success."""
        return self.empty or (self.response.response or "").lower() in _SUCCESSES

    @property
    def message(self) -> str:
        """The PBX's own words, or an empty string."""
        return self.response.get("Message", "")

    @property
    def output(self) -> list[str]:
        """The lines that a ``Command`` printed."""
        return self.response.output

    @overload
    def get(self, header: str) -> str | None: ...
    @overload
    def get(self, header: str, default: str) -> str: ...
    def get(self, header: str, default: str | None = None) -> str | None:
        """Return a header of the response; see `Message.get`."""
        value = self.response.get(header)
        return default if value is None else value


@dataclass(slots=True)
class _Pending:
    action: Action
    response: Message | None = None
    items: ListItems = field(default_factory=ListItems)
    abandoned: bool = False


class Replies:
    """Gathers replies by ActionID; everything else is an event, or a response that nobody awaits.

    Only what follows the rules of a reply is taken: a response by its first line, list items after the
    list's start. A ``UserEvent`` or ``OriginateResponse`` that carries one of these IDs stays an event.
    """

    def __init__(self) -> None:
        self._pending: dict[str, _Pending] = {}
        self._abandoned: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def awaits_nothing(self) -> bool:
        """Whether every event is one to publish: no action's reply is on its way."""
        return not self._pending

    def track(self, action_id: str, action: Action) -> None:
        """Expect a reply to an action that is about to be sent."""
        self._pending[action_id] = _Pending(action)

    def forget(self, action_id: str) -> None:
        """Stop waiting for a reply; what still comes of it is absorbed without being kept."""
        pending = self._pending.get(action_id)
        if pending is None or pending.abandoned:
            return
        pending.abandoned = True
        pending.items.clear()
        self._abandoned[action_id] = None
        if len(self._abandoned) > _MAX_ABANDONED:
            oldest, _ = self._abandoned.popitem(last=False)
            del self._pending[oldest]

    def receive(self, message: Message) -> Reply | Absorbed | None:
        """Receive one message, in the order of the stream.

        Args:
            message: What the connection gave.

        Returns:
            The reply that the message completes; `Absorbed` when it is part of a reply that is not
            complete, was given up, or was never asked for; None when it is an event to publish.
        """
        if message.is_response:
            return self._receive_response(message)
        if not self._pending:
            return None
        action_id = message.action_id
        pending = self._pending.get(action_id) if action_id else None
        if action_id is None or pending is None or pending.response is None:
            return None
        if message.name in _BROADCASTS:
            return None
        return self._receive_item(action_id, pending, message)

    def _receive_response(self, message: Message) -> Reply | Absorbed:
        action_id = message.action_id
        pending = self._pending.get(action_id) if action_id else None
        if action_id is None or pending is None:
            return Absorbed.PART
        refused = (message.response or "").lower() == "error"
        pending.response = message
        if not refused and _starts_list(pending.action, message):
            return Absorbed.PART
        empty = refused and not pending.items and _says_empty(pending.action, message)
        return self._finish(action_id, pending, empty=empty)

    def _receive_item(self, action_id: str, pending: _Pending, message: Message) -> Reply | Absorbed:
        ending = _ENDING_EVENTS.get(pending.action.name.lower())
        state = message.get("EventList", "").lower()
        if message.name == ending or state in {"complete", "cancelled"}:
            return self._finish(action_id, pending, complete=message)
        if not pending.abandoned:
            pending.items.append(message)
        return Absorbed.PART

    def _finish(
        self, action_id: str, pending: _Pending, *, complete: Message | None = None, empty: bool = False
    ) -> Reply | Absorbed:
        del self._pending[action_id]
        self._abandoned.pop(action_id, None)
        if pending.abandoned or pending.response is None:
            return Absorbed.PART
        return Reply(action_id, pending.response, pending.items.freeze(), complete, empty)


def _starts_list(action: Action, response: Message) -> bool:
    return response.get("EventList", "").lower() == "start" or action.name.lower() in _ENDING_EVENTS


def _says_empty(action: Action, response: Message) -> bool:
    words = _EMPTY_LISTS.get(action.name.lower())
    return words is not None and response.get("Message") == words
