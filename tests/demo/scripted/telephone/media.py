"""The sound of one leg: a socket that sends a tone and digits (G.711) (RFC 3550, 4733)."""

from __future__ import annotations

import secrets
import socket
import struct
from threading import Event, Lock, Thread

_PACKET = 0.02  # seconds of sound in one packet
_SAMPLES = 160
_DIGITS = "0123456789*#ABCD"
_DIGIT_PACKETS = 5  # 100 ms
_PCMU, _TELEPHONE_EVENT = 0, 101


class Media:
    """One RTP socket on an address of the phone.

    Args:
        host: The phone's address.
    """

    def __init__(self, host: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))
        self._host = host
        self.port: int = self._socket.getsockname()[1]
        self._sequence, self._timestamp, self._source = 1, 0, secrets.randbits(32)
        self._peer: tuple[str, int] | None = None
        self._quiet = Event()
        self._mouth = Lock()  # a digit is instead of the tone
        self._talker: Thread | None = None

    def describe(self, direction: str = "sendrecv", version: int = 1) -> str:
        """The session description (RFC 4566) that offers or accepts this socket."""
        lines = ["v=0", f"o=phone 1 {version} IN IP4 {self._host}", "s=-", f"c=IN IP4 {self._host}", "t=0 0"]
        lines += [f"m=audio {self.port} RTP/AVP {_PCMU} {_TELEPHONE_EVENT}", "a=rtpmap:0 PCMU/8000"]
        lines += ["a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", f"a={direction}", ""]
        return "\r\n".join(lines)

    def connect(self, description: str) -> None:
        """Take the other side's description, and send it a tone from now on: a phone always sends sound."""
        host, port = "", 0
        for line in description.split("\r\n"):
            if line.startswith("c="):
                host = line.split()[-1]
            elif line.startswith("m=audio"):
                port = int(line.split()[1])
        if port:
            self._peer = (host, port)
            if self._talker is None:
                self._talker = Thread(target=self._talk, name="phone that talks", daemon=True)
                self._talker.start()

    def press(self, digit: str) -> None:
        """Send one digit; returns when it is over."""
        number = _DIGITS.index(digit)
        with self._mouth:
            for packet in range(1, _DIGIT_PACKETS + 4):  # the end is sent three times
                ended = packet > _DIGIT_PACKETS
                event = struct.pack("!BBH", number, 0x80 * ended | 10, min(packet, _DIGIT_PACKETS) * _SAMPLES)
                self._send(_TELEPHONE_EVENT, event, mark=packet == 1)
                self._quiet.wait(_PACKET)
            self._timestamp += (_DIGIT_PACKETS + 3) * _SAMPLES

    def close(self) -> None:
        """Fall silent."""
        self._quiet.set()
        if self._talker:
            self._talker.join()
        self._socket.close()

    def _talk(self) -> None:
        tone = bytes((0x10, 0x20, 0x90, 0xA0)) * (_SAMPLES // 4)
        while not self._quiet.wait(_PACKET):
            with self._mouth:
                self._send(_PCMU, tone, mark=False)
                self._timestamp += _SAMPLES

    def _send(self, kind: int, payload: bytes, *, mark: bool) -> None:
        if self._peer is None:
            return
        head = struct.pack(
            "!BBHII", 0x80, kind | 0x80 * mark, self._sequence & 0xFFFF, self._timestamp, self._source
        )
        self._sequence += 1
        self._socket.sendto(head + payload, self._peer)
