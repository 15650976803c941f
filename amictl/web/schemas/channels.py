"""What the routes of channels take."""

from __future__ import annotations

from amictl.web.schemas.common import PbxQuery, Text


class StatusQuery(PbxQuery):
    """A read of all channels, or of one by name or unique ID."""

    channel: Text | None = None
