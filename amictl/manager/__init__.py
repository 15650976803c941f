"""The links to the PBXes: one manager each, kept up, and safe to call from any thread."""

from amictl.manager.findings import Check, Finding, Remedy, Verdict
from amictl.manager.link_metrics import LinkMetricsReading, ListMetricsReading
from amictl.manager.manager import AmiManager
from amictl.manager.own_address import find_own_address
from amictl.manager.probe import inspect_link
from amictl.manager.reading_pace import READING_INTERVAL
from amictl.manager.registry import Pbx, Registry
from amictl.manager.rights import UserRights
from amictl.manager.stanza import MANAGER_STANZA, write_stanza
from amictl.manager.timings import LinkTimings
from amictl.manager.tls import TlsInfo

__all__ = [
    "MANAGER_STANZA",
    "READING_INTERVAL",
    "AmiManager",
    "Check",
    "Finding",
    "LinkMetricsReading",
    "LinkTimings",
    "ListMetricsReading",
    "Pbx",
    "Registry",
    "Remedy",
    "TlsInfo",
    "UserRights",
    "Verdict",
    "find_own_address",
    "inspect_link",
    "write_stanza",
]
