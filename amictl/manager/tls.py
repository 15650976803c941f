"""TLS as a pure pipe between bytes of the wire and bytes of AMI.

OpenSSL's connection object must not be used by two threads at once, and a reader that waits in it
would keep every writer out. So TLS runs over memory buffers under a lock that is held for the
arithmetic alone, while the waiting happens on the plain socket.
"""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass

from amictl.config import LinkSettings
from amictl.errors import LinkDown

_PLAINTEXT_CHUNK = 65536


@dataclass(frozen=True, slots=True)
class TlsInfo:
    """Protocol, cipher and verification that were agreed on with the server.

    Args:
        protocol: For example ``TLSv1.3``.
        cipher: OpenSSL's name of the cipher suite.
        verified: Whether the server's certificate was checked against a CA and the host name.
    """

    protocol: str
    cipher: str
    verified: bool


class TlsPipe:
    """One TLS client session over memory buffers.

    Args:
        settings: The link; its host is the name that the certificate must carry.

    Raises:
        LinkDown: The private CA of the settings is not a PEM certificate.
    """

    def __init__(self, settings: LinkSettings) -> None:
        self._verified = settings.tls_verify
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._lock = threading.Lock()
        self._tls = _make_context(settings).wrap_bio(
            self._incoming, self._outgoing, server_hostname=settings.host
        )

    def shake_hands(self, received: bytes) -> tuple[bool, bytes]:
        """Take the handshake one step further.

        Args:
            received: Bytes from the wire; empty at the first step.

        Returns:
            Whether the handshake is done, and the bytes to put on the wire.

        Raises:
            ssl.SSLError: The server speaks no TLS, or its certificate does not verify.
        """
        with self._lock:
            self._incoming.write(received)
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                return False, self._outgoing.read()
            return True, self._outgoing.read()

    def decrypt(self, received: bytes) -> bytes:
        """Return the plain bytes that the wire's bytes complete; often none.

        Raises:
            ssl.SSLError: The stream is broken.
        """
        plain = bytearray()
        with self._lock:
            self._incoming.write(received)
            try:
                while chunk := self._tls.read(_PLAINTEXT_CHUNK):
                    plain += chunk
            except (ssl.SSLWantReadError, ssl.SSLZeroReturnError):
                pass  # all that has arrived so far is read; after a close_notify the wire ends too
        return bytes(plain)

    def encrypt(self, data: bytes) -> bytes:
        """Return the bytes for the wire, with whatever TLS itself had to say before them.

        Raises:
            ssl.SSLError: The session can no longer write.
        """
        remaining = memoryview(data)
        with self._lock:
            while remaining:  # write() is documented to take less than all, perhaps
                remaining = remaining[self._tls.write(remaining) :]
            return self._outgoing.read()

    @property
    def info(self) -> TlsInfo:
        """The protocol and the cipher that were agreed on; call it after the handshake."""
        cipher = self._tls.cipher()
        return TlsInfo(
            protocol=self._tls.version() or "unknown",
            cipher=cipher[0] if cipher else "unknown",
            verified=self._verified,
        )


def explain_tls_failure(error: ssl.SSLError, address: str) -> LinkDown:
    """Return the error that tells what to do about a failed handshake."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return LinkDown(
            f"The certificate of {address} does not verify: {error.verify_message} "
            "Give the PBX's CA as PEM, or connect by the name that is in the certificate."
        )
    if error.reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNEXPECTED_MESSAGE"}:
        return LinkDown(
            f"{address} does not speak TLS: use the port of tlsbindaddr in manager.conf (5039 by default), "
            "or switch TLS off for this link."
        )
    return LinkDown(
        f"TLS with {address} failed ({error.reason or error}): check tlscertfile, tlsprivatekey and the TLS "
        "versions in manager.conf."
    )


def _make_context(settings: LinkSettings) -> ssl.SSLContext:
    """Return a client context that trusts the private CA alone, or else the system's CAs."""
    try:
        context = ssl.create_default_context(cadata=settings.tls_ca or None)
    except (ssl.SSLError, ValueError) as error:
        raise LinkDown("The CA of this link is not a PEM certificate: paste the whole PEM text.") from error
    if not settings.tls_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
