"""What programs and their authors read about the API: the OpenAPI document, and a page made from it."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, render_template

from amictl.web.contract import describe
from amictl.web.openapi import build_document
from amictl.web.reference import make_reference


def make_documentation_blueprint(app: Flask) -> Blueprint:
    """Return the routes ``/api/openapi.json`` and ``/api/docs``.

    Args:
        app: Whose routes are documented; the document is made when it is first asked for.
    """
    blueprint = Blueprint("documentation", __name__, url_prefix="/api")

    @cache
    def read_document() -> dict[str, Any]:
        return build_document(app)

    @blueprint.get("/openapi.json")
    @describe("This document", errors=(), envelope=False)
    def show_document() -> Response:
        return Response(orjson.dumps(read_document()), mimetype="application/json")

    @blueprint.get("/docs")
    @describe("The same as a page for people", errors=(), produces=("text/html",))
    def show_reference() -> str:
        return render_template("docs/reference.html", reference=make_reference(read_document()))

    return blueprint
