"""What is put down to Asterisk 16 is what its own events prove that it counted twice, and no more."""

from __future__ import annotations

import pytest

from tests.soak.counted_twice import CountRecord, Finding, split_counted_twice

_MEMBER = "Local/514@soak-agents/n"
_DRIFT = (
    "x: drift queues.changed:completed of DifferenceKey(key='lobby', inner='', row='', field='completed')"
)


def make_record(
    *, answered: int, theirs: int, in_call: bool = False, was_in_call: bool = False
) -> CountRecord:
    """What a PBX told that had counted 30 calls, as amictl had, at 10 s, and others by 100 s.

    Args:
        answered: Calls of one member that were answered meanwhile.
        theirs: What the PBX has counted in the end.
        in_call: Whether the member is in a call in the end.
        was_in_call: Whether it was in the beginning.
    """
    record = CountRecord()
    before = make_lists(30, in_call=was_in_call)
    record.note_lists(before, before, 10.0)
    for number in range(answered):
        record.note_answer("lobby", _MEMBER, 20.0 + number)
    record.note_lists({}, make_lists(theirs, in_call=in_call), 100.0)
    return record


def make_lists(counted: int, *, in_call: bool) -> dict[str, dict[str, object]]:
    return {
        "queue lobby": {"completed": counted},
        f"member lobby {_MEMBER}": {"calls_taken": counted, "in_call": in_call},
    }


def is_set_aside(record: CountRecord, *texts: str) -> bool:
    """Whether all of these are, and no less than all; they were found between 90 s and 100 s."""
    aside, others = split_counted_twice([Finding(text, 90.0, 100.0) for text in texts], record)
    assert not (aside and others)
    return bool(aside)


@pytest.mark.parametrize(
    "text",
    [
        f"before cut 8: member lobby {_MEMBER} calls_taken: amictl 32, PBX 33\n    413 Hangup",
        "after cut 8 (reset), call 760: queue lobby completed: amictl 32, PBX 33",
        f"{_DRIFT}: amictl 32, PBX 33\n    y",
        "x: queue lobby completed: amictl 32, PBX 33\nx: queue lobby talk_time: amictl 4, PBX 9",
    ],
)
def test_more_than_was_answered_is_set_aside(text: str) -> None:
    assert is_set_aside(make_record(answered=2, theirs=33), text)


@pytest.mark.parametrize(
    "text",
    [
        f"x: member lobby {_MEMBER} calls_taken: amictl 32, PBX 33",
        "x: queue lobby completed: amictl 32, PBX 33",
        f"{_DRIFT}: amictl 32, PBX 33",
        f"x: member lobby {_MEMBER} last_call_at: amictl 1.0, PBX 9.0",
    ],
)
def test_an_undercount_of_amictl_remains(text: str) -> None:
    assert not is_set_aside(make_record(answered=3, theirs=33), text)


def test_an_undercount_beside_a_call_counted_twice_remains() -> None:
    record = make_record(answered=2, theirs=33)
    assert not is_set_aside(record, "x: queue lobby completed: amictl 31, PBX 33")
    assert not is_set_aside(record, f"{_DRIFT}: amictl 31, PBX 32", f"{_DRIFT}: amictl 32, PBX 33")


def test_an_overcount_of_amictl_remains() -> None:
    assert not is_set_aside(make_record(answered=2, theirs=33), "x: queue lobby completed: amictl 34, PBX 33")


def test_a_call_that_was_up_before_may_count() -> None:
    record = make_record(answered=2, theirs=33, was_in_call=True)
    assert not is_set_aside(record, "x: queue lobby completed: amictl 32, PBX 33")


def test_a_call_may_count_before_it_is_complete() -> None:
    """Its device was idle: the member is in no call any more, and no ``AgentComplete`` came."""
    record = make_record(answered=3, theirs=33, in_call=False)
    assert not is_set_aside(record, "x: queue lobby completed: amictl 32, PBX 33")


def test_a_call_that_is_up_does_not_count_yet() -> None:
    record = make_record(answered=3, theirs=33, in_call=True)
    assert is_set_aside(record, "x: queue lobby completed: amictl 32, PBX 33")


def test_a_list_close_to_an_answer_proves_nothing() -> None:
    record = make_record(answered=2, theirs=33)
    record.note_answer("lobby", _MEMBER, 100.3)
    assert not is_set_aside(record, "x: queue lobby completed: amictl 32, PBX 33")


@pytest.mark.parametrize(
    "text",
    [
        "x: only amictl has channel 17.1: {}",
        "x: queue lobby completed: amictl 32, PBX 33\nx: queue lobby abandoned: amictl 1, PBX 2",
    ],
)
def test_anything_else_remains(text: str) -> None:
    assert not is_set_aside(make_record(answered=2, theirs=33), text)
