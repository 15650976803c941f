"""Routes that read channels."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.channels import ChannelService
from amictl.web.answers import answer_success
from amictl.web.inputs import read_query
from amictl.web.schemas.channels import StatusQuery
from amictl.web.schemas.common import PbxQuery
from amictl.web.visitors import current_actor


def make_channels_blueprint(channels: ChannelService) -> Blueprint:
    """Return the routes ``channels/`` and ``status/``."""
    blueprint = Blueprint("channels", __name__, url_prefix="/api/ami")

    @blueprint.get("/channels/")
    def list_channels() -> Response:
        query = read_query(PbxQuery)
        return answer_success(channels.list_channels(current_actor(), query.pbx))

    @blueprint.get("/status/")
    def show_status() -> Response:
        query = read_query(StatusQuery)
        return answer_success(channels.show_status(current_actor(), query.channel, query.pbx))

    return blueprint
