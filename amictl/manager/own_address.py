"""The address from which this machine comes to a PBX: what ``permit`` in manager.conf must let in."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

from amictl.config import LinkSettings
from amictl.errors import LinkDown
from amictl.manager.name_lookup import NameLookup


def find_own_address(host: str, port: int, timeout: float) -> str | None:
    """Return our IP address on the way to a host; None where the way is not known.

    Nothing is sent to the host: a UDP socket that is connected tells which route would be taken. A router on
    the way may change the address.

    Args:
        host: The PBX's name or address.
        port: Its port.
        timeout: Seconds for the name server.
    """
    names = NameLookup(LinkSettings("own-address", host, port, "", ""))
    try:
        found = names.addresses(time.monotonic() + timeout, threading.Event())
    except LinkDown:
        return None
    for family, _, _, _, target in found:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.connect(target)
            return str(sock.getsockname()[0])
    return None
