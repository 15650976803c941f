"""Every error that amictl raises on purpose, as one tree with stable codes.

    AmictlError
    ├── ConfigurationError          configuration
    ├── StorageUnavailable          storage_unavailable
    ├── ProtocolError               protocol
    ├── InvalidInput                invalid_input      (names the fields)
    ├── NotAuthenticated            not_authenticated
    ├── PermissionDenied            permission_denied
    ├── NotFound                    not_found
    ├── Conflict                    conflict
    ├── RateLimited                 rate_limited
    └── PbxError
        ├── LinkDown                link_down          (nothing was sent)
        ├── LoginRefused            login_refused
        ├── ActionUnsupported       action_unsupported (nothing was sent)
        ├── ActionRefused           action_refused     (the PBX's own words in ``ami``)
        ├── ActionTimeout           action_timeout
        └── OutcomeUnknown          outcome_unknown    (the link died in between)

A code never changes its meaning: programs match on it. ``amictl/web/errors.py`` maps the tree to
HTTP status codes and RFC 9457 problem details; no other place does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field that was refused, and what the sender should do about it."""

    field: str
    detail: str


class AmictlError(Exception):
    """The root of the tree; ``detail`` is one sentence that may be shown to a user.

    Args:
        detail: What went wrong and what to do about it, without secrets.
    """

    code = "internal"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class ConfigurationError(AmictlError):
    """The environment or the stored settings cannot be used as they are."""

    code = "configuration"


class StorageUnavailable(AmictlError):
    """The database or its disk cannot be used now: full, read-only, locked, or not there.

    Args:
        detail: Which of these it is.
        place: The file or folder, for people on amictl's machine; never shown to others.
    """

    code = "storage_unavailable"

    def __init__(self, detail: str, place: str = "") -> None:
        super().__init__(detail)
        self.place = place


class ProtocolError(AmictlError):
    """The bytes from the other side are not AMI, or ours cannot be sent as AMI."""

    code = "protocol"


class InvalidInput(AmictlError):
    """Input was refused before anything was done.

    Args:
        problems: The refused fields, at least one.
        detail: A summary; made from the problems when left out.
    """

    code = "invalid_input"

    def __init__(self, problems: Sequence[FieldProblem], detail: str | None = None) -> None:
        self.problems = tuple(problems)
        super().__init__(detail or "; ".join(f"{p.field}: {p.detail}" for p in self.problems))

    @classmethod
    def of(cls, field: str, detail: str) -> InvalidInput:
        """Return the error for a single refused field."""
        return cls((FieldProblem(field, detail),))


class NotAuthenticated(AmictlError):
    """Nobody is logged in, or the token is unknown, expired or revoked."""

    code = "not_authenticated"


class PermissionDenied(AmictlError):
    """The user or token may not do this, here."""

    code = "permission_denied"


class NotFound(AmictlError):
    """There is no such channel, queue, member, PBX or page."""

    code = "not_found"


class Conflict(AmictlError):
    """The request contradicts what is there already."""

    code = "conflict"


class RateLimited(AmictlError):
    """Too many requests; ``retry_after`` tells the seconds to wait."""

    code = "rate_limited"

    def __init__(self, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class PbxError(AmictlError):
    """An action did not do what was asked of the PBX.

    Args:
        detail: What happened, for a user.
        ami: The PBX's own words, where it said any.
    """

    code = "pbx"

    def __init__(self, detail: str, ami: str | None = None) -> None:
        super().__init__(detail)
        self.ami = ami


class LinkDown(PbxError):
    """There is no link to the PBX; nothing was sent."""

    code = "link_down"


class LoginRefused(PbxError):
    """The PBX refused the AMI user, its secret or its address."""

    code = "login_refused"


class ActionUnsupported(PbxError):
    """This PBX, or this AMI user on it, does not have the action; nothing was sent."""

    code = "action_unsupported"


class ActionRefused(PbxError):
    """The PBX answered the action with an error."""

    code = "action_refused"


class ActionTimeout(PbxError):
    """No answer came in time; whether a change took effect is unknown.

    Args:
        changes_pbx: Whether the unanswered action was one that changes the PBX.
    """

    code = "action_timeout"

    def __init__(self, detail: str, *, changes_pbx: bool = False) -> None:
        super().__init__(detail)
        self.changes_pbx = changes_pbx


class OutcomeUnknown(PbxError):
    """The link died after the action was sent and before its answer came; it is never resent."""

    code = "outcome_unknown"
