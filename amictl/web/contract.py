"""What a route is, said once: it is served by that, and OpenAPI, its page and the tests are made from it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from types import MappingProxyType, UnionType
from typing import (
    Any,
    Concatenate,
    Literal,
    ParamSpec,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from flask import Blueprint, Response
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
    PasswordChangeRequired,
    PbxError,
    PermissionDenied,
    RateLimited,
    StorageUnavailable,
    TooLarge,
    UnsupportedMediaType,
    list_errors,
)
from amictl.pbx.log.kept_json import make_json
from amictl.services.access import require
from amictl.services.results import Result, write_result
from amictl.services.schemas import answer_of
from amictl.services.use_cases import UseCases
from amictl.store.permissions import Permission
from amictl.web.inputs import read_body, read_query
from amictl.web.visitors import require_identity

Returned: TypeAlias = Result | tuple[Result, int] | Response
Handler = TypeVar("Handler", bound=Callable[..., Returned])
Facts = ParamSpec("Facts")

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
    PasswordChangeRequired.code,
    InvalidInput.code,
    AmictlError.code,
    StorageUnavailable.code,
)
_OF_BODIES = (MalformedRequest.code, TooLarge.code, UnsupportedMediaType.code)
_OF_WRITES = (Conflict.code,)  # an Idempotency-Key that was used for something else


@dataclass(frozen=True, slots=True)
class Description:
    """What one route takes, needs, gives and refuses.

    Args:
        permission: What its caller must have; None where being logged in is enough.
        summary: A few words, as in a table of contents: what the handler's docstring begins with.
        details: What else a caller should know, as sentences: the rest of the docstring when empty.
        status: The status of a success.
        errors: Codes beside those that every such route has: ``FROM_PBX`` where the PBX is asked,
            ``FROM_PICTURE`` for reads of the live picture, nothing where no PBX is involved.
        example: A body that works as written.
        path: What each variable part of the path is.
        produces: The media types of a success.
        envelope: Whether a success is ``{"success": true, "data": …}``; else ``data`` is the whole answer.
        public: Whether it may be used without a login.
        only_asks: Whether it changes nothing although it is a POST: the audit log has no row of it.
        tag: The group that it is shown in; its `Routes` fill it in.
        write: Whether it changes something: it takes an ``Idempotency-Key``, and a CSRF token from a browser.
            Told by the method.
        body: The JSON body: what the handler's parameter of that name is.
        query: The query string: what the handler's parameter of that name is.
        results: What ``data`` may hold, by the status that it comes with: told by what the handler returns.
    """

    permission: Permission | None = None
    _: KW_ONLY
    summary: str = ""
    details: str = ""
    status: int = 200
    errors: tuple[str, ...] = FROM_PBX
    example: Mapping[str, Any] | None = None
    path: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    produces: tuple[str, ...] = ("application/json",)
    envelope: bool = True
    public: bool = False
    only_asks: bool = False
    tag: str = ""
    write: bool = False
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    results: Mapping[int, tuple[type[Result], ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def successes(self) -> dict[int, tuple[type[BaseModel], ...]]:
        """The schemas of what ``data`` may hold, by the status of the success, made when asked for."""
        made = {status: tuple(map(answer_of, kinds)) for status, kinds in self.results.items()}
        return {self.status: (), **made}

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

    def answer(self, result: Returned) -> Response:
        """Return the response for what a handler returned; a response is one already."""
        if isinstance(result, Response):
            return result
        given, status = result if isinstance(result, tuple) else (result, self.status)
        data = write_result(given)
        content = {"success": True, "data": data} if self.envelope else data
        return Response(make_json(content), status=status, mimetype="application/json")


@dataclass(frozen=True, slots=True)
class _Route:
    """One route before it is bound to the services.

    Args:
        method: The HTTP method.
        path: The path below the prefix, as Flask writes it.
        handler: What does the work.
        description: What it says about itself.
    """

    method: str
    path: str
    handler: Callable[..., Returned]
    description: Description

    def make_view(self, services: UseCases) -> Callable[..., Response]:
        """Return what Flask calls: the schema is checked, then the permission, then the handler works."""
        facts, wanted = self.description, inspect.signature(self.handler).parameters

        def view(**path: str | int) -> Response:
            given: dict[str, object] = {"services": services, **path}
            if facts.query is not None:
                given["query"] = read_query(facts.query)
            if facts.body is not None:
                given["body"] = read_body(facts.body)
            if not facts.public:
                identity = require_identity()
                if facts.permission is not None:
                    require(identity.actor, facts.permission)
                given |= {"identity": identity, "actor": identity.actor}
            return facts.answer(self.handler(**{name: given[name] for name in wanted}))

        vars(view)[_ATTRIBUTE] = facts
        return view


# Takes the constructor's own parameters, so that what a description holds stands in `Description` alone.
def _add_by(
    method: str, describe: Callable[Facts, Description]
) -> Callable[Concatenate[Routes, str, Facts], Callable[[Handler], Handler]]:
    """Return what makes the decorators of one HTTP method: it takes a path and a description's fields."""

    def add(
        self: Routes, path: str, /, *args: Facts.args, **facts: Facts.kwargs
    ) -> Callable[[Handler], Handler]:
        description = describe(*args, **facts)

        def keep(handler: Handler) -> Handler:
            self.add(method, path, handler, description)
            return handler

        return keep

    return add


class Routes:
    """A group of routes, each a handler below a decorator, which together say what it is.

    A handler takes by name what it needs: ``services``, ``actor``, ``identity``, the variable parts of the
    path, and ``query`` and ``body``, whose annotations are the models that the request is checked against.
    Its docstring is the summary and the details. It returns a result, one of several, or one with another
    status than the route's, ``tuple[Outcome, Literal[200]]``, and its annotation says which; or a response.

    Args:
        name: The blueprint's; an operation's ID is this and the name of its handler.
        prefix: What the paths begin with.
        tag: The group that the routes are shown in; the name when empty.
    """

    def __init__(self, name: str, prefix: str = "/api/ami", tag: str = "") -> None:
        self._name = name
        self._prefix = prefix
        self._tag = tag or name
        self._routes: list[_Route] = []

    get = _add_by("GET", Description)
    post = _add_by("POST", Description)
    delete = _add_by("DELETE", Description)

    def add(self, method: str, path: str, handler: Callable[..., Returned], description: Description) -> None:
        """Add a route; what its method and its handler tell is filled in."""
        models = get_type_hints(handler)
        summary, _, details = (inspect.getdoc(handler) or "").partition("\n")
        description = replace(
            description,
            summary=summary.removesuffix("."),
            details=description.details or " ".join(details.split()),
            tag=self._tag,
            write=method != "GET",
            body=models.get("body"),
            query=models.get("query"),
            results=_read_results(models.get("return"), description.status),
        )
        self._routes.append(_Route(method, path, handler, description))

    def make_blueprint(self, services: UseCases) -> Blueprint:
        """Return the routes as Flask takes them.

        Args:
            services: What the handlers call.
        """
        blueprint = Blueprint(self._name, __name__, url_prefix=self._prefix)
        for route in self._routes:
            blueprint.add_url_rule(
                route.path, route.handler.__name__, route.make_view(services), methods=[route.method]
            )
        return blueprint


def _read_results(returned: Any, status: int) -> dict[int, tuple[type[Result], ...]]:  # noqa: ANN401 - types
    """Return the types of results among what a handler returns, by their statuses."""
    found: dict[int, tuple[type[Result], ...]] = {}
    for each in get_args(returned) if get_origin(returned) in {Union, UnionType} else (returned,):
        kind, literal = get_args(each) if get_origin(each) is tuple else (each, Literal[status])
        if isinstance(kind, type) and issubclass(kind, Result):
            (code,) = get_args(literal)
            found[code] = (*found.get(code, ()), kind)
    return found


def description_of(view: Callable[..., Any]) -> Description | None:
    """Return what a view says about itself, or None."""
    found: Description | None = getattr(view, _ATTRIBUTE, None)
    return found
