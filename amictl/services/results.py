"""What services give: frozen structs, each declared once, beside the method that returns it.

A result's fields say what they are as those of the picture's values do (`amictl.pbx.value`); its JSON and the
schema of its JSON follow from that. Values of the picture stand in results as `Written` alone, which only the
gate makes: `amictl.services.schemas` refuses results that hold them otherwise.
"""

from __future__ import annotations

from typing import Annotated

from amictl.pbx.log.topic_log import Payload
from amictl.pbx.payloads import value_payload
from amictl.pbx.topics.links.value import LinkStatus
from amictl.pbx.value import About, Value, Written


class Result(Value, frozen=True):
    """What a service gives."""


class PbxResult(Result, frozen=True):
    """A result about one PBX."""

    pbx: Annotated[str, About("The PBX's short name")]


class Performed(PbxResult, frozen=True):
    """What the PBX said to an action."""

    message: Annotated[str, About("The PBX's own words")]


class ChannelDone(Performed, frozen=True):
    """A write about one channel that the PBX carried out."""

    channel: str
    unique_id: str


class LiveResult(PbxResult, frozen=True):
    """A read of the live picture, with how fresh it is."""

    epoch: Annotated[str, About("One AMI session; another epoch is another picture")]
    seq: Annotated[int, About("The picture's cursor, as on Socket.IO")]
    age: Annotated[
        float,
        About(
            "Seconds since what is read was last proved to be as on the PBX; 0 while the link does so all"
            " the time"
        ),
    ]
    limit: Annotated[
        str | None, About("Why what is read does not follow the PBX by itself; null where it does")
    ]
    link: Written[LinkStatus] | None


def write_result(result: Result) -> Payload:
    """Return a result JSON-ready."""
    return value_payload(result)
