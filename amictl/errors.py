"""Every error that amictl raises on purpose: one tree, and all that is known of an error stands in its class.

    AmictlError
    ├── ConfigurationError, ProtocolError      (no status: they stop a start or a link)
    ├── what a client did, 400 to 429
    ├── StorageUnavailable, NotReady
    └── PbxError
        ├── ActionUnsupported, LinkDown        (nothing was sent)
        ├── ActionRefused, LoginRefused        (the PBX's own words in ``ami``)
        └── ActionTimeout, OutcomeUnknown      (nobody knows what became of a change)

A class is one code. Its docstring begins with what the code means to who gets it, in one sentence: the
OpenAPI document, the page of the API and ``docs/api.md`` say it in these words. A class knows its problem
details (RFC 9457), and ``amictl/web/errors.py`` alone answers routes with them. ``docs/extending.md`` tells
how to add one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field that was refused, and what the sender should do about it."""

    field: str
    detail: str


class AmictlError(Exception):
    """A defect in amictl; request_id finds it in the log.

    Each subclass says more; one without a status of its own is a branch of the tree, or never answered.

    Args:
        detail: What went wrong and what to do about it, in a sentence that a user may see; no secrets.

    Attributes:
        code: What programs match on; never changes its meaning.
        status: The HTTP status that it comes with.
        title: A few words for people, the same each time.
        example: What its example in the OpenAPI document has besides, or in another way.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong here"
    example: ClassVar[Mapping[str, Any]] = MappingProxyType({})

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    @classmethod
    def meaning(cls) -> str:
        """Return what happened and what to do: the first paragraph of the class's docstring."""
        paragraph, _, _ = (cls.__doc__ or "").partition("\n\n")
        return " ".join(paragraph.split()).removesuffix(".")

    @classmethod
    def describe(cls, detail: str) -> dict[str, Any]:
        """Return the members that every problem of this class has ("RFC 9457", section 3.1).

        Args:
            detail: One sentence for a person.
        """
        return {
            "type": f"urn:amictl:problem:{cls.code}",
            "title": cls.title,
            "status": cls.status,
            "detail": detail,
            "code": cls.code,
        }

    def members(self) -> dict[str, Any]:
        """Return what a client is told beside code and detail."""
        return {}

    def problem(self) -> dict[str, Any]:
        """Return the whole problem that the error is ("RFC 9457")."""
        return self.describe(self.detail) | self.members()


class ConfigurationError(AmictlError):
    """The environment or the stored settings cannot be used as they are."""

    code = "configuration"


class ProtocolError(AmictlError):
    """The bytes from the other side are not AMI, or ours cannot be sent as AMI."""

    code = "protocol"


class MalformedRequest(AmictlError):
    """The body is not a JSON object."""

    code = "malformed_request"
    status = 400
    title = "The request could not be understood"


class NotAuthenticated(AmictlError):
    """No token or session, or it has expired or was revoked."""

    code = "not_authenticated"
    status = 401
    title = "Log in first"


class PermissionDenied(AmictlError):
    """The user may not do this, or not on this PBX or queue; or the CSRF token is missing."""

    code = "permission_denied"
    status = 403
    title = "Not allowed"


class PasswordChangeRequired(AmictlError):
    """The user must choose a password first, on the page /password; that holds for the user's tokens, too."""

    code = "password_change_required"
    status = 403
    title = "Change your password first"


class NotFound(AmictlError):
    """No such PBX, channel, queue, member or path; detail says which."""

    code = "not_found"
    status = 404
    title = "Not found"


class MethodNotAllowed(AmictlError):
    """Another method; see the header Allow."""

    code = "method_not_allowed"
    status = 405
    title = "Method not allowed"


class Conflict(AmictlError):
    """It contradicts what is there, or the Idempotency-Key was used otherwise.

    Args:
        detail: What contradicts what.
        retry_after: Seconds to wait where the same request will be answered then; else None.
    """

    code = "conflict"
    status = 409
    title = "Conflict"

    def __init__(self, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class TooLarge(AmictlError):
    """The body is over 1 MiB."""

    code = "too_large"
    status = 413
    title = "Too large"


class UnsupportedMediaType(AmictlError):
    """Send application/json."""

    code = "unsupported_media_type"
    status = 415
    title = "Unsupported content type"


class InvalidInput(AmictlError):
    """errors names each refused field; nothing was sent to the PBX.

    Args:
        problems: The refused fields, at least one.
        detail: A summary; made from the problems when left out.
    """

    code = "invalid_input"
    status = 422
    title = "Some fields were refused"
    example = MappingProxyType(
        {
            "detail": "reason: Must not contain carriage return, line feed or NUL.",
            "errors": [{"field": "reason", "detail": "Must not contain carriage return, line feed or NUL."}],
        }
    )

    def __init__(self, problems: Sequence[FieldProblem], detail: str | None = None) -> None:
        self.problems = tuple(problems)
        super().__init__(detail or "; ".join(f"{p.field}: {p.detail}" for p in self.problems))

    @classmethod
    def of(cls, field: str, detail: str) -> InvalidInput:
        """Return the error for a single refused field."""
        return cls((FieldProblem(field, detail),))

    def members(self) -> dict[str, Any]:
        """Return the refused fields."""
        return {"errors": [asdict(each) for each in self.problems]}


class RateLimited(AmictlError):
    """Wait as long as Retry-After says; nothing was sent.

    Args:
        detail: Too much of what.
        retry_after: Seconds to wait, where they are known.
    """

    code = "rate_limited"
    status = 429
    title = "Too many requests"

    def __init__(self, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class StorageUnavailable(AmictlError):
    """amictl's database or its disk is full, read-only or locked; detail says which.

    Args:
        detail: Which of these it is.
        place: The file or folder, for people on amictl's machine; never shown to others.
    """

    code = "storage_unavailable"
    status = 503
    title = "The database cannot be used"

    def __init__(self, detail: str, place: str = "") -> None:
        super().__init__(detail)
        self.place = place


class NotReady(AmictlError):
    """The database or a link is not there; detail names which.

    Args:
        detail: What is waited for, and what somebody must mend.
        links: Each link's state by PBX.
        problems: What somebody must mend, one by one.
    """

    code = "not_ready"
    status = 503
    title = "Not ready"

    def __init__(self, detail: str, links: Mapping[str, str], problems: Sequence[str]) -> None:
        super().__init__(detail)
        self.links = links
        self.problems = problems

    def members(self) -> dict[str, Any]:
        """Return the links and the problems."""
        return {"links": dict(self.links), "problems": list(self.problems)}


class PbxError(AmictlError):
    """An action did not do what was asked of the PBX; each subclass may come from any route that asks one.

    Args:
        detail: What happened, for a user.
        ami: The PBX's own words, where it said any.
    """

    code = "pbx"

    def __init__(self, detail: str, ami: str | None = None) -> None:
        super().__init__(detail)
        self.ami = ami

    def members(self) -> dict[str, Any]:
        """Return the PBX's own words, where it said any."""
        return {} if self.ami is None else {"ami": self.ami}


class ActionUnsupported(PbxError):
    """This PBX, or amictl's AMI user on it, does not have the action; nothing was sent."""

    code = "action_unsupported"
    status = 501
    title = "The PBX cannot do this"


class ActionRefused(PbxError):
    """The PBX said no; ami holds its own words."""

    code = "action_refused"
    status = 502
    title = "The PBX refused"
    example = MappingProxyType({"ami": "Channel not existent"})


class LoginRefused(PbxError):
    """The PBX refused amictl's AMI user, its secret or its address."""

    code = "login_refused"
    status = 502
    title = "The PBX refused"


class LinkDown(PbxError):
    """There is no live link to the PBX; nothing was sent."""

    code = "link_down"
    status = 503
    title = "No link to the PBX"


class ActionTimeout(PbxError):
    """No answer in time; for a write outcome is unknown.

    Args:
        changes_pbx: Whether the unanswered action was one that changes the PBX.
    """

    code = "action_timeout"
    status = 504
    title = "No answer from the PBX"

    def __init__(self, detail: str, *, changes_pbx: bool = False) -> None:
        super().__init__(detail)
        self.changes_pbx = changes_pbx

    def members(self) -> dict[str, Any]:
        """Return that nobody knows what became of a change."""
        return {"outcome": "unknown"} if self.changes_pbx else {}


class OutcomeUnknown(PbxError):
    """The link died after the action was sent; it is never sent again by itself."""

    code = "outcome_unknown"
    status = 504
    title = "No answer from the PBX"

    def members(self) -> dict[str, Any]:
        """Return that nobody knows what became of it."""
        return {**super().members(), "outcome": "unknown"}


def list_errors(branch: type[AmictlError] = AmictlError) -> list[type[AmictlError]]:
    """Return the errors of a branch that are answered, by status and then in the order of this file."""
    return sorted((each for each in _walk(branch) if "status" in vars(each)), key=lambda each: each.status)


def _walk(branch: type[AmictlError]) -> Iterator[type[AmictlError]]:
    """Yield a class and all of its subclasses."""
    yield branch
    for each in branch.__subclasses__():
        yield from _walk(each)
