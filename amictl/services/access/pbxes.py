"""Finding the PBX that a request is about, within what the actor may see.

Everywhere in the services a PBX name of None means the default PBX of the actor (`choose_default`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar, cast

from amictl.errors import ActionUnsupported, LinkDown, NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.topics.links.value import LinkState, LinkStatus
from amictl.pbx.topics.spec import TopicSpec
from amictl.pbx.value import Value, Written
from amictl.services.access import Actor, require_scope
from amictl.services.access.gate import show_link

Kind = TypeVar("Kind", bound=Value)


class Source(NamedTuple):
    """What a `amictl.services.results.LiveResult` begins with; its arguments in their order."""

    pbx: str
    epoch: str
    seq: int
    age: float
    limit: str | None
    link: Written[LinkStatus] | None


def list_visible(registry: Registry, actor: Actor) -> list[str]:
    """Return the names of the PBXes that an actor may see."""
    return [pbx.name for pbx in registry.all() if actor.may_see_pbx(pbx.name)]


def choose_default(registry: Registry, actor: Actor) -> str | None:
    """Return the name of an actor's default PBX: the default of all if in scope, else the first in scope."""
    visible = list_visible(registry, actor)
    if registry.default_name in visible:
        return registry.default_name
    return visible[0] if visible else None


def choose_pbx(registry: Registry, actor: Actor, name: str | None) -> str:
    """Return the name of the PBX that a request means.

    Raises:
        NotFound: None is named, and there is none that could be meant; tells what to do.
    """
    if not registry.all():
        raise NotFound("No PBX is configured yet. Add one under Settings (/admin/), or with: flask pbx add")
    chosen = name or choose_default(registry, actor)
    if chosen is None:
        raise NotFound("No PBX is in your scope. Ask an administrator to widen your role's.")
    return chosen


def find_pbx(registry: Registry, actor: Actor, name: str | None, queue: str | None = None) -> Pbx:
    """Return the PBX that a request is about, within the actor's scope; its route has checked the permission.

    Args:
        registry: The PBXes.
        actor: Who asks.
        name: The PBX's name.
        queue: The queue that the request is about, if any.

    Raises:
        PermissionDenied: The PBX or the queue is out of scope.
        NotFound: There is no such PBX, or none at all.
    """
    chosen = choose_pbx(registry, actor, name)
    require_scope(actor, chosen, queue)
    return registry.get(chosen)


def require_picture(pbx: Pbx) -> None:
    """Check that the PBX's picture was loaded at least once.

    Raises:
        LinkDown: It was not; tells where the link stands.
    """
    if pbx.picture.loaded:
        return
    link = pbx.picture.link
    reason = f" {link.detail}" if link.detail else ""
    raise LinkDown(f"The PBX {pbx.name} was not reached yet (link: {link.state.value}).{reason}")


def require_live_picture(pbx: Pbx) -> None:
    """Check that the picture is live and fresh, so that "there is no such channel" is true now.

    Raises:
        LinkDown: The link is not up, or the picture is not fresh.
    """
    require_picture(pbx)
    link = pbx.picture.link
    if link.state is not LinkState.CONNECTED or link.stale:
        reason = f" {link.detail}" if link.detail else ""
        raise LinkDown(
            f"There is no live link to {pbx.name} (link: {link.state.value}); nothing was sent.{reason}"
        )


def read_topic(
    pbx: Pbx,
    spec: TopicSpec[Kind],
    *others: str,
) -> tuple[Source, Mapping[str, Kind]]:
    """Return the source of a read (PBX, freshness, cursor) and a topic's values, both of one moment.

    Args:
        pbx: The PBX that was read.
        spec: The topic; the read's ``epoch`` and ``seq`` belong to it.
        others: Further topics that something of the read is made of.

    Raises:
        LinkDown: The picture was never loaded.
        ActionUnsupported: The PBX does not list to amictl's AMI user what the topic holds: it is not known.
    """
    require_picture(pbx)
    topic = spec.name
    limit = pbx.picture.find_limit(topic)
    if limit is not None and not limit.known:
        raise ActionUnsupported(f"PBX {pbx.name}: this is not known. {limit.detail}")
    limits = (pbx.picture.find_limit(each) for each in (topic, *others))
    details = (each.detail for each in limits if each is not None)
    read = pbx.picture.read(topic)
    source = Source(
        pbx=pbx.name,
        epoch=read.epoch,
        seq=read.seq,
        age=round(pbx.picture.age(topic, *others), 3),
        limit=" ".join(dict.fromkeys(details)) or None,
        link=show_link(pbx),
    )
    return source, cast("Mapping[str, Kind]", read.values)  # a topic has values of one kind
