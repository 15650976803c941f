from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from amictl.pbx.picture.live import LivePicture
from amictl.pbx.topics.events.log import EVENT_LOG_BYTES, EVENT_LOG_SIZE, EventLog
from amictl.pbx.topics.events.received import ReceivedEvent
from amictl.protocol import Message, MessageBuffer
from tests.pbx.ami_events import ami_event


def filled(count: int, size: int = EVENT_LOG_SIZE) -> EventLog:
    log = EventLog("main", size)
    for number in range(1, count + 1):
        log.take(ami_event("VarSet", Number=number), 1000.0 + number)
    return log


def test_the_last_5000_events_are_kept_as_long_as_they_are_of_ordinary_length() -> None:
    log = EventLog("main", EVENT_LOG_SIZE)
    long = Message(b"Event: UserEvent\r\nText: " + b"x" * 3300)
    for _ in range(EVENT_LOG_SIZE + 1):
        log.take(long, 0.0)
    tail = log.since("", 1)
    assert tail is not None
    assert len(tail.items) == EVENT_LOG_SIZE == 5000
    assert log.since("", 0) is None


def test_the_bound_of_bytes_wins_over_the_number_of_events() -> None:
    log = EventLog("main", EVENT_LOG_SIZE)
    huge = Message(b"Event: UserEvent\r\nText: " + b"x" * 4_000_000)
    for _ in range(10):
        log.take(huge, 0.0)
    assert log.held_bytes <= EVENT_LOG_BYTES
    tail = log.since("", 6)
    assert tail is not None
    assert len(tail.items) == 4
    assert log.since("", 5) is None


def test_an_event_says_when_where_and_under_which_number_it_came() -> None:
    log = filled(2)
    _, event = log.last(1)[0]
    assert orjson.loads(event.to_json(sensitive=True)) == {
        "type": "ami_event",
        "event": "VarSet",
        "data": {"Event": "VarSet", "Privilege": "call,all", "Number": "2"},
        "at": "1970-01-01T00:16:42.000Z",
        "seq": 2,
        "pbx": "main",
    }


@given(st.lists(st.text(max_size=10), min_size=2, max_size=2), st.booleans())
def test_an_events_json_is_its_payload_whatever_it_holds(values: list[str], learned: bool) -> None:
    buffer = MessageBuffer()
    lines = ['Event: Ev"il', 'Head%ser "x": {}', "Value: {}"]
    texts = ["\r\n".join(lines).format(*each) for each in (["1", "2"],) * 3 * learned + (values,)]
    messages = [each for text in texts for each in buffer.feed(text.encode() + b"\r\n\r\n")]
    for message in messages:
        event = ReceivedEvent('"pbx"', message, 1_800_000_000.25, 3)
        assert orjson.loads(event.to_json(sensitive=True)) == event.payload


def test_redacted_json_is_not_the_whole_one_whichever_is_made_first() -> None:
    for order in ((True, False), (False, True)):
        log = EventLog("main", 10)
        log.take(ami_event("DTMFEnd", Digit="7"), 0.0)
        ((_, event),) = log.last(1)
        made = {sensitive: event.to_json(sensitive=sensitive) for sensitive in order}
        assert b'"7"' in made[True]
        assert b'"7"' not in made[False]
        assert event.to_json(sensitive=True) is made[True]


def test_events_that_are_shed_are_counted_and_leave_a_gap_at_the_end() -> None:
    log = filled(3)
    log.start_shedding()
    for _ in range(5):
        log.take(ami_event("VarSet"), 0.0)
    quiet = log.since("", 3)
    assert quiet is not None
    assert quiet.items == ()  # nobody is bothered meanwhile
    assert log.stop_shedding()
    assert log.shed == 5
    assert all(log.since("", seq, key) is None for seq in range(8) for key in (None, "VarSet", "Rare"))
    log.take(ami_event("Hangup"), 0.0)
    tail = log.since("", 8)
    assert tail is not None
    assert [(number, event.message.name) for number, event in tail.items] == [(9, "Hangup")]


def test_events_that_never_reached_the_log_are_shed_too() -> None:
    log = filled(3)
    log.start_shedding()
    log.take(ami_event("VarSet"), 0.0)
    log.count_skipped(4)
    assert log.stop_shedding()
    assert (log.shed, log.seq) == (5, 8)


def test_a_flood_without_events_leaves_no_gap() -> None:
    log = filled(3)
    log.start_shedding()
    assert not log.stop_shedding()
    assert log.since("", 2) is not None


STEPS = st.lists(st.sampled_from(["event", "event", "shed", "keep", "publish", "publish part"]), max_size=80)


@given(steps=STEPS, size=st.integers(1, 8), both=st.booleans())
def test_each_event_is_either_sent_or_counted_once_as_shed(steps: list[str], size: int, both: bool) -> None:
    log = EventLog("main", size)
    at = {"publish": 0, "publish part": 0}
    came, sent = 0, 0
    for step in [*steps, "keep", "publish"]:
        if step == "event":
            log.take(ami_event("VarSet"), 0.0)
            came += 1
        elif step == "shed":
            log.start_shedding()
        elif step == "keep":
            log.stop_shedding()
        elif step == "publish" or both:
            tail = log.since("", at[step], None if step == "publish" else "VarSet")
            if tail is None:
                log.count_unsent(at[step], log.seq)
            elif step == "publish":
                sent += len(tail.items)
            at[step] = log.seq
    assert log.seq == came
    assert log.shed <= came
    if not both:  # what one topic missed, another one may have sent
        assert sent + log.shed == came


def test_a_picture_sheds_events_but_no_change_and_says_how_many() -> None:
    picture = LivePicture("main")
    told: list[str] = []
    picture.on_change = told.append
    picture.set_overloaded(True)
    for number in range(3):
        picture.apply_event(ami_event("Newchannel", Channel=f"PJSIP/{number}", Uniqueid=f"9.{number}"))
    assert (picture.shed, picture.position("events")[1], picture.position("channels")[1]) == (3, 0, 3)
    told.clear()
    picture.set_overloaded(False)
    assert told == ["main"]  # or the reset would wait for the next event
    assert picture.since("events", "", 0) is None
