"""What programs and their authors read about the API: the OpenAPI document, and a page made from it."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from flask import Flask, Response, render_template

from amictl.web.contract import Routes
from amictl.web.openapi import build_document
from amictl.web.reference import make_reference


def make_documentation_routes(app: Flask) -> Routes:
    """Return the routes ``/api/openapi.json`` and ``/api/docs``.

    Args:
        app: Whose routes are documented; the document is made when it is first asked for.
    """
    routes = Routes("documentation", "/api")

    @cache
    def read_document() -> dict[str, Any]:
        return build_document(app)

    @routes.get("/openapi.json", errors=(), envelope=False)
    def show_document() -> Response:
        """This document."""
        return Response(orjson.dumps(read_document()), mimetype="application/json")

    @routes.get("/docs", errors=(), produces=("text/html",))
    def show_reference() -> Response:
        """The same as a page for people."""
        page = render_template("docs/reference.html", reference=make_reference(read_document()))
        return Response(page, mimetype="text/html")

    return routes
