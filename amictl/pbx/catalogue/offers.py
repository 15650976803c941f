"""What one PBX can do for one AMI user, out of all that there is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from amictl.pbx.catalogue.entries import KnownAction
from amictl.pbx.catalogue.tables import FAMILIES
from amictl.pbx.catalogue.versions import explain_missing

# As Asterisk's main/manager.c, action_listcommands, prints it: "Synopsis  (Priv: call,reporting,all)".
_LISTED: Final = re.compile(r"(?P<synopsis>.*?)\s*\(Priv: (?P<rights>[^)]*)\)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Offer:
    """One action and whether it can be sent.

    Args:
        known: What is known of it; of an action that only the PBX knows, what the PBX tells.
        family: The catalogue's family, or ``other``.
        available: Whether the PBX lists it for the AMI user.
        reason: Why it is not available, or None.
        catalogued: Whether the catalogue has it.
    """

    known: KnownAction
    family: str
    available: bool
    reason: str | None
    catalogued: bool = True


def make_offers(
    listing: Mapping[str, str] | None,
    write_classes: frozenset[str] | None = None,
    asterisk_version: str | None = None,
) -> tuple[Offer, ...]:
    """Return every action with whether the PBX can do it, by family and in the catalogue's order.

    Args:
        listing: What ``ListCommands`` answered: the PBX's names of actions and its texts; None when there is
            no link or it was refused.
        write_classes: What the AMI user may do, where somebody told.
        asterisk_version: As the PBX told.
    """
    listed = {name.lower() for name in listing or ()}
    offers = []
    for family, actions in FAMILIES.items():
        for known in actions:
            reason = None
            if listing is None:
                reason = "What the PBX can do is not known: there is no link, or it does not tell."
            elif known.name.lower() not in listed:
                reason = explain_missing(known, write_classes, asterisk_version)
            offers.append(Offer(known, family, available=reason is None, reason=reason))
    catalogued = {offer.known.name.lower() for offer in offers}
    for name, text in sorted((listing or {}).items()):
        if name.lower() not in catalogued:
            offers.append(Offer(_from_listing(name, text), "other", True, None, catalogued=False))
    return tuple(offers)


def _from_listing(name: str, text: str) -> KnownAction:
    """Return what a PBX tells of an action that only it knows."""
    told = _LISTED.fullmatch(text)
    rights = read_rights(text)
    return KnownAction(name, told["synopsis"] if told else text, rights=rights, open_headers=True)


def read_rights(text: str) -> frozenset[str]:
    """Return the write classes that ``ListCommands`` tells for an action, without ``all``."""
    told = _LISTED.fullmatch(text)
    classes = (told["rights"] if told else "").split(",")
    return frozenset(name.strip() for name in classes) - {"", "all", "<none>"}
