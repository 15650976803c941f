"""The schemas that are derived from the declarations of values hold for all that a picture ever shows."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest

from amictl.pbx.log.kept_json import make_json
from amictl.pbx.payloads import value_payload
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.logbook import TOPICS
from amictl.pbx.topics.calls.value import Times
from amictl.pbx.value import Value, list_shown
from amictl.services.schemas import answer_of
from tests.pbx.ami_events import Clock
from tests.pbx.recorded_sessions import SESSIONS, fill_picture


@pytest.mark.parametrize("session", SESSIONS)
def test_every_value_of_a_session_fits_its_schema(session: str) -> None:
    picture = LivePicture("main", clock=Clock())
    for _ in fill_picture(picture, session):
        for topic in TOPICS:
            for value in picture.read(topic).values.values():
                answer_of(type(value)).model_validate_json(make_json(value_payload(value)), strict=False)


def test_every_field_that_readers_get_says_what_it_is() -> None:
    silent = [
        f"{kind.__name__}.{field.name}"
        for kind in Value.__subclasses__()
        if fnmatch(kind.__module__, "amictl.pbx.topics.*.value") and kind is not Times
        for field in list_shown(kind)
        if not field.about.text
    ]
    assert silent == ["JourneyStep.facts"], "which facts there are depends on the kind of step"
