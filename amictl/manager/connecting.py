"""Opening the TCP and TLS connection to a PBX: bounded in time, and interrupted at once by a stop."""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import socket
import ssl
import threading
import time

from amictl.config import LinkSettings
from amictl.manager.findings import Check, NoConnection, Remedy, set_in_amictl, set_in_general
from amictl.manager.name_lookup import INTERRUPT_CHECK, AddressInfo, NameLookup, raise_if_stopping
from amictl.manager.timings import LinkTimings
from amictl.manager.tls import TLS_LISTENER, TlsPipe, explain_tls_failure
from amictl.manager.transport import RECEIVE_CHUNK, Transport


def open_transport(
    settings: LinkSettings,
    timings: LinkTimings,
    stopping: threading.Event,
    names: NameLookup | None = None,
) -> Transport:
    """Connect to the PBX, TLS handshake included.

    Args:
        settings: Where to connect and whether to speak TLS.
        timings: ``connect_timeout`` bounds it all.
        stopping: Ends the attempt when set.
        names: Finds the host's addresses, and remembers them for the next attempt; None for a single try.

    Raises:
        NoConnection: It did not work; ``detail`` tells what to do about it.
        LinkDown: The link is being stopped.
    """
    deadline = time.monotonic() + timings.connect_timeout
    tls = TlsPipe(settings) if settings.tls else None
    sock = _connect_any(settings, names or NameLookup(settings), deadline, stopping)
    try:
        _keep_alive(sock)
        sock.settimeout(INTERRUPT_CHECK)
        if tls is not None:
            _shake_hands(sock, tls, settings, deadline, stopping)
        return Transport(sock, tls, timings.send_timeout)
    except BaseException:
        sock.close()
        raise


def _connect_any(
    settings: LinkSettings, names: NameLookup, deadline: float, stopping: threading.Event
) -> socket.socket:
    """Return a connected socket to the first of the host's addresses that answers."""
    addresses = names.addresses(deadline, stopping)
    failure = NoConnection(Check.REACH, f"{settings.host} has no address.")
    for index, address in enumerate(addresses):
        share = (deadline - time.monotonic()) / (len(addresses) - index)
        try:
            return _connect(address, time.monotonic() + share, stopping)
        except OSError as error:
            failure = _explain_connect_failure(settings, error)
    raise failure


def _connect(address: AddressInfo, deadline: float, stopping: threading.Event) -> socket.socket:
    """Return a socket connected to one address, or raise the OSError that says why not."""
    family, kind, protocol, _, target = address
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        code = sock.connect_ex(target)
        if code == errno.EINPROGRESS:
            _wait_until_writable(sock, deadline, stopping)
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        _raise_for(code)
    except BaseException:
        sock.close()
        raise
    return sock


def _raise_for(code: int) -> None:
    """Raise the OSError for a connect's error code, where it is one."""
    if code:
        raise OSError(code, os.strerror(code))


def _wait_until_writable(sock: socket.socket, deadline: float, stopping: threading.Event) -> None:
    """Wait for the outcome of a connect in progress."""
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_WRITE)
        while not selector.select(min(INTERRUPT_CHECK, max(deadline - time.monotonic(), 0))):
            raise_if_stopping(stopping)
            if time.monotonic() > deadline:
                raise TimeoutError(errno.ETIMEDOUT, "no answer in time")


def _keep_alive(sock: socket.socket) -> None:
    """Set the socket's options: small actions leave at once, and the kernel notices a vanished host."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, option):  # not every system has them; the keepalive Ping does not need them
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _shake_hands(
    sock: socket.socket, tls: TlsPipe, settings: LinkSettings, deadline: float, stopping: threading.Event
) -> None:
    """Run the TLS handshake over a connected socket."""
    address = f"{settings.host}:{settings.port}"
    received = b""
    while True:
        try:
            done, to_send = tls.shake_hands(received)
            sock.sendall(to_send)
        except ssl.SSLError as error:
            raise explain_tls_failure(error, address) from error
        except OSError as error:
            raise _explain_connect_failure(settings, error) from error
        if done:
            return
        received = _receive_before(sock, settings, deadline, stopping)


def _receive_before(
    sock: socket.socket, settings: LinkSettings, deadline: float, stopping: threading.Event
) -> bytes:
    """Return the next bytes of a TLS handshake, or raise ``LinkDown`` at the deadline."""
    while time.monotonic() < deadline:
        raise_if_stopping(stopping)
        with contextlib.suppress(TimeoutError):
            try:
                received = sock.recv(RECEIVE_CHUNK)
            except ConnectionError:
                received = b""
            if not received:
                raise NoConnection(
                    Check.CERTIFICATE,
                    f"{settings.host}:{settings.port} closed the connection during the TLS handshake: is it "
                    "a TLS port (tlsbindaddr in manager.conf), and does it have a certificate?",
                    TLS_LISTENER,
                )
            return received
    raise NoConnection(
        Check.CERTIFICATE,
        f"{settings.host}:{settings.port} did not answer the TLS handshake in time: use the port of "
        "tlsbindaddr in manager.conf (5039 by default), or switch TLS off for this link.",
        TLS_LISTENER,
    )


def _explain_connect_failure(settings: LinkSettings, error: OSError) -> NoConnection:
    """Return the error that tells what to do about a TCP connection that failed."""
    address = f"{settings.host}:{settings.port}"
    if isinstance(error, ConnectionRefusedError):
        return NoConnection(
            Check.REACH,
            f"{address} refuses connections: is Asterisk running, with enabled=yes and this port in "
            "manager.conf?",
            _listen_at(settings),
        )
    if isinstance(error, TimeoutError):
        return NoConnection(
            Check.REACH,
            f"{address} does not answer: check host, port and firewall.",
            set_in_amictl("Host and port: where the PBX's manager interface listens"),
            _listen_at(settings),
        )
    return NoConnection(
        Check.REACH,
        f"Cannot connect to {address}: {error.strerror or error}.",
        set_in_amictl("Host and port: where the PBX's manager interface listens"),
    )


def _listen_at(settings: LinkSettings) -> Remedy:
    """Return the lines by which Asterisk listens at a link's port."""
    if settings.tls:
        return set_in_general("enabled = yes", "tlsenable = yes", f"tlsbindaddr = 0.0.0.0:{settings.port}")
    return set_in_general("enabled = yes", "bindaddr = 0.0.0.0", f"port = {settings.port}")
