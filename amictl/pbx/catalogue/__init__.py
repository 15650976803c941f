"""Every AMI action of Asterisk 16 to 22: what it reads, who may send it, what it does and how it answers."""

from amictl.pbx.catalogue.checking import check
from amictl.pbx.catalogue.composing import compose
from amictl.pbx.catalogue.entries import MODULES, QUEUE_SETTINGS, Kind, KnownAction, Parameter, ReplyKind
from amictl.pbx.catalogue.offers import Offer, make_offers
from amictl.pbx.catalogue.payloads import describe_offer
from amictl.pbx.catalogue.tables import CATALOGUE, FAMILIES
from amictl.pbx.catalogue.versions import (
    NEWEST_VERSION,
    OLDEST_VERSION,
    explain_missing,
    is_new_enough,
    parse_version,
)

__all__ = [
    "CATALOGUE",
    "FAMILIES",
    "MODULES",
    "NEWEST_VERSION",
    "OLDEST_VERSION",
    "QUEUE_SETTINGS",
    "Kind",
    "KnownAction",
    "Offer",
    "Parameter",
    "ReplyKind",
    "check",
    "compose",
    "describe_offer",
    "explain_missing",
    "is_new_enough",
    "make_offers",
    "parse_version",
]
