"""What programs and their authors read: OpenAPI, a page made from it, and AsyncAPI for the sockets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import orjson
from flask import Flask, Response, render_template

from amictl.web.contract import Routes
from amictl.web.openapi import build_document
from amictl.web.reference import make_reference


def make_documentation_routes(app: Flask, describe_sockets: Callable[[], Mapping[str, Any]]) -> Routes:
    """Return the routes ``/api/openapi.json``, ``/api/asyncapi.json`` and ``/api/docs``.

    Args:
        app: Whose routes are documented; each document is made when it is first asked for.
        describe_sockets: Returns the AsyncAPI document.
    """
    routes = Routes("documentation", "/api")

    @cache
    def read_document() -> dict[str, Any]:
        return build_document(app)

    @cache
    def read_socket_document() -> Mapping[str, Any]:
        return describe_sockets()

    @routes.get("/openapi.json", errors=(), envelope=False)
    def show_document() -> Response:
        """This document."""
        return Response(orjson.dumps(read_document()), mimetype="application/json")

    @routes.get("/asyncapi.json", errors=(), envelope=False)
    def show_socket_document() -> Response:
        """Every message of Socket.IO and of the plain WebSocket, as an AsyncAPI document."""
        return Response(orjson.dumps(read_socket_document()), mimetype="application/json")

    @routes.get("/docs", errors=(), produces=("text/html",))
    def show_reference() -> Response:
        """The same as a page for people."""
        page = render_template("docs/reference.html", reference=make_reference(read_document()))
        return Response(page, mimetype="text/html")

    return routes
