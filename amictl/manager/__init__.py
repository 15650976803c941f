"""The links to the PBXes: one manager each, kept up, and safe to call from any thread."""

from amictl.manager.manager import AmiManager
from amictl.manager.measures import LinkMeasures, ListMeasures
from amictl.manager.probe import LinkReport, test_link
from amictl.manager.registry import Pbx, Registry
from amictl.manager.rights import UserRights
from amictl.manager.timings import LinkTimings
from amictl.manager.tls import TlsInfo

__all__ = [
    "AmiManager",
    "LinkMeasures",
    "LinkReport",
    "LinkTimings",
    "ListMeasures",
    "Pbx",
    "Registry",
    "TlsInfo",
    "UserRights",
    "test_link",
]
