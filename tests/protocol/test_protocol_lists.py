"""The items of a long list: kept small, and the same as they came."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amictl.protocol import MessageBuffer
from amictl.protocol.list_items import ListItems
from amictl.protocol.messages import Message

COUNTS = st.sampled_from([0, 1, 2, 255, 256, 257, 511, 512, 513, 767, 768, 769, 1300])


def received(count: int) -> list[Message]:
    """Return items as a connection gives them: the last line with or without its carriage return."""
    texts = [f"Event: Item\r\nNumber: {number}\r\nBadByte: \xff\r\nLone: a\rb" for number in range(count)]
    ends = ("\r\n\r\n", "\n\n", "\r\n\n")
    stream = "".join(text + ends[number % 3] for number, text in enumerate(texts)).encode("latin-1")
    return MessageBuffer().feed(stream)


def gathered(messages: list[Message]) -> ListItems:
    items = ListItems()
    for message in messages:
        items.append(message)
    return items


@given(COUNTS, st.slices(1300))
def test_items_are_those_that_came_whatever_is_asked_of_them(count: int, part: slice) -> None:
    messages = received(count)
    items = gathered(messages)
    assert len(items) == count
    assert [item.frame for item in items] == [message.frame for message in messages]
    assert [item.headers for item in items[part]] == [message.headers for message in messages[part]]
    assert [item.name for item in items.freeze()] == ["Item"] * count
    for place in {0, count // 2, count - 1, -1, -count}:
        if -count <= place < count:
            assert items[place].raw == messages[place].raw
    for place in (count, -count - 1):
        with pytest.raises(IndexError):
            items[place]


def test_few_items_are_a_tuple() -> None:
    messages = received(3)
    assert gathered(messages).freeze() == tuple(messages)


def test_many_items_take_little_memory() -> None:
    tracemalloc.start()
    try:
        items = gathered(received(10_000))
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(items) == 10_000
    assert size < 1_000_000
