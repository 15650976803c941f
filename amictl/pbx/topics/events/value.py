"""Raw AMI events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from amictl.pbx.value import About, Time, Value


class AmiEvent(Value, frozen=True):
    """A raw event of a PBX, whole by itself."""

    type: Annotated[Literal["ami_event"], About("What it is, where messages of several types come")]
    event: Annotated[str, About("Its name, such as Newchannel")]
    data: Annotated[
        Mapping[str, str | list[str]],
        About("Its headers as the PBX sent them, Event included; of one that came several times a list"),
    ]
    at: Annotated[Time, About("When it was received")]
    seq: Annotated[int, About("Its number, which counts on over all sessions; the key")]
    pbx: Annotated[str, About("The PBX's short name")]
