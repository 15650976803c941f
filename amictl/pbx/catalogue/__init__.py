"""Every AMI action of Asterisk 16 to 22: what it reads, who may send it, what it does and how it answers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from amictl.pbx.catalogue.composing import compose
from amictl.pbx.catalogue.entries import Kind, KnownAction, Parameter, ReplyKind
from amictl.pbx.catalogue.tables import FAMILIES

CATALOGUE: Final[Mapping[str, KnownAction]] = MappingProxyType(
    {known.name.lower(): known for actions in FAMILIES.values() for known in actions}
)

__all__ = ["CATALOGUE", "FAMILIES", "Kind", "KnownAction", "Parameter", "ReplyKind", "compose"]
