"""Every error code of the API with its status and its meaning: what the OpenAPI document says of errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One code that a program may match on.

    Args:
        status: The HTTP status that it comes with.
        meaning: What happened, and what to do.
    """

    status: int
    meaning: str


ERROR_CODES: Mapping[str, ErrorCode] = MappingProxyType(
    {
        "malformed_request": ErrorCode(400, "The body is not a JSON object"),
        "not_authenticated": ErrorCode(401, "No token or session, or it has expired or was revoked"),
        "permission_denied": ErrorCode(
            403, "The user may not do this, or not on this PBX or queue; or the CSRF token is missing"
        ),
        "not_found": ErrorCode(404, "No such PBX, channel, queue, member or path; detail says which"),
        "method_not_allowed": ErrorCode(405, "Another method; see the header Allow"),
        "conflict": ErrorCode(409, "It contradicts what is there, or the Idempotency-Key was used otherwise"),
        "too_large": ErrorCode(413, "The body is over 1 MiB"),
        "unsupported_media_type": ErrorCode(415, "Send application/json"),
        "invalid_input": ErrorCode(422, "errors names each refused field; nothing was sent to the PBX"),
        "rate_limited": ErrorCode(429, "Wait as long as Retry-After says; nothing was sent"),
        "internal": ErrorCode(500, "A defect in amictl; request_id finds it in the log"),
        "action_unsupported": ErrorCode(
            501, "This PBX, or amictl's AMI user on it, does not have the action; nothing was sent"
        ),
        "action_refused": ErrorCode(502, "The PBX said no; ami holds its own words"),
        "login_refused": ErrorCode(502, "The PBX refused amictl's AMI user, its secret or its address"),
        "link_down": ErrorCode(503, "There is no live link to the PBX; nothing was sent"),
        "storage_unavailable": ErrorCode(
            503,
            "amictl's database or its disk is full, read-only or locked; detail says which",
        ),
        "not_ready": ErrorCode(503, "The database or a link is not there; detail names which"),
        "action_timeout": ErrorCode(504, "No answer in time; for a write outcome is unknown"),
        "outcome_unknown": ErrorCode(
            504, "The link died after the action was sent; it is never sent again by itself"
        ),
    }
)


def group_by_status(codes: tuple[str, ...]) -> dict[int, tuple[str, ...]]:
    """Return the codes by their HTTP status, in the order of the statuses."""
    statuses = sorted({ERROR_CODES[code].status for code in codes})
    return {
        status: tuple(code for code in codes if ERROR_CODES[code].status == status) for status in statuses
    }
