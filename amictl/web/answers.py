"""The shape of every successful answer."""

from __future__ import annotations

from typing import Any

from flask import Response

from amictl.pbx.kept_json import make_json


def answer_json(content: Any, status: int = 200) -> Response:  # noqa: ANN401 - JSON
    """Return a JSON response."""
    return Response(make_json(content), status=status, mimetype="application/json")


def answer_success(data: Any, status: int = 200) -> Response:  # noqa: ANN401 - JSON
    """Return what the API says when it did what was asked: ``{"success": true, "data": …}``."""
    return answer_json({"success": True, "data": data}, status)
