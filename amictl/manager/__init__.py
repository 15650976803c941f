"""The links to the PBXes: one manager each, kept up, and safe to call from any thread."""

from amictl.manager.link_metrics import LinkMetricsReading, ListMetricsReading
from amictl.manager.manager import AmiManager
from amictl.manager.probe import LinkReport, test_link
from amictl.manager.reading_pace import READING_INTERVAL
from amictl.manager.registry import Pbx, Registry
from amictl.manager.rights import MANAGER_STANZA, UserRights
from amictl.manager.timings import LinkTimings
from amictl.manager.tls import TlsInfo

__all__ = [
    "MANAGER_STANZA",
    "READING_INTERVAL",
    "AmiManager",
    "LinkMetricsReading",
    "LinkReport",
    "LinkTimings",
    "ListMetricsReading",
    "Pbx",
    "Registry",
    "TlsInfo",
    "UserRights",
    "test_link",
]
