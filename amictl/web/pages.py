"""The pages for people."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template
from flask_wtf.csrf import generate_csrf

from amictl.services.utilities.utilities import UtilityService
from amictl.web.visitors import require_identity

ADMIN_URL = "/admin/"


def make_pages_blueprint(utilities: UtilityService, read_release: Callable[[], str]) -> Blueprint:
    """Return the route ``/``: the console.

    Args:
        utilities: Knows which PBXes the visitor may see.
        read_release: Returns the release of the static files, which the page names.
    """
    blueprint = Blueprint("pages", __name__)

    @blueprint.get("/")
    def show_console() -> str:
        actor = require_identity().actor
        names = utilities.list_pbxes(actor)
        boot = {
            "pbxes": names,
            "default_pbx": utilities.default_pbx(actor),
            "user": {"username": actor.username, "role": actor.role},
            "permissions": sorted(actor.permissions),
            "csrf_token": generate_csrf(),
            "admin_url": ADMIN_URL,
            "release": read_release(),
        }
        return render_template("console.html", boot=boot)

    return blueprint
