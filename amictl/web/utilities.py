"""Routes about the PBX itself."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.utilities import UtilityService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import describe
from amictl.web.inputs import read_query
from amictl.web.schemas.common import PbxQuery
from amictl.web.schemas.utilities import Pong
from amictl.web.visitors import current_actor


def make_utilities_blueprint(utilities: UtilityService) -> Blueprint:
    """Return the route ``ping/``."""
    blueprint = Blueprint("utilities", __name__, url_prefix="/api/ami")

    @blueprint.get("/ping/")
    @describe("Ask the PBX for a sign of life", permission=Permission.LIVE_READ, query=PbxQuery, data=Pong)
    def ping_pbx() -> Response:
        query = read_query(PbxQuery)
        return answer_success(utilities.ping(current_actor(), query.pbx))

    return blueprint
