"""The user that amictl needs in ``manager.conf`` ("Asterisk manager.conf.sample" of 16 and 22)."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Final

READ_CLASSES: Final[Mapping[str, str]] = {
    "system": "registrations are as old as their lists, and a restart of the PBX is seen late",
    "call": (
        "channels, calls, bridges, parking, conferences and device states are as old as their lists, and no"
        " outcome of an ordered call is told"
    ),
    "agent": "queues and agents are as old as their lists, and the queues' days are not counted",
    "user": "user events are not shown",
    "dtmf": "digits are not shown",
    "reporting": "reports on calls' quality are not shown",
    "dialplan": "where channels are in the dialplan is as old as their lists",
}
"""The read classes that amictl asks for, and what is not heard without each."""

WRITE_CLASSES: Final[Mapping[str, str]] = {
    "system": "PJSIP endpoints and the queues' wrap-up times are not known, and modules cannot be reloaded",
    "call": "parked calls are not known, and calls cannot be moved or changed",
    "agent": "queue members cannot be paused, added or changed",
    "user": "user events cannot be sent",
    "reporting": "conferences are not known",
    "originate": "calls cannot be started",
    "command": "commands cannot be run, and Asterisk does not tell which events the user gets",
}
"""The write classes that amictl asks for, and what is missing without each."""

USERNAME: Final = "amictl"
_EXAMPLE_SECRET: Final = "a-long-random-secret"  # noqa: S105 - opens nothing
_LOOPBACK: Final = "127.0.0.1"
_OPEN_PERMIT: Final = "permit = (the address that amictl comes from)/255.255.255.255"


def write_stanza(
    username: str = USERNAME, secret: str = _EXAMPLE_SECRET, address: str | None = _LOOPBACK
) -> str:
    """Return the section of ``manager.conf``; its rights are frozen when the user logs in.

    Args:
        username: The section's name.
        secret: The user's secret.
        address: Where amictl comes from; None where nobody knows that, and somebody has to fill it in.
    """
    return f"""\
[{username}]
secret = {secret}
{write_deny_line(address or _LOOPBACK)}
{write_permit_line(address) if address else _OPEN_PERMIT}
{write_read_line()}
{write_write_line()}
writetimeout = 5000
eventfilter = !Event: RTCP(Sent|Received)
"""


def write_deny_line(address: str) -> str:
    """Return the line that keeps away whoever no later line lets in, in the family of an address."""
    return f"deny = {'::/0' if _is_ipv6(address) else '0.0.0.0/0.0.0.0'}"


def write_permit_line(address: str) -> str:
    """Return the line that lets one address in."""
    return f"permit = {address}/{'128' if _is_ipv6(address) else '255.255.255.255'}"


def write_read_line(also: frozenset[str] = frozenset()) -> str:
    """Return the line of the read classes; other ones that the user has stay."""
    return f"read = {_join(READ_CLASSES, also)}"


def write_write_line(also: frozenset[str] = frozenset()) -> str:
    """Return the line of the write classes; other ones that the user has stay."""
    return f"write = {_join(WRITE_CLASSES, also)}"


def _join(classes: Mapping[str, str], also: frozenset[str]) -> str:
    known = ",".join((*classes, *sorted(also - classes.keys() - {"none", "<none>", ""})))
    return "all" if "all" in also else known


def _is_ipv6(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).version == 6


MANAGER_STANZA: Final = write_stanza()
"""The user that amictl needs, for a PBX on amictl's own machine."""
