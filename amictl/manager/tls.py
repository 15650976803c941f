"""TLS as a pure pipe between bytes of the wire and bytes of AMI.

OpenSSL's connection object must not be used by two threads at once, and a reader that waits in it
would keep every writer out. So TLS runs over memory buffers under a lock that is held for the
arithmetic alone, while the waiting happens on the plain socket.
"""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass, field

from amictl.config import LinkSettings
from amictl.manager.findings import Check, NoConnection, Remedy, set_in_amictl, set_in_general

_PLAINTEXT_CHUNK = 65536
_NOT_YET_VALID, _EXPIRED, _HOSTNAME_MISMATCH, _ADDRESS_MISMATCH = 9, 10, 62, 64  # OpenSSL's X509_V_ERR_*

TLS_LISTENER = set_in_general(
    "tlsenable = yes",
    "tlsbindaddr = 0.0.0.0:5039",
    "tlscertfile = /etc/asterisk/keys/asterisk.crt",
    "tlsprivatekey = /etc/asterisk/keys/asterisk.key",
)
"""What a PBX needs to speak TLS; its files are where the administrator keeps them."""


@dataclass(frozen=True, slots=True)
class TlsInfo:
    """Protocol, cipher and verification that were agreed on with the server.

    Args:
        protocol: For example ``TLSv1.3``.
        cipher: OpenSSL's name of the cipher suite.
        verified: Whether the server's certificate was checked against a CA and the host name.
        certificate: The server's certificate as DER.
    """

    protocol: str
    cipher: str
    verified: bool
    certificate: bytes = field(default=b"", repr=False)


class TlsPipe:
    """One TLS client session over memory buffers.

    Args:
        settings: The link; its host is the name that the certificate must carry.

    Raises:
        NoConnection: The private CA of the settings is not a PEM certificate.
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
            certificate=self._tls.getpeercert(binary_form=True) or b"",
        )


def explain_tls_failure(error: ssl.SSLError, address: str) -> NoConnection:
    """Return the error that tells what to do about a failed handshake."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return NoConnection(
            Check.CERTIFICATE,
            f"The certificate of {address} does not verify: {error.verify_message.rstrip('.')}. "
            "Give the PBX's CA as PEM, or connect by the name that is in the certificate.",
            _mend_verification(error.verify_code),
        )
    if error.reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNEXPECTED_MESSAGE"}:
        return NoConnection(
            Check.CERTIFICATE,
            f"{address} does not speak TLS: use the port of tlsbindaddr in manager.conf (5039 by default), "
            "or switch TLS off for this link.",
            set_in_amictl("Port: that of tlsbindaddr (5039 by default), or TLS: off"),
            TLS_LISTENER,
        )
    return NoConnection(
        Check.CERTIFICATE,
        f"TLS with {address} failed ({error.reason or error}): check tlscertfile, tlsprivatekey and the TLS "
        "versions in manager.conf.",
        TLS_LISTENER,
    )


def _mend_verification(verify_code: int) -> Remedy:
    """Return what lets a server's certificate verify ("openssl verify", diagnostics)."""
    if verify_code in {_HOSTNAME_MISMATCH, _ADDRESS_MISMATCH}:
        return set_in_amictl("Host: the name or address that the certificate is made for")
    if verify_code in {_NOT_YET_VALID, _EXPIRED}:
        return set_in_general("tlscertfile = (a certificate that is valid now)")
    return set_in_amictl("Private CA: the PEM certificate of who signed it, or its own if it signed itself")


def _make_context(settings: LinkSettings) -> ssl.SSLContext:
    """Return a client context that trusts the private CA alone, or else the system's CAs."""
    try:
        context = ssl.create_default_context(cadata=settings.tls_ca or None)
    except (ssl.SSLError, ValueError) as error:
        raise NoConnection(
            Check.CERTIFICATE,
            "The CA of this link is not a PEM certificate: paste the whole PEM text.",
            set_in_amictl("Private CA: from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----"),
        ) from error
    if not settings.tls_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
