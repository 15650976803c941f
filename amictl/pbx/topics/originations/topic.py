"""The topic ``actions``: how it is shown; what orders calls keeps it."""

from __future__ import annotations

from typing import Final

from amictl.pbx.changes import ACTIONS
from amictl.pbx.topics.originations.table import RESPONSE_EVENT
from amictl.pbx.topics.originations.value import Origination
from amictl.pbx.topics.spec import Sight, TopicSpec


def _see(order: Origination, sight: Sight) -> Origination | None:
    """Return an ordered call of one's own, or one that came to be a call that is seen."""
    mine = order.requested_by == sight.orders_of
    return order if mine or sight.sees_channel(order.channel_id) else None


TOPIC: Final = TopicSpec(ACTIONS, Origination, 1024, _see, events={"call": (RESPONSE_EVENT,)})
