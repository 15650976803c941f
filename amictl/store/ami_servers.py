"""The Asterisk servers that amictl links to, as the database keeps them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography import x509
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from amictl.config import LinkSettings
from amictl.errors import ConfigurationError, Conflict, FieldProblem, InvalidInput, NotFound
from amictl.store.crypto import SecretBox
from amictl.store.extensions import DatabaseSession
from amictl.store.models import AmiServer

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_HOST = re.compile(r"[A-Za-z0-9._:%-]{1,255}")  # a name, an IPv4 address, or an IPv6 address with its zone
_MAX_USERNAME = 128
_MAX_SECRET = 512


@dataclass(frozen=True, slots=True)
class ServerFields:
    """The fields of an Asterisk server that an administrator sets.

    Args:
        name: Short name: lower-case letters, digits and inner hyphens, at most 32.
        host: Host name or address of the AMI listener.
        port: Its TCP port.
        username: The user's section name in ``manager.conf``.
        secret: That user's secret; None keeps the stored one.
        tls: Whether to speak TLS from the first byte.
        tls_verify: Whether the server's certificate must verify.
        tls_ca: PEM text of a private CA; None means the system's CAs.
        enabled: Whether amictl keeps a link to it.
    """

    name: str
    host: str
    port: int
    username: str
    secret: str | None = field(default=None, repr=False)
    tls: bool = False
    tls_verify: bool = True
    tls_ca: str | None = None
    enabled: bool = True

    @classmethod
    def from_link(cls, link: LinkSettings) -> ServerFields:
        """Return the fields of a link that the environment or a command describes."""
        return cls(
            name=link.name,
            host=link.host,
            port=link.port,
            username=link.username,
            secret=link.secret,
            tls=link.tls,
            tls_verify=link.tls_verify,
            tls_ca=link.tls_ca,
        )


class Servers:
    """The Asterisk servers in the database; every method that changes something commits.

    Args:
        session: The database session of the present application context.
        box: Encrypts and decrypts the secrets.
    """

    def __init__(self, session: DatabaseSession, box: SecretBox) -> None:
        self._session = session
        self._box = box

    def all(self) -> Sequence[AmiServer]:
        """Return the servers by name."""
        return self._session.scalars(select(AmiServer).order_by(AmiServer.name)).all()

    def find(self, name: str) -> AmiServer:
        """Return the server of that name.

        Raises:
            NotFound: There is none.
        """
        server = self._session.scalar(select(AmiServer).where(AmiServer.name == name))
        if server is None:
            names = ", ".join(other.name for other in self.all())
            raise NotFound(f"There is no PBX {name!r}. The PBXes are: {names or 'none yet'}.")
        return server

    def require_free(self, name: str) -> None:
        """Check that no server has a name.

        Raises:
            Conflict: The name is taken.
        """
        if self._session.scalar(select(AmiServer.id).where(AmiServer.name == name)) is not None:
            raise _name_taken(name)

    def give_back(self) -> None:
        """End the present transaction: nothing of the database is held while a PBX is waited for."""
        self._session.rollback()

    def load_link_settings(self) -> list[LinkSettings]:
        """Return the links to keep, one for every enabled server.

        A server whose secret no key fits is among them, with the ``problem``: its link may be up and go on.
        """
        return [self._describe_link(server) for server in self.all() if server.enabled]

    def read_link(self, server: AmiServer) -> LinkSettings:
        """Return the settings of one server's link.

        Raises:
            ConfigurationError: Its secret fits none of the encryption keys.
        """
        link = self._describe_link(server)
        if link.problem is not None:
            raise ConfigurationError(link.problem)
        return link

    def describe_problem(self, server: AmiServer) -> str | None:
        """Return why the server's link cannot be started, or None when it can."""
        return self._describe_link(server).problem

    def create(self, fields: ServerFields) -> AmiServer:
        """Store a new server.

        Raises:
            InvalidInput: A field cannot be used.
            Conflict: The name is taken.
        """
        check_server(fields)
        if fields.secret is None:
            raise InvalidInput.of("secret", "Enter the secret of the AMI user.")
        server = AmiServer()
        self._fill(server, fields)
        self._session.add(server)
        self._commit_unique(fields.name)
        return server

    def update(self, server: AmiServer, fields: ServerFields) -> None:
        """Change a server; a secret of None keeps the stored one.

        The stored secret does not follow to another address or weaker protection: whoever may change a
        server could have it sent to a listener of their own, and so read it.

        Raises:
            InvalidInput: A field cannot be used, or the secret must be entered again.
            Conflict: The name is taken.
        """
        check_server(fields)
        if fields.secret is None and _goes_elsewhere(server, fields):
            raise InvalidInput.of(
                "secret", "Enter the secret again, as it is sent to where it was not before."
            )
        self._fill(server, fields)
        self._commit_unique(fields.name)

    def delete(self, server: AmiServer) -> None:
        """Forget a server and its secret."""
        self._session.delete(server)
        self._session.commit()

    def rotate_secrets(self) -> tuple[int, list[str]]:
        """Encrypt all secrets with the newest key.

        Returns:
            How many were encrypted anew, and the names of servers whose secret could not be read.
        """
        unreadable = []
        servers = self.all()
        for server in servers:
            try:
                server.secret_encrypted = self._box.rotate(server.secret_encrypted)
            except ConfigurationError:
                unreadable.append(server.name)
        self._session.commit()
        return len(servers) - len(unreadable), unreadable

    def _describe_link(self, server: AmiServer) -> LinkSettings:
        """Return the settings of one server's link, with the ``problem`` where its secret cannot be read."""
        problem = None
        try:
            secret = self._box.decrypt(server.secret_encrypted)
        except ConfigurationError as error:
            secret, problem = "", error.detail
        return LinkSettings(
            name=server.name,
            host=server.host,
            port=server.port,
            username=server.username,
            secret=secret,
            tls=server.tls,
            tls_verify=server.tls_verify,
            tls_ca=server.tls_ca,
            problem=problem,
        )

    def _fill(self, server: AmiServer, fields: ServerFields) -> None:
        """Put checked fields into the row."""
        server.name, server.host, server.port = fields.name, fields.host, fields.port
        server.username = fields.username
        server.tls, server.tls_verify, server.tls_ca = fields.tls, fields.tls_verify, fields.tls_ca
        server.enabled = fields.enabled
        if fields.secret is not None:
            server.secret_encrypted = self._box.encrypt(fields.secret)

    def _commit_unique(self, name: str) -> None:
        """Commit; a taken name is a conflict."""
        try:
            self._session.commit()
        except IntegrityError as error:
            self._session.rollback()
            raise _name_taken(name) from error


def _name_taken(name: str) -> Conflict:
    return Conflict(f"There is already a PBX {name!r}.")


def check_server(fields: ServerFields) -> None:
    """Check the fields of a server.

    Raises:
        InvalidInput: All fields that cannot be used, each with what to do.
    """
    problems = [
        problem
        for problem in (
            _check_name(fields.name),
            _check_host(fields.host),
            _check_port(fields.port),
            _check_text("username", fields.username, _MAX_USERNAME),
            None if fields.secret is None else _check_text("secret", fields.secret, _MAX_SECRET),
            None if fields.tls_ca is None else _check_ca(fields.tls_ca),
        )
        if problem is not None
    ]
    if problems:
        raise InvalidInput(problems)


def _goes_elsewhere(server: AmiServer, fields: ServerFields) -> bool:
    """Return whether a login would be sent to another listener, or over a less or otherwise trusted way."""
    stored = (server.host, server.port, server.tls, server.tls_verify, server.tls_ca)
    return stored != (fields.host, fields.port, fields.tls, fields.tls_verify, fields.tls_ca)


def _check_name(name: str) -> FieldProblem | None:
    """Refuse a name that could not be part of a route or a topic."""
    if _NAME.fullmatch(name):
        return None
    return FieldProblem("name", "Use 1 to 32 lower-case letters, digits and inner hyphens, such as 'main'.")


def _check_host(host: str) -> FieldProblem | None:
    """Refuse what can be neither a host name nor an address."""
    if _HOST.fullmatch(host):
        return None
    return FieldProblem("host", "Enter a host name or an IP address, without a port.")


def _check_port(port: int) -> FieldProblem | None:
    """Refuse what is no TCP port."""
    if 1 <= port <= 65535:
        return None
    return FieldProblem("port", "Use a port from 1 to 65535; AMI's own are 5038, and 5039 for TLS.")


def _check_text(name: str, text: str, longest: int) -> FieldProblem | None:
    """Refuse text that AMI could not carry in one header."""
    if not text:
        return FieldProblem(name, "This must not be empty.")
    if len(text) > longest:
        return FieldProblem(name, f"Use at most {longest} characters.")
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        return FieldProblem(name, "Use no line breaks or other control characters.")
    return None


def _check_ca(pem: str) -> FieldProblem | None:
    """Refuse what holds no certificate."""
    try:
        x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        return FieldProblem("tls_ca", "Paste the CA's certificate in PEM form, with its BEGIN and END lines.")
    return None
