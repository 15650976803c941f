"""Numbers as no PBX should send them cost themselves: never an event, an item, a list or a topic."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from amictl.pbx.faults import Fault, reporting_to
from amictl.pbx.log.kept_json import make_kept_json
from amictl.pbx.payloads import value_payload
from amictl.pbx.picture.live import LivePicture
from amictl.pbx.picture.topics import TOPICS
from amictl.protocol import Message
from amictl.services.schemas import answer_of
from tests.pbx.ami_events import Clock, channel_event, channel_item, listed, member_item, queue_item
from tests.pbx.recorded_sessions import SESSIONS, STEPS, fill_picture

ODD = st.one_of(
    st.sampled_from(
        ("99999999999999999999", "-99999999999999999999", "nan", "-nan", "inf", "-inf", "1e400", "1e308")
    ),
    st.sampled_from(("", "-1", "-2147483649", "9223372036854775808", "253402300800", "0x10", "1_000", "٣")),
    st.sampled_from(("9" * 5000, "18446744073709551615", "4294967295", "00:00:99999999999999", "1.5", " 7 ")),
    st.integers().map(str),
    st.floats().map(repr),
)
# A value that is a number, a time or a duration, and no name.
_NUMBER = re.compile(rb"(\r\n[A-Za-z0-9]+): ?(-?[\d.]+|\d+:\d\d:\d\d)(?=\r\n|$)")
# What tells calls and bridges apart is a text, though it looks like a number.
_KEYS = re.compile(rb"(uniqueid|linkedid|actionid|listitems|exten|num|name|conference|aor)$", re.IGNORECASE)


def make_odd(message: Message, oddity: Callable[[], str | None]) -> Message:
    """Return a message in which some numbers are others."""

    def change(found: re.Match[bytes]) -> bytes:
        value = None if _KEYS.search(found[1]) else oddity()
        return found[0] if value is None else found[1] + b": " + value.encode()

    return Message(_NUMBER.sub(change, message.frame.removesuffix(b"\r")) + b"\r")


def read_all(picture: LivePicture) -> Iterator[tuple[str, str]]:
    """Yield what the picture holds, each value written as JSON as it is sent."""
    for topic in TOPICS:
        for key, value in picture.read(topic).values.items():
            payload = value_payload(value)
            assert orjson.loads(orjson.dumps(payload)) == payload, "JSON cannot hold a number of it"
            answer_of(type(value)).model_validate_json(orjson.dumps(payload))
            yield topic, key


def fill(picture: LivePicture, session: str, oddity: Callable[[], str | None]) -> None:
    """Let a picture take all of a recorded session."""
    for _ in fill_picture(picture, session, lambda message: make_odd(message, oddity)):
        pass


@settings(max_examples=60)
@given(st.sampled_from(SESSIONS), st.data())
def test_any_session_with_odd_numbers_makes_a_picture_that_can_be_sent(
    session: str, data: st.DataObject
) -> None:
    every, odd = data.draw(st.integers(1, 7)), data.draw(st.lists(ODD, min_size=1, max_size=4))
    place = count()

    def oddity() -> str | None:
        number = next(place)
        return odd[number // every % len(odd)] if number % every == 0 else None

    plain, picture = LivePicture("main", clock=Clock()), LivePicture("main", clock=Clock())
    fill(plain, session, lambda: None)
    fill(picture, session, oddity)
    assert sorted(read_all(picture)) == sorted(read_all(plain)), "nothing else is lost with a number"


@pytest.mark.parametrize("step", ["CoreShowChannels", "QueueStatus"])
@given(ODD)
@example("nan")
@example("99999999999999999999")
def test_an_odd_number_of_one_item_leaves_the_other_items_of_its_list(step: str, odd: str) -> None:
    items = {
        "CoreShowChannels": (channel_item("17.1", Priority=odd, Duration=odd), channel_item("17.2")),
        "QueueStatus": (
            queue_item("a", ServicelevelPerf=odd, Completed=odd, Max=odd),
            member_item(Queue="a", LastCall=odd, CallsTaken=odd, Wrapuptime=odd, LoginTime=odd),
            queue_item("b"),
            member_item(Queue="b"),
        ),
    }
    picture = LivePicture("main", clock=Clock())
    picture.load_step(STEPS[step], listed(*items[step]))
    assert len({key for topic, key in read_all(picture) if topic in {"channels", "queues"}}) == 2


def test_a_number_that_nobody_can_hold_is_null_and_told() -> None:
    told: list[tuple[Fault, str]] = []
    picture = LivePicture("main", clock=Clock())
    with reporting_to(lambda *fault: told.append(fault)):
        picture.apply_event(channel_event("Newchannel", Priority="99999999999999999999"))
        picture.apply_event(channel_event("Newchannel", "17.2", Priority=""))
    (first, second) = picture.channels()
    assert (first.priority, second.priority) == (None, None)
    assert told == [(Fault.UNREADABLE_VALUE, "99999999999999999999")], "what is not there is no fault"


def test_a_share_that_is_no_number_is_null_beside_counters_that_are() -> None:
    picture = LivePicture("main", clock=Clock())
    picture.load_step(STEPS["QueueStatus"], listed(queue_item(ServicelevelPerf="nan", Completed=4)))
    (queue,) = picture.queues()
    assert (queue.service_level_perf, queue.completed) == (None, 4)


def test_a_value_that_json_cannot_hold_costs_that_value_alone() -> None:
    payload = {"channel": "PJSIP/100-1", "priority": 2**64, "legs": [{"name": "a\ud800", "wait": 1.5}]}
    assert orjson.loads(make_kept_json(payload)) == {
        "channel": "PJSIP/100-1",
        "priority": None,
        "legs": [{"name": None, "wait": 1.5}],
    }
