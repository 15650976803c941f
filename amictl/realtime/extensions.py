"""Agreeing with a client on ``permessage-deflate`` so that one deflated frame is right for all (RFC 7692)."""

from __future__ import annotations

import zlib
from typing import Final

from wsproto.extensions import PerMessageDeflate
from wsproto.frame_protocol import CloseReason, FrameDecoder, FrameProtocol, Opcode, RsvBits

_NAME: Final = "permessage-deflate"
# Neither side keeps a window from message to message: a frame of the server depends on no client's past,
# and a client costs no inflater's memory at rest.
ANSWER: Final = f"{_NAME}; server_no_context_takeover; client_no_context_takeover"
_FLAGS: Final = frozenset({"server_no_context_takeover", "client_no_context_takeover"})
_WINDOWS: Final = frozenset({"server_max_window_bits", "client_max_window_bits"})
_BITS: Final = frozenset(str(bits) for bits in range(8, zlib.MAX_WBITS + 1))


def agree_on_deflate(offers: str) -> str | None:
    """Return the answer to the first offer that fits, or None where messages stay as they are.

    Args:
        offers: The header ``Sec-WebSocket-Extensions`` of the request; empty when there was none.
    """
    for offer in offers.split(","):
        name, *parameters = (part.strip() for part in offer.split(";"))
        if name.lower() == _NAME:
            answer = _answer(parameters)
            if answer is not None:
                return answer
    return None


def _answer(parameters: list[str]) -> str | None:
    """Return the answer to one offer; None where it is malformed or asks for a window of its own."""
    seen: dict[str, str] = {}
    for parameter in parameters:
        name, _, quoted = (part.strip() for part in parameter.partition("="))
        value = quoted.strip('"')
        if name in seen or not _is_well_formed(name, value):
            return None
        seen[name] = value
    window = seen.get("server_max_window_bits")
    if window is None:
        return ANSWER
    # Must be answered with the same or a smaller one (7.1.2.1), and all clients share the largest.
    return f"{ANSWER}; server_max_window_bits={window}" if window == str(zlib.MAX_WBITS) else None


def _is_well_formed(name: str, value: str) -> bool:
    """Return whether a parameter is one that RFC 7692 knows, with a value that it may have."""
    if name in _FLAGS:
        return not value
    return name in _WINDOWS and (value in _BITS or (not value and name == "client_max_window_bits"))


class ClientInflater(PerMessageDeflate):
    """Inflates what clients send, as agreed in `ANSWER`.

    wsproto 1.3 forgets that a message is deflated when a ping comes between its frames; here control frames,
    which are never deflated, pass it by.
    """

    def __init__(self) -> None:
        super().__init__(client_no_context_takeover=True, server_no_context_takeover=True)
        self.finalize(ANSWER)
        self._in_control_frame = False

    def frame_inbound_header(
        self, proto: FrameDecoder | FrameProtocol, opcode: Opcode, rsv: RsvBits, payload_length: int
    ) -> CloseReason | RsvBits:
        """Take a frame's header, and return which reserved bits may be set."""
        self._in_control_frame = opcode.iscontrol()
        if self._in_control_frame:
            return RsvBits(rsv1=False, rsv2=False, rsv3=False)
        return super().frame_inbound_header(proto, opcode, rsv, payload_length)

    def frame_inbound_payload_data(
        self, proto: FrameDecoder | FrameProtocol, data: bytes
    ) -> bytes | CloseReason:
        """Return a part of a frame's payload, inflated."""
        if self._in_control_frame:
            return data
        return super().frame_inbound_payload_data(proto, data)

    def frame_inbound_complete(
        self, proto: FrameDecoder | FrameProtocol, fin: bool
    ) -> bytes | CloseReason | None:
        """Return the bytes that the end of a frame adds to its payload."""
        return None if self._in_control_frame else super().frame_inbound_complete(proto, fin)
