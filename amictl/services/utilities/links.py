"""Testing the link to a PBX, and connecting it: for the settings pages and the command line alike.

Whoever has ``pbx.admin`` may name any address to be tested, so this is a way to ask about ports of amictl's
network. PBXes stand in private networks, so no address is barred. Instead the answers say no more than is
needed to mend a link: that nothing listens, that nothing answers, or that what answers is not AMI, never what
it is; nothing is sent to a port before it has greeted as Asterisk (with TLS: but a handshake); tests are
bounded in time and number, each is in the audit log before its first packet, and tokens cannot ask for one.
Storing a server, which the same permission allows, shows as much in the link's own state.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from amictl.config import LinkSettings
from amictl.errors import InvalidInput, NotFound, RateLimited
from amictl.manager import (
    Check,
    Finding,
    Registry,
    Verdict,
    find_own_address,
    inspect_link,
    write_stanza,
)
from amictl.manager.stanza import USERNAME
from amictl.pbx.topics.links.value import LinkState
from amictl.services.access import Actor, require
from amictl.services.execution.audit import AuditService
from amictl.store.ami_servers import ServerFields, Servers, check_server
from amictl.store.models import AmiServer
from amictl.store.permissions import Permission

InspectLink = Callable[[LinkSettings, float], Iterator[Finding]]
"""Looks at a link for some seconds at most, and yields a finding for each check."""

INSPECTION_TIMEOUT: Final = 10.0  # seconds; somebody waits for it
_LINK_TIMEOUT: Final = 20.0  # seconds that a new link gets to have its picture while somebody waits
_LOOK_INTERVAL: Final = 0.05  # seconds
_NAME_TIMEOUT: Final = 2.0  # seconds
_TESTS: Final = RateLimitItemPerMinute(20)  # of one user
_PREREQUISITES: Final = (Check.REACH, Check.CERTIFICATE, Check.LOGIN)


@dataclass(frozen=True, slots=True)
class Connected:
    """A server that was stored, and what its link came to while somebody waited.

    Args:
        name: The PBX's name.
        up: Whether the link is up with its picture.
        detail: What the link says of itself.
    """

    name: str
    up: bool
    detail: str


class LinkService:
    """Tests links and connects new servers; needs the application's database context.

    Args:
        servers: The stored servers.
        audit: Records each test before it begins, and what was stored.
        registry: Keeps the links.
        reload_links: Has the stored servers' links taken up; returns when that is done.
        inspect: Looks at a link.
    """

    def __init__(
        self,
        servers: Servers,
        audit: AuditService,
        registry: Registry,
        reload_links: Callable[[], None],
        inspect: InspectLink = inspect_link,
    ) -> None:
        self._servers = servers
        self._audit = audit
        self._registry = registry
        self._reload_links = reload_links
        self._inspect = inspect
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def test(self, actor: Actor, fields: ServerFields) -> Iterator[Finding]:
        """Look at a link whose settings are not stored, and yield what each check finds.

        Args:
            actor: Who asks.
            fields: The server; nothing of it is kept.

        Raises:
            PermissionDenied: The actor may not manage servers, or not this one.
            InvalidInput: A field cannot be used.
            RateLimited: Too many tests in a minute.
            StorageUnavailable: It cannot be recorded, and is not done.
        """
        require(actor, Permission.PBX_ADMIN)
        return self._look(actor, _check(actor, fields))

    def test_stored(self, actor: Actor, server: AmiServer) -> Iterator[Finding]:
        """Look at the link of a stored server, apart from its kept link; as `test`.

        Raises:
            ConfigurationError: The stored secret fits none of the encryption keys.
        """
        require(actor, Permission.PBX_ADMIN, server.name)
        return self._look(actor, self._servers.read_link(server))

    def connect(self, actor: Actor, fields: ServerFields) -> Iterator[Finding | Connected]:
        """Look at a link, store its server where the login worked, and wait until the link is up.

        A link that cannot log in is not stored: it would say the same again and again. A server that is not
        there yet can be added with the other form of the settings.

        Args:
            actor: Who asks.
            fields: The server.

        Raises:
            Conflict: The name is taken.
            PermissionDenied, InvalidInput, RateLimited, StorageUnavailable: As for `test`.
        """
        require(actor, Permission.PBX_ADMIN)
        link = _check(actor, fields)
        self._servers.require_free(link.name)
        return self._store_after(self._look(actor, link), actor, fields)

    def write_stanza(self, actor: Actor, username: str, secret: str, host: str, port: int) -> str:
        """Return the section of ``manager.conf`` for a PBX, which lets in the address that amictl comes from.

        Args:
            actor: Who asks.
            username: The AMI user.
            secret: Its secret, or what stands in its place.
            host: The PBX; its name is looked up, and nothing is sent to it.
            port: Its port.
        """
        require(actor, Permission.PBX_ADMIN)
        return write_stanza(username or USERNAME, secret, find_own_address(host, port, _NAME_TIMEOUT))

    def _store_after(
        self, look: Iterator[Finding], actor: Actor, fields: ServerFields
    ) -> Iterator[Finding | Connected]:
        """Yield what each check finds, then what became of the link."""
        findings = []
        for finding in look:
            findings.append(finding)
            yield finding
        if not can_log_in(findings):
            return
        server = self._servers.create(fields)
        self._reload_links()
        self._audit.record_change(actor, f"The server {server.name} was created.")
        yield self._await_link(fields.name)

    def _look(self, actor: Actor, link: LinkSettings) -> Iterator[Finding]:
        """Record a look, then yield its findings; what it came to is recorded when it ends."""
        if not self._limiter.hit(_TESTS, str(actor.user_id)):
            raise RateLimited("Too many tests. Wait a minute and try again.", 60.0)
        where = f"{link.host}:{link.port} as {link.username}"
        self._audit.record_event(actor, message=f"Tests the link to {where}.")
        self._servers.give_back()
        return self._look_and_record(actor, link, where)

    def _look_and_record(self, actor: Actor, link: LinkSettings, where: str) -> Iterator[Finding]:
        verdicts = []
        try:
            for finding in self._inspect(link, INSPECTION_TIMEOUT):
                verdicts.append(f"{finding.check} {finding.verdict}")
                yield finding
        finally:
            told = ", ".join(verdicts) or "nothing, it was broken off"
            self._audit.record_change(actor, f"The test of the link to {where} found: {told}.")

    def _await_link(self, name: str) -> Connected:
        """Wait for a new link's picture, and return what became of it."""
        deadline = time.monotonic() + _LINK_TIMEOUT
        while True:
            try:
                picture = self._registry.get(name).picture
            except NotFound:  # somebody removed it meanwhile
                return Connected(name, up=False, detail="It was removed meanwhile.")
            link = picture.link
            up = link.state is LinkState.CONNECTED and picture.loaded
            if up or time.monotonic() > deadline:
                return Connected(name, up, link.detail or "")
            time.sleep(_LOOK_INTERVAL)


def can_log_in(findings: Iterable[Finding]) -> bool:
    """Return whether a link would come up: the PBX was reached and accepted the login."""
    fine = {finding.check for finding in findings if finding.verdict in {Verdict.FINE, Verdict.WARNING}}
    return fine.issuperset(_PREREQUISITES)


def inspect_stored(servers: Servers, server: AmiServer) -> list[Finding]:
    """Return what each check finds of a stored server's link, for the command line.

    Raises:
        ConfigurationError: The stored secret fits none of the encryption keys.
    """
    return list(inspect_link(servers.read_link(server), INSPECTION_TIMEOUT))


def describe_findings(findings: Iterable[Finding]) -> str:
    """Return findings as lines for a terminal: a verdict each, and below it what to change."""
    return "\n".join(line for finding in findings for line in _describe(finding))


def _describe(finding: Finding) -> Iterator[str]:
    """Yield the lines of one finding."""
    first, *more = finding.seen.split("\n")
    yield f"  {finding.verdict.label:<13}  {finding.check.label}: {first}"
    yield from (f"{'':17}{line}" for line in more)
    for remedy in finding.remedies:
        yield f"{'':17}{remedy.place}"
        yield from (f"{'':19}{line}" for line in remedy.lines)


def _check(actor: Actor, fields: ServerFields) -> LinkSettings:
    """Return the settings of a link that is not stored.

    Raises:
        InvalidInput: A field cannot be used, or the name is outside the actor's scope.
    """
    check_server(fields)
    if fields.secret is None:
        raise InvalidInput.of("secret", "Enter the secret of the AMI user.")
    if not actor.may_see_pbx(fields.name):
        raise InvalidInput.of("name", f"Your role is limited to: {', '.join(sorted(actor.pbx_scope or ()))}.")
    return LinkSettings(
        name=fields.name,
        host=fields.host,
        port=fields.port,
        username=fields.username,
        secret=fields.secret,
        tls=fields.tls,
        tls_verify=fields.tls_verify,
        tls_ca=fields.tls_ca,
    )
