"""What a look at a link found: for each check a verdict, what was seen, and what to change where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from amictl.errors import LinkDown

MANAGER_CONF: Final = "/etc/asterisk/manager.conf"
MODULES_CONF: Final = "/etc/asterisk/modules.conf"


class Check(StrEnum):
    """What is looked at, in the order in which it is; the value is its name for programs."""

    REACH = "reach"
    CERTIFICATE = "certificate"
    LOGIN = "login"
    VERSION = "version"
    RIGHTS = "rights"
    MODULES = "modules"
    FILTERS = "filters"
    CLOCK = "clock"

    @property
    def label(self) -> str:
        """What people call it."""
        return _TITLES[self]


_TITLES: Final = MappingProxyType(
    {
        Check.REACH: "Reach",
        Check.CERTIFICATE: "TLS and certificate",
        Check.LOGIN: "Login",
        Check.VERSION: "Version",
        Check.RIGHTS: "Rights",
        Check.MODULES: "Modules",
        Check.FILTERS: "Event filters",
        Check.CLOCK: "Clock",
    }
)


class Verdict(StrEnum):
    """What a check came to.

    ``WARNING`` works, and somebody should think about it; with ``WRONG`` something of amictl does not work;
    ``UNKNOWN`` could not be looked at, and says why.
    """

    FINE = "fine"
    WARNING = "warning"
    WRONG = "wrong"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """What people call it."""
        return "not looked at" if self is Verdict.UNKNOWN else str(self)


@dataclass(frozen=True, slots=True)
class Remedy:
    """The lines to change, and where.

    Args:
        place: What to do and where: a sentence that ends with a colon.
        lines: The lines as they are to be written, or commands to run.
    """

    place: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Args:
        check: What was looked at.
        verdict: What it came to.
        seen: Sentences on what was seen, or why it could not be looked at; one line or more.
        remedies: What to change where it is not fine; empty where nobody can tell.
    """

    check: Check
    verdict: Verdict
    seen: str
    remedies: tuple[Remedy, ...] = ()


class NoConnection(LinkDown):
    """A connection that did not come about; it knows which check it fails, and what to change.

    Args:
        check: ``REACH``, or ``CERTIFICATE`` where the TLS handshake failed.
        detail: What happened and what to do about it.
        remedies: What to change, where anybody can tell.
    """

    def __init__(self, check: Check, detail: str, *remedies: Remedy) -> None:
        super().__init__(detail)
        self.check = check
        self.remedies = remedies


def set_in_general(*lines: str) -> Remedy:
    """Return the remedy that sets lines for all users of the manager interface."""
    return Remedy(f'Set in {MANAGER_CONF} under [general], then asterisk -rx "manager reload":', lines)


def set_in_section(username: str, *lines: str) -> Remedy:
    """Return the remedy that sets lines of one AMI user."""
    return Remedy(f'Set in {MANAGER_CONF} under [{username}], then asterisk -rx "manager reload":', lines)


def take_out_of_section(username: str, *lines: str) -> Remedy:
    """Return the remedy that takes lines of one AMI user away."""
    return Remedy(
        f'Take out of {MANAGER_CONF} under [{username}], then asterisk -rx "manager reload":', lines
    )


def set_in_amictl(*fields: str) -> Remedy:
    """Return the remedy that changes what amictl knows of the server."""
    return Remedy("Set in what you tell amictl of this server:", fields)


def run_on_pbx(*commands: str) -> Remedy:
    """Return the remedy that is run on the PBX's own command line."""
    return Remedy("Run on the PBX:", commands)
