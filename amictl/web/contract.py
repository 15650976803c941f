"""What a route says about itself: the OpenAPI document, its page and the tests are made from it.

A description changes nothing about how a request is served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel

from amictl.errors import (
    ActionTimeout,
    ActionUnsupported,
    AmictlError,
    Conflict,
    InvalidInput,
    LinkDown,
    MalformedRequest,
    NotAuthenticated,
    NotFound,
    OutcomeUnknown,
    PbxError,
    PermissionDenied,
    RateLimited,
    StorageUnavailable,
    TooLarge,
    UnsupportedMediaType,
    list_errors,
)
from amictl.store.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])

FROM_PICTURE = (NotFound.code, LinkDown.code, ActionUnsupported.code)
"""Codes of a read of the live picture: no such PBX or thing; it was never reached, or does not tell."""

FROM_PBX = (
    NotFound.code,
    RateLimited.code,
    *(kind.code for kind in list_errors(PbxError) if kind is not OutcomeUnknown),
)
"""Codes of whatever asks the PBX; a write has ``outcome_unknown`` besides."""

_ATTRIBUTE = "amictl_description"
_OF_EVERY_ROUTE = (
    NotAuthenticated.code,
    PermissionDenied.code,
    InvalidInput.code,
    AmictlError.code,
    StorageUnavailable.code,
)
_OF_BODIES = (MalformedRequest.code, TooLarge.code, UnsupportedMediaType.code)
_OF_WRITES = (Conflict.code,)  # an Idempotency-Key that was used for something else


@dataclass(frozen=True, slots=True)
class Description:
    """What one route takes, gives and refuses.

    Args:
        summary: A few words, as in a table of contents.
        permission: What the service requires; None where being logged in is enough.
        details: What else a caller should know, as sentences.
        tag: The group that the route is shown in; the blueprint's name when empty.
        body: The JSON body.
        query: The query string.
        data: What ``data`` of a success holds.
        status: The status of a success.
        others: What ``data`` may hold besides, by the status that it comes with.
        errors: Further codes, beside those that every such route has.
        write: Whether it changes something: it takes an ``Idempotency-Key``, and a CSRF token from a browser.
        example: A body that works as written.
        answer: A ``data`` that fits the example.
        path: What each variable part of the path is.
        produces: The media types of a success.
        envelope: Whether a success is ``{"success": true, "data": …}``; else ``data`` is the whole answer.
        public: Whether strangers may use it.
    """

    summary: str
    permission: Permission | None = None
    details: str = ""
    tag: str = ""
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    data: type[BaseModel] | None = None
    status: int = 200
    others: Mapping[int, type[BaseModel]] = field(default_factory=lambda: MappingProxyType({}))
    errors: tuple[str, ...] = ()
    write: bool = False
    example: Mapping[str, Any] | None = None
    answer: Mapping[str, Any] | None = None
    path: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    produces: tuple[str, ...] = ("application/json",)
    envelope: bool = True
    public: bool = False

    @property
    def successes(self) -> dict[int, tuple[type[BaseModel], ...]]:
        """What ``data`` may hold, by the status of the success."""
        found: dict[int, tuple[type[BaseModel], ...]] = {
            self.status: () if self.data is None else (self.data,)
        }
        for status, model in self.others.items():
            found[status] = (*found.get(status, ()), model)
        return found

    @property
    def codes(self) -> tuple[str, ...]:
        """Every error code that the route may answer with, each once."""
        codes: tuple[str, ...] = () if self.public else _OF_EVERY_ROUTE
        if self.body is not None:
            codes += _OF_BODIES
        if self.write:
            codes += _OF_WRITES
        if self.write and ActionTimeout.code in self.errors:
            codes += (OutcomeUnknown.code,)
        return tuple(dict.fromkeys((*codes, *self.errors)))


def describe(
    summary: str,
    *,
    permission: Permission | None = None,
    errors: Iterable[str] = FROM_PBX,
    **facts: Any,  # noqa: ANN401 - the fields of Description
) -> Callable[[View], View]:
    """Return a decorator that notes a description on a view; put it below the route's own decorator.

    Args:
        summary: A few words, as in a table of contents.
        permission: What the service requires.
        errors: ``FROM_PBX`` where the PBX is asked, ``FROM_PICTURE`` for reads of the live picture,
            and what else may happen (``(*FROM_PBX, "conflict")``); nothing where no PBX is involved.
        **facts: Any other field of ``Description``.
    """
    description = Description(summary, permission=permission, errors=tuple(errors), **facts)

    def note(view: View) -> View:
        vars(view)[_ATTRIBUTE] = description
        return view

    return note


def description_of(view: Callable[..., Any]) -> Description | None:
    """Return what a view says about itself, or None."""
    found: Description | None = getattr(view, _ATTRIBUTE, None)
    return found
