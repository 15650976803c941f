"""The topic ``pbx``: how it is shown; the picture itself keeps it."""

from __future__ import annotations

from typing import Final

from amictl.pbx.changes import PBX
from amictl.pbx.topics.links.value import LinkStatus
from amictl.pbx.topics.spec import Sight, TopicSpec


def _see(link: LinkStatus, _sight: Sight) -> LinkStatus:
    return link


TOPIC: Final = TopicSpec(PBX, LinkStatus, 256, _see)
