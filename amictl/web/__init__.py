"""HTTP: pages for people and the API for programs."""

from amictl.web.auditing import read_request_origin
from amictl.web.registration import register_web
from amictl.web.visitors import current_identity

__all__ = ["current_identity", "read_request_origin", "register_web"]
