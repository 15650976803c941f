"""Routes that read channels and bridges."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from amictl.services.channels import ChannelService
from amictl.store.permissions import Permission
from amictl.web.answers import answer_success
from amictl.web.contract import FROM_PICTURE, describe
from amictl.web.inputs import read_query
from amictl.web.schemas.channels import Bridges, Channels, OneChannel, Status, StatusQuery
from amictl.web.schemas.common import PbxQuery
from amictl.web.visitors import current_actor


def make_channels_blueprint(channels: ChannelService) -> Blueprint:
    """Return the routes ``channels/``, ``channels/<channel>/``, ``bridges/`` and ``status/``."""
    blueprint = Blueprint("channels", __name__, url_prefix="/api/ami")

    @blueprint.get("/channels/")
    @describe(
        "All channels",
        permission=Permission.LIVE_READ,
        query=PbxQuery,
        data=Channels,
        errors=FROM_PICTURE,
    )
    def list_channels() -> Response:
        query = read_query(PbxQuery)
        return answer_success(channels.list_channels(current_actor(), query.pbx))

    @blueprint.get("/channels/<path:channel>/")
    @describe(
        "One channel",
        permission=Permission.LIVE_READ,
        details="Write the name as it is, PJSIP/100-0000001a, or with %2F for the slash.",
        query=PbxQuery,
        data=OneChannel,
        errors=FROM_PICTURE,
        path={"channel": "The channel's name or unique ID"},
    )
    def show_channel(channel: str) -> Response:
        query = read_query(PbxQuery)
        return answer_success(channels.show_channel(current_actor(), channel, query.pbx))

    @blueprint.get("/bridges/")
    @describe(
        "All bridges",
        permission=Permission.LIVE_READ,
        query=PbxQuery,
        data=Bridges,
        errors=FROM_PICTURE,
    )
    def list_bridges() -> Response:
        query = read_query(PbxQuery)
        return answer_success(channels.list_bridges(current_actor(), query.pbx))

    @blueprint.get("/status/")
    @describe(
        "What is going on: counts and channels",
        permission=Permission.LIVE_READ,
        query=StatusQuery,
        data=Status,
        errors=FROM_PICTURE,
    )
    def show_status() -> Response:
        query = read_query(StatusQuery)
        return answer_success(channels.show_status(current_actor(), query.channel, query.pbx))

    return blueprint
