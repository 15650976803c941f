"""Reading calls from the live picture."""

from __future__ import annotations

from amictl.errors import NotFound
from amictl.pbx.topics.calls import topic as calls_topic
from amictl.pbx.topics.calls.value import Call
from amictl.pbx.value import Written
from amictl.services.access import Actor, open_gate
from amictl.services.access.pbxes import read_topic
from amictl.services.pbx_service import PictureService
from amictl.services.results import LiveResult


class Calls(LiveResult, frozen=True):
    """The calls of a PBX."""

    calls: tuple[Written[Call], ...]


class OneCall(LiveResult, frozen=True):
    """One call of a PBX."""

    call: Written[Call]


class LiveCallService(PictureService):
    """Reads of calls, by ``live.read``; none of them asks the PBX."""

    def list_calls(self, actor: Actor, pbx_name: str | None = None) -> Calls:
        """Return the calls of a PBX that the actor may see, and how fresh they are."""
        pbx = self._find_pbx(actor, pbx_name)
        source, calls = read_topic(pbx, calls_topic.TOPIC)
        return Calls(*source, open_gate(pbx, actor).show_all(calls.values()))

    def show_call(self, actor: Actor, linked_id: str, pbx_name: str | None = None) -> OneCall:
        """Return one call, by its linked ID, for a while also after it ended.

        One that the actor may not see is not found.
        """
        pbx = self._find_pbx(actor, pbx_name)
        source, calls = read_topic(pbx, calls_topic.TOPIC)
        found = calls.get(linked_id) or pbx.picture.find_ended_call(linked_id)
        shown = None if found is None else open_gate(pbx, actor).show(found)
        if shown is None:
            raise NotFound(f"There is no such call on {pbx.name}; it may have ended.")
        return OneCall(*source, shown)
