"""The bytes of one AMI connection: one reader, many writers, TLS or not."""

from __future__ import annotations

import contextlib
import fcntl
import socket
import ssl
import sys
import termios
import threading
import time

from amictl.manager.tls import TlsInfo, TlsPipe

RECEIVE_CHUNK = 65536  # bytes a read; a burst of events then costs one call for about 150 of them
_LONGEST_TICK = 1.0  # seconds after which a waiting call looks whether the connection is still wanted


class SendError(Exception):
    """Bytes could not be written, or not all of them.

    Args:
        reason: Why, in a few words.
        partial: Whether some bytes did leave, so that the other side may have acted on them.
        fatal: Whether the connection is of no more use.
    """

    def __init__(self, reason: str, *, partial: bool = False, fatal: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.partial = partial
        self.fatal = fatal


class Transport:
    """One connected socket.

    One thread calls ``receive`` and at last ``close``; any thread may call ``send`` and ``shut_down``.
    Only the reader gives the descriptor back, so that no thread can wait on a descriptor that the
    system has handed to somebody else.

    Args:
        sock: Connected; owned by the transport from now on.
        tls: The session whose handshake is done, or None for plain TCP.
        send_timeout: Seconds that one ``send`` may take before the other side counts as not reading.
    """

    def __init__(self, sock: socket.socket, tls: TlsPipe | None, send_timeout: float) -> None:
        self._sock = sock
        self._tls = tls
        self._send_timeout = send_timeout
        self._send_lock = threading.Lock()
        self._down = False
        sock.settimeout(min(_LONGEST_TICK, send_timeout / 4))

    @property
    def tls_info(self) -> TlsInfo | None:
        """The protocol and the cipher that TLS agreed on, or None for plain TCP."""
        return self._tls.info if self._tls else None

    @property
    def addresses(self) -> tuple[str, str]:
        """The IP addresses of both ends: ours, and the other side's."""
        return str(self._sock.getsockname()[0]), str(self._sock.getpeername()[0])

    def receive(self) -> bytes:
        """Wait for bytes; empty means that the connection has ended.

        Raises:
            OSError: The connection broke (``ssl.SSLError`` is one too).
        """
        while not self._down:
            try:
                received = self._sock.recv(RECEIVE_CHUNK)
            except TimeoutError:
                continue  # nothing came within a tick: silence is allowed here, the keepalive judges it
            if not received or self._tls is None:
                return received
            if plain := self._tls.decrypt(received):
                return plain
        return b""

    def receive_waiting(self) -> bytes:
        """Return the bytes that have arrived, without waiting; empty when there are none, or too few for TLS.

        The end of the connection is for ``receive`` to find.

        Raises:
            OSError: The connection broke.
        """
        if self._down or not self._count_waiting():
            return b""
        received = self._sock.recv(RECEIVE_CHUNK)
        return received if self._tls is None else self._tls.decrypt(received)

    def _count_waiting(self) -> int:
        """Return how many bytes the system holds for this socket."""
        counted = fcntl.ioctl(self._sock.fileno(), termios.FIONREAD, bytes(4))
        return int.from_bytes(counted, sys.byteorder)

    def send(self, data: bytes, wait: float) -> None:
        """Write all bytes, or fail within the send timeout.

        Args:
            data: The bytes of one action.
            wait: Seconds to wait at most for other writers to finish.

        Raises:
            SendError: Not all bytes could be written; a partial write leaves the stream unusable.
        """
        if not self._send_lock.acquire(timeout=max(wait, 0)):
            raise SendError("other actions are still being sent", fatal=False)
        try:
            if self._down:
                raise SendError("the connection is closed")
            self._write(self._tls.encrypt(data) if self._tls else data)
        except ssl.SSLError as error:
            raise SendError(f"TLS: {error.reason or error}") from error
        finally:
            self._send_lock.release()

    def _write(self, data: bytes) -> None:
        """Write bytes to the socket, knowing at each moment whether any have left."""
        deadline = time.monotonic() + self._send_timeout
        remaining = memoryview(data)
        while remaining:
            partial = len(remaining) < len(data)
            try:
                remaining = remaining[self._sock.send(remaining) :]
            except TimeoutError:
                if self._down or time.monotonic() > deadline:
                    raise SendError("the PBX does not read what is sent", partial=partial) from None
            except OSError as error:
                raise SendError(error.strerror or str(error), partial=partial) from error

    def shut_down(self) -> None:
        """End the connection from any thread: the reader and all writers wake up at once."""
        self._down = True
        with contextlib.suppress(OSError):  # the other side may have been faster
            self._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the descriptor; called by the reader alone, as its last act."""
        self.shut_down()
        with self._send_lock:  # a writer that is still inside wakes up now and leaves
            self._sock.close()
