"""From bytes in any portions to whole messages."""

from __future__ import annotations

import re
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from amictl.protocol import Message, MessageBuffer

GOOD = b"Event: Good\r\nProof: found\r\n\r\n"
SMALL_LIMIT = 60

# What streams are made of, so that ends, fragments and raw text meet in every way.
_PIECES = st.sampled_from(
    [
        b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\n\n", b"Event: A", b"Event: ", b"Event", b"Response: Success",
        b"Response: Follows", b"--END COMMAND--", b"Key: value", b"Zo\xc3\xab", b"\xff", b"\0", b":", b" ",
        b"x" * 25, b"Privilege: Command",
    ]
)  # fmt: skip
_STREAMS = st.lists(_PIECES, max_size=40).map(b"".join)


def frames(stream: bytes, *, cuts: list[int] | None = None, **options: object) -> list[bytes]:
    """Feed a stream, cut at the given places, and return the raw messages."""
    return [message.raw for message in feed(MessageBuffer(**options), stream, cuts)]


def feed(buffer: MessageBuffer, stream: bytes, cuts: list[int] | None = None) -> list[Message]:
    places = [0, *sorted(cuts or []), len(stream)]
    return [message for start, end in pairwise(places) for message in buffer.feed(stream[start:end])]


def test_a_message_ends_with_a_blank_line() -> None:
    assert frames(b"Event: A\r\nX: 1\r\n\r\nEvent: B\r\n\r\n") == [b"Event: A\r\nX: 1", b"Event: B"]


def test_a_message_without_its_end_is_held_back() -> None:
    buffer = MessageBuffer()

    assert buffer.feed(b"Event: A\r\nX: 1\r\n") == []
    assert [message.raw for message in buffer.feed(b"\r\n")] == [b"Event: A\r\nX: 1"]


@pytest.mark.parametrize(
    "stream",
    [
        b"Response: Error\r\nMessage: No endpoints found\n\r\n\r\nEvent: B\r\n\r\n",  # PJSIPShowEndpoints
        b"Response: Error\r\nMessage: No endpoints found\r\n\nEvent: B\r\n\n",  # CoreShowChannelMap
        b"Response: Error\r\nMessage: No endpoints found\n\nEvent: B\n\n",
        b"Response: Error\r\nMessage: No endpoints found\n\r\nEvent: B\r\n\r\n",
        b"Response: Error\r\nMessage: No endpoints found\r\n\r\n\r\nEvent: B\r\n\r\n\r\n",  # QueueRule
    ],
    ids=["lf-crlf-crlf", "crlf-lf", "lf-lf", "lf-crlf", "crlf-crlf-crlf"],
)
def test_every_end_that_asterisk_writes_ends_a_message(stream: bytes) -> None:
    for size in range(1, len(stream) + 1):
        buffer = MessageBuffer()
        messages = feed(buffer, stream, list(range(size, len(stream), size)))
        assert [message.name for message in messages] == ["", "B"]
        assert messages[0].get("Message") == "No endpoints found"
        assert buffer.dropped_fragments == 0


def test_blank_lines_before_a_message_are_skipped() -> None:
    buffer = MessageBuffer()

    messages = buffer.feed(b"\r\n\n\r\n\r\nEvent: A\r\n\r\n\r\n\r\n\nEvent: B\r\n\r\n")

    assert [message.raw for message in messages] == [b"Event: A", b"Event: B"]
    assert buffer.dropped_fragments == 0


def test_a_lone_carriage_return_is_data() -> None:
    (message,) = MessageBuffer().feed(b"Event: A\r\nX: one\rtwo\r\r\nY: \r\r\n\r\n")

    assert message.headers == [("Event", "A"), ("X", "one\rtwo\r"), ("Y", "\r")]


def test_other_line_breaks_of_unicode_are_data() -> None:
    value = "a\x0bb\x0cc\x1cd\x1de\x85f\u2028g"

    (message,) = MessageBuffer().feed(f"Event: A\r\nX: {value}\r\n\r\n".encode())

    assert message.get("X") == value


def test_a_value_with_a_blank_line_leaves_a_fragment_that_is_counted_and_dropped() -> None:
    buffer = MessageBuffer()

    messages = buffer.feed(b"Event: Newexten\r\nAppData: one\r\n\r\ntwo\r\nUniqueid: 1\r\n\r\n" + GOOD)

    assert [message.name for message in messages] == ["Newexten", "Good"]
    assert buffer.dropped_fragments == 1


@pytest.mark.parametrize("line", [b"Event:", b"Event: ", b"event: A", b"Event:A", b"Goodbye", b"\r\r", b":"])
def test_what_starts_with_neither_event_nor_response_is_a_fragment(line: bytes) -> None:
    buffer = MessageBuffer()

    messages = buffer.feed(line + b"\r\nX: 1\r\n\r\n" + GOOD)

    assert [message.name for message in messages] == ["Good"]
    assert buffer.dropped_fragments == 1


def test_after_a_truncated_message_the_next_whole_one_is_found() -> None:
    """Asterisk before 16.26 and 18.12 went on after a write that had timed out in the middle."""
    (glued, good) = MessageBuffer().feed(
        b"Event: A\r\nChannel: PJSIP/10" + b"Event: B\r\nX: 1\r\n\r\n" + GOOD
    )

    assert glued.name == "A"
    assert good.get("Proof") == "found"


def test_many_messages_of_one_portion_keep_their_order() -> None:
    numbers = [str(number) for number in range(1000)]
    stream = b"".join(f"Event: E{n}\r\nN: {n}\r\n\r\n".encode() for n in numbers)

    messages = MessageBuffer().feed(stream)

    assert [message.name for message in messages] == [f"E{n}" for n in numbers]
    assert [message.get("N") for message in messages] == numbers


class TestLimit:
    def test_a_message_at_the_limit_is_kept_and_one_over_it_is_counted_and_dropped(self) -> None:
        for size, kept in ((SMALL_LIMIT, 1), (SMALL_LIMIT + 1, 0)):
            stream = b"Event: A\r\nX: ".ljust(size - 1, b"x") + b"\r\n\r\n"
            buffer = MessageBuffer(SMALL_LIMIT)
            assert len(buffer.feed(stream)) == kept
            assert buffer.oversized == 1 - kept

    @pytest.mark.parametrize("size", [1, 7, 64, 100_000])
    def test_the_next_good_message_is_found(self, size: int) -> None:
        stream = b"Event: Long\r\nX: " + b"x" * 5000 + b"\r\n\r\n" + GOOD
        buffer = MessageBuffer(SMALL_LIMIT)

        messages = feed(buffer, stream, list(range(size, len(stream), size)))

        assert [message.name for message in messages] == ["Good"]
        assert (buffer.oversized, buffer.dropped_fragments) == (1, 0)

    @pytest.mark.parametrize("size", [1, 65536])
    def test_a_message_without_end_does_not_fill_the_memory(self, size: int) -> None:
        limit = 1024 * 1024 if size > 1 else 65536
        buffer = MessageBuffer(limit)
        tracemalloc.start()
        try:
            for _ in range(4 * limit // size):
                assert buffer.feed(b"x" * size) == []
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

        assert peak < 3 * limit
        assert buffer.oversized == 1
        assert [message.name for message in buffer.feed(b"\r\n\r\n" + GOOD)] == ["Good"]


class TestRawCommandOutput:
    """``Response: Follows`` of Asterisk 13 and older."""

    TEXT = b"Response: Follows\r\nPrivilege: Command\r\nActionID: 1\r\none\n\nEvent: no\r\n\r\nthree\n"

    @pytest.mark.parametrize("text", [TEXT, TEXT.removesuffix(b"\n")], ids=["own line", "last line"])
    def test_the_text_may_hold_blank_lines_and_ends_with_end_command(self, text: bytes) -> None:
        stream = text + b"--END COMMAND--\r\n\r\n" + GOOD
        for size in range(1, len(stream) + 1):
            got = frames(stream, cuts=list(range(size, len(stream), size)))
            assert got == [text + b"--END COMMAND--", GOOD.strip()]

    def test_a_newer_asterisk_has_no_such_text(self) -> None:
        got = frames(b"Response: Follows\r\nX: 1\r\n\r\n" + GOOD, raw_command_output=False)

        assert got == [b"Response: Follows\r\nX: 1", GOOD.strip()]

    @pytest.mark.parametrize("size", [1, 10, 1000])
    def test_a_lost_end_swallows_no_more_than_the_limit(self, size: int) -> None:
        stream = self.TEXT + b"\n" + GOOD * 10
        buffer = MessageBuffer(limit=150)

        messages = feed(buffer, stream, list(range(size, len(stream), size)))

        assert [message.name for message in messages] == ["", "no"] + ["Good"] * 10
        assert (buffer.dropped_fragments, buffer.oversized) == (1, 0)


def _specified(stream: bytes) -> tuple[list[bytes], int]:
    """Framing as the protocol page puts it, slowly: blank lines between, first lines decide."""
    blocks = re.split(rb"\n\r?\n", b"\n\n" + stream)[:-1]
    parts = [re.sub(rb"\A\r?\n", b"", block) for block in blocks]
    first_lines = [part.partition(b"\n")[0].removesuffix(b"\r") for part in parts]
    good = [
        part.removesuffix(b"\r")
        for part, line in zip(parts, first_lines, strict=True)
        if (line.startswith(b"Event: ") and line != b"Event: ") or line.startswith(b"Response: ")
    ]
    return good, len([part for part in parts if part.removesuffix(b"\r")]) - len(good)


@given(_STREAMS)
@settings(max_examples=400, deadline=None)
def test_framing_agrees_with_its_specification(stream: bytes) -> None:
    buffer = MessageBuffer(raw_command_output=False)

    raws = [message.raw for message in buffer.feed(stream)]

    assert (raws, buffer.dropped_fragments) == _specified(stream)


@given(_STREAMS, st.data(), st.booleans(), st.sampled_from([SMALL_LIMIT, 1 << 20]))
@settings(max_examples=600, deadline=None)
def test_any_cut_of_a_stream_gives_the_same_messages(
    stream: bytes, data: st.DataObject, raw_output: bool, limit: int
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(stream))))
    whole = MessageBuffer(limit, raw_command_output=raw_output)
    portions = MessageBuffer(limit, raw_command_output=raw_output)

    messages = [message.raw for message in feed(whole, stream + GOOD)]

    assert [message.raw for message in feed(portions, stream + GOOD, cuts)] == messages
    assert portions.dropped_fragments == whole.dropped_fragments
    assert portions.oversized == whole.oversized


@given(st.binary(max_size=300) | _STREAMS, st.integers(1, 40))
@example(b"Response: Follows\r\n", 1)
@settings(max_examples=400, deadline=None)
def test_arbitrary_bytes_raise_nothing_and_never_lose_the_next_good_message(junk: bytes, size: int) -> None:
    stream = junk + b"\r\n\r\n" + GOOD
    buffer = MessageBuffer(SMALL_LIMIT, raw_command_output=False)

    messages = feed(buffer, stream, list(range(size, len(stream), size)))

    assert messages[-1].raw == GOOD.strip()
    assert all(message.headers is not None and message.to_dict() is not None for message in messages)


@given(_STREAMS, st.integers(1, 40))
@settings(max_examples=200, deadline=None)
def test_raw_output_hides_a_good_message_no_longer_than_the_limit(junk: bytes, size: int) -> None:
    stream = junk + b"\r\n\r\n" + GOOD * 10
    buffer = MessageBuffer(SMALL_LIMIT)

    messages = feed(buffer, stream, list(range(size, len(stream), size)))

    assert messages[-1].raw == GOOD.strip()
    hidden = sum(message.raw.count(b"Event: Good") for message in messages if not message.is_event)
    assert sum(message.name == "Good" for message in messages) + hidden == 10
