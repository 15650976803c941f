"""The only serialiser of the picture: values to JSON-ready dictionaries with the API's field names.

Times are ISO 8601 in UTC with milliseconds and ``Z``; what Asterisk does not know is null.
"""

from __future__ import annotations

from amictl.pbx.changes import Change
from amictl.pbx.log.topic_log import Payload
from amictl.pbx.payloads.times import format_time
from amictl.pbx.payloads.values import value_payload

__all__ = ["change_payload", "format_time", "value_payload"]


def change_payload(change: Change) -> Payload:
    """Return one change as a batch has it."""
    if change.value is None:
        return {"op": change.op, "key": change.key}
    return {"op": change.op, "key": change.key, "value": value_payload(change.value)}
