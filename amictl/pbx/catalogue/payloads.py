"""Offers as JSON-ready objects."""

from __future__ import annotations

from amictl.pbx.catalogue.entries import Parameter
from amictl.pbx.catalogue.offers import Offer


def offer_payload(offer: Offer) -> dict[str, object]:
    """Return an offer as the API shows it."""
    known = offer.known
    return {
        "action": known.name,
        "family": offer.family,
        "purpose": known.purpose,
        "parameters": [parameter_payload(parameter) for parameter in known.parameters],
        "rules": [rule.text for rule in known.rules],
        "other_headers": known.open_headers,
        "rights": sorted(known.rights),
        "changes_pbx": known.changes_pbx,
        "reply": known.reply.value if offer.catalogued else None,
        "since": list(known.since),
        "until": known.until,
        "module": known.module,
        "refusal": known.refusal or None,
        "available": offer.available,
        "reason": offer.reason,
    }


def parameter_payload(parameter: Parameter) -> dict[str, object]:
    """Return a parameter as the API shows it."""
    return {
        "name": parameter.name,
        "header": parameter.header,
        "type": parameter.kind.value,
        "required": parameter.required,
        "choices": list(parameter.choices) or None,
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
        "max_bytes": parameter.limit,
        "unit": parameter.unit or None,
        "must_be": parameter.hint or None,
        "repeatable": parameter.repeatable,
        "numbered": parameter.numbered,
        "since": list(parameter.since),
        "refusal": parameter.refusal or None,
    }
