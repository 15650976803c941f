"""What readers get of an offer."""

from __future__ import annotations

from typing import Annotated, ClassVar

from amictl.pbx.catalogue.entries import Named, Parameter
from amictl.pbx.catalogue.offers import Offer
from amictl.pbx.value import About, Value


class ActionParameter(Value, frozen=True):
    """What an action takes."""

    name: str
    header: Annotated[str, About("Its name in AMI")]
    type: str
    required: bool
    choices: tuple[str, ...] | None
    minimum: float | None
    maximum: float | None
    max_bytes: int | None
    unit: str | None
    must_be: str | None
    repeatable: bool
    numbered: bool
    since: tuple[str, ...]
    refusal: Annotated[str | None, About("Why it cannot be given")]
    means: Annotated[
        Named | None, About("What of the PBX its value names, for forms that offer what is there")
    ]


class ShownOffer(Value, frozen=True):
    """An AMI action, and whether this PBX does it for amictl."""

    schema_name: ClassVar[str] = "KnownAction"

    action: str
    family: str
    purpose: str
    parameters: tuple[ActionParameter, ...]
    rules: tuple[str, ...]
    other_headers: Annotated[bool, About("Whether it takes headers of any name")]
    rights: Annotated[tuple[str, ...], About("The AMI user needs any of these write classes")]
    changes_pbx: bool
    reply: str | None
    since: Annotated[tuple[str, ...], About("The first release of each major version")]
    until: Annotated[int | None, About("The last major version")]
    module: str | None
    refusal: Annotated[str | None, About("Why it cannot be sent by name")]
    available: bool
    reason: Annotated[str | None, About("Why it is not available")]


def describe_offer(offer: Offer) -> ShownOffer:
    """Return an offer as the API shows it."""
    known = offer.known
    return ShownOffer(
        action=known.name,
        family=offer.family,
        purpose=known.purpose,
        parameters=tuple(map(_describe_parameter, known.parameters)),
        rules=tuple(rule.text for rule in known.rules),
        other_headers=known.open_headers,
        rights=tuple(sorted(known.rights)),
        changes_pbx=known.changes_pbx,
        reply=known.reply.value if offer.catalogued else None,
        since=tuple(known.since),
        until=known.until,
        module=known.module,
        refusal=known.refusal or None,
        available=offer.available,
        reason=offer.reason,
    )


def _describe_parameter(parameter: Parameter) -> ActionParameter:
    return ActionParameter(
        name=parameter.name,
        header=parameter.header,
        type=parameter.kind.value,
        required=parameter.required,
        choices=tuple(parameter.choices) or None,
        minimum=parameter.minimum,
        maximum=parameter.maximum,
        max_bytes=parameter.limit,
        unit=parameter.unit or None,
        must_be=parameter.hint or None,
        repeatable=parameter.repeatable,
        numbered=parameter.numbered,
        since=tuple(parameter.since),
        refusal=parameter.refusal or None,
        means=parameter.means,
    )
