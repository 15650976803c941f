"""Places in the dialplan where a call joins a queue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from amictl.errors import ActionUnsupported, Conflict
from amictl.manager import Pbx
from amictl.pbx.actions import make_action
from amictl.pbx.ami_values import read_int
from amictl.protocol import Message
from amictl.services.execution.execution import Execution

_QUEUE_APPLICATION: Final = "queue"
_PATTERN: Final = "_"  # begins an extension that stands for many: no place to send a call to


@dataclass(frozen=True, slots=True, order=True)
class DialplanPlace:
    """Where a call can be sent.

    Args:
        context: The context.
        exten: The extension in it.
        priority: The priority there.
    """

    context: str
    exten: str
    priority: int = 1


def find_queue_place(execution: Execution, pbx: Pbx, queue: str, preferred: str | None) -> DialplanPlace:
    """Return a place that runs ``Queue`` for a queue, from the dialplan that the PBX has now.

    Args:
        execution: Asks the PBX.
        pbx: Which one.
        queue: The queue's name.
        preferred: The context to choose where there are several; else the first by name.

    Raises:
        Conflict: No extension of the dialplan does; tells what to do.
        PbxError: The PBX could not be asked; one that cannot show its dialplan says what to give instead.
    """
    try:
        items = execution.read(pbx, make_action("ShowDialPlan")).items
    except ActionUnsupported as error:
        raise ActionUnsupported(
            f"{error.detail} Without it the place that runs Queue({queue}) cannot be found: "
            "give exten and context."
        ) from error
    places = sorted(_list_places(items, queue))
    if not places:
        raise Conflict(
            f"No extension of {pbx.name} runs Queue({queue}): add one to the dialplan, or give exten and "
            "context of one that leads there."
        )
    return next((place for place in places if place.context == preferred), places[0])


def _list_places(items: Iterable[Message], queue: str) -> list[DialplanPlace]:
    """Return each place that runs ``Queue`` with the queue's name as its first argument.

    Args:
        items: ``ListDialplan`` events (Asterisk main/pbx.c, manager_show_dialplan_helper).
        queue: The queue's name; one that is put together from variables cannot be found.
    """
    places = []
    for item in items:
        exten, number = item.get("Extension", ""), read_int(item.get("Priority"))
        runs_queue = item.get("Application", "").lower() == _QUEUE_APPLICATION
        named = item.get("AppData", "").split(",")[0].strip()
        if runs_queue and named == queue and number is not None and not exten.startswith(_PATTERN):
            places.append(DialplanPlace(item.get("Context", ""), exten, number))
    return places
