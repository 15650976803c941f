"""Frames of the server, read by a decoder that somebody else wrote."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage
from wsproto.extensions import PerMessageDeflate

from amictl.realtime.extensions import ANSWER, agree_on_deflate
from amictl.realtime.frames import (
    DEFLATE_THRESHOLD,
    NO_STATUS,
    binary_frame,
    close_frame,
    ping_frame,
    pong_frame,
    text_frame,
)

EDGES = [0, 1, 125, 126, DEFLATE_THRESHOLD - 1, DEFLATE_THRESHOLD, 0xFFFF, 0x10000, 300_000]


class Client:
    """A client that agreed to what the server answers to an offer."""

    def __init__(self, *, deflate: bool) -> None:
        extensions = [PerMessageDeflate()] if deflate else []
        for extension in extensions:
            extension.finalize(ANSWER)
        self.connection = Connection(ConnectionType.CLIENT, extensions)

    def read(self, data: bytes) -> list[Event]:
        self.connection.receive_data(data)
        return list(self.connection.events())

    def read_message(self, data: bytes) -> str | bytes:
        """Return the one message in some bytes."""
        events = self.read(data)
        assert all(isinstance(event, TextMessage | BytesMessage) for event in events), events
        assert [event.message_finished for event in events][-1:] == [True]
        parts = [event.data for event in events]
        return "".join(parts) if isinstance(parts[0], str) else b"".join(parts)


def make_text(size: int) -> str:
    return ("élan " * (size // 6 + 1)).encode()[:size].decode("utf-8", "ignore")


@pytest.mark.parametrize("deflate", [False, True])
@pytest.mark.parametrize("size", EDGES)
def test_a_message_of_any_size_arrives_as_it_was(size: int, deflate: bool) -> None:
    client = Client(deflate=deflate)
    text = make_text(size)
    assert client.read_message(text_frame(text.encode(), deflate=deflate)) == text
    assert client.read_message(binary_frame(text.encode(), deflate=deflate)) == text.encode()


@given(st.lists(st.tuples(st.text(max_size=5000), st.booleans()), max_size=6), st.integers(1, 4000))
def test_messages_in_a_row_arrive_whole_however_the_network_cuts_them(
    messages: list[tuple[str, bool]], step: int
) -> None:
    client = Client(deflate=True)
    sent = b"".join(text_frame(text.encode(), deflate=deflate) for text, deflate in messages)
    arrived, parts = [], []
    for start in range(0, len(sent), step):
        for event in client.read(sent[start : start + step]):
            assert isinstance(event, TextMessage)
            parts.append(event.data)
            if event.message_finished:
                arrived.append("".join(parts))
                parts.clear()
    assert arrived == [text for text, _ in messages]


def test_a_deflated_frame_is_right_for_a_client_with_any_past() -> None:
    shared = text_frame(make_text(5000).encode(), deflate=True)
    fresh, old = Client(deflate=True), Client(deflate=True)
    for number in range(3):
        old.read_message(text_frame(f"{number} ".encode() * 2000, deflate=True))
    assert fresh.read_message(shared) == old.read_message(shared) == make_text(5000)


def test_only_messages_that_gain_by_it_are_deflated() -> None:
    short, long = b"x" * (DEFLATE_THRESHOLD - 1), b"x" * DEFLATE_THRESHOLD
    assert text_frame(short, deflate=True) == text_frame(short, deflate=False)
    assert len(text_frame(long, deflate=True)) < 50 < DEFLATE_THRESHOLD < len(text_frame(long, deflate=False))


def test_control_frames_say_what_they_mean() -> None:
    client = Client(deflate=True)
    (ping,), (pong,) = client.read(ping_frame()), client.read(pong_frame(b"are you there?"))
    assert isinstance(ping, Ping)
    assert isinstance(pong, Pong)
    assert pong.payload == b"are you there?"


@pytest.mark.parametrize(
    ("code", "reason", "arrives"),
    [(1000, "", 1000), (1001, "the server stops", 1001), (1009, "é" * 200, 1009), (NO_STATUS, "", NO_STATUS)],
)
def test_a_close_frame_carries_its_code_and_as_much_of_the_reason_as_fits(
    code: int, reason: str, arrives: int
) -> None:
    (close,) = Client(deflate=False).read(close_frame(code, reason))
    assert isinstance(close, CloseConnection)
    assert close.code == arrives
    assert reason.startswith(close.reason or "")
    assert len(close.reason or "") >= min(len(reason), 60)


@pytest.mark.parametrize(
    "offers",
    [
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits",  # Chromium and Firefox
        "permessage-deflate; client_max_window_bits=10",
        "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
        "x-webkit-deflate-frame, permessage-deflate",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate",
        'PerMessage-Deflate; client_max_window_bits="15"',
    ],
)
def test_an_offer_that_fits_is_accepted_without_context_takeover(offers: str) -> None:
    assert agree_on_deflate(offers) == ANSWER


def test_the_largest_window_is_confirmed_to_a_client_that_names_it() -> None:
    offer = "permessage-deflate; server_max_window_bits=15; client_max_window_bits=15"  # wsproto
    assert agree_on_deflate(offer) == f"{ANSWER}; server_max_window_bits=15"


@pytest.mark.parametrize(
    "offers",
    [
        "",
        "x-webkit-deflate-frame",
        "permessage-deflate; server_max_window_bits=10",  # one frame would not be right for all
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=015",
        "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; unknown",
        "permessage-deflate;",
        ";",
        ",",
    ],
)
def test_an_offer_that_does_not_fit_is_declined(offers: str) -> None:
    assert agree_on_deflate(offers) is None


@given(st.text())
def test_no_header_breaks_the_negotiation(header: str) -> None:
    assert agree_on_deflate(header) in {None, ANSWER}


@given(st.binary(min_size=DEFLATE_THRESHOLD, max_size=20_000))
def test_what_does_not_shrink_arrives_too(data: bytes) -> None:
    frame = binary_frame(data, deflate=True)
    assert Client(deflate=True).read_message(frame) == data
    assert len(frame) <= len(data) + len(data) // 1000 + 64, zlib.ZLIB_VERSION
