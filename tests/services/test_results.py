"""What services give: its JSON is as its schema says, and holds of the picture what the gate wrote alone."""

from __future__ import annotations

from typing import Annotated

import pytest
from msgspec import UNSET, UnsetType
from pydantic import ValidationError

from amictl.pbx.log.kept_json import make_json
from amictl.pbx.topics.channels.value import Channel
from amictl.pbx.value import About, Inlined, Time, Written
from amictl.services.results import PbxResult, Result, write_result
from amictl.services.schemas import answer_of


class Careless(PbxResult, frozen=True):
    """A result that shows channels as the picture has them."""

    channels: tuple[Channel, ...]


class Hidden(PbxResult, frozen=True):
    """A result that has such a result inside."""

    careless: Annotated[Careless | None, About("Where nobody looks")]


class Times(Result, frozen=True):
    """Times of something."""

    begun_at: Time | None
    seconds: Annotated[float | UnsetType, About("How long")] = UNSET


class Told(PbxResult, frozen=True):
    """Something with its times among its own fields."""

    times: Annotated[Times, Inlined()]
    more: tuple[Times, ...] | UnsetType = UNSET


class Seen(PbxResult, frozen=True):
    """A channel that the gate has written."""

    channel: Written[Channel]


@pytest.mark.parametrize("result", [Careless, Hidden])
def test_a_result_with_a_value_that_no_gate_has_written_is_refused(result: type[Result]) -> None:
    with pytest.raises(TypeError, match="holds Channel: let the gate write it"):
        answer_of(result)


def test_what_the_gate_has_written_has_the_schema_of_its_value() -> None:
    assert answer_of(Seen).model_fields["channel"].annotation is answer_of(Channel)


def test_what_is_unset_is_left_out_and_what_is_inlined_stands_beside_the_rest() -> None:
    told = Told("main", Times(1.5), more=(Times(None, 2.0),))
    payload = write_result(told)
    assert payload == {
        "pbx": "main",
        "begun_at": "1970-01-01T00:00:01.500Z",
        "more": [{"begun_at": None, "seconds": 2.0}],
    }
    answer_of(Told).model_validate_json(make_json(payload))
    assert write_result(Told("main", Times(None))) == {"pbx": "main", "begun_at": None}
    with pytest.raises(ValidationError):
        answer_of(Told).model_validate({"pbx": "main"})
