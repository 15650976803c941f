"""The dialplan: which contexts and extensions there are to send a call to."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Annotated, Final, NamedTuple

from msgspec.structs import replace
from pydantic import Field

from amictl.errors import NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action
from amictl.pbx.readings.dialplan import Dialplan, DialplanContext, DialplanExtension
from amictl.pbx.value import About
from amictl.services.access import Actor
from amictl.services.execution.execution import Execution
from amictl.services.pbx_service import PbxService
from amictl.services.requests import PbxQuery, Short
from amictl.services.results import PbxResult
from amictl.store.permissions import Permission

_KEPT_SECONDS: Final = 15.0  # somebody who types asks at each letter, and a dialplan may have 10,000 lines
_NUMBERS: Final = re.compile(r"(\d+)")


class ExtensionsQuery(PbxQuery):
    """Extensions that can be dialled in a context."""

    context: Annotated[Short, Field(description="The context")]
    text: Annotated[
        Short | None, Field(description="A part of the extension, of its device or of what it does")
    ] = None
    limit: Annotated[int, Field(ge=1, le=1000, description="Most extensions")] = 100


class DialplanContexts(PbxResult, frozen=True):
    """The contexts of a dialplan."""

    contexts: tuple[DialplanContext, ...]


class DialplanExtensions(PbxResult, frozen=True):
    """Extensions that can be dialled in a context, those of contexts that it includes among them."""

    context: str
    extensions: Annotated[
        tuple[DialplanExtension, ...],
        About("Numbers first, then patterns, then the special ones; each of these by its name"),
    ]
    truncated: Annotated[bool, About("Whether there are more than the limit")]


class _Reading(NamedTuple):
    """A dialplan that was read.

    Args:
        epoch: The AMI session in which it was read.
        at: When, by the service's clock.
        dialplan: What was read.
    """

    epoch: str | None
    at: float
    dialplan: Dialplan


class DialplanService(PbxService):
    """Tells the dialplan as it was at most fifteen seconds ago; it is about the whole PBX.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
        clock: Returns seconds that only grow.
    """

    def __init__(
        self, registry: Registry, execution: Execution, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(registry, execution)
        self._clock = clock
        self._lock = threading.Lock()
        self._readings: dict[str, _Reading] = {}

    def list_contexts(self, actor: Actor, asked: PbxQuery) -> DialplanContexts:
        """Return the contexts, by ``utilities.read``."""
        pbx = self._find_whole_pbx(actor, asked.pbx)
        return DialplanContexts(pbx.name, self._read(pbx).list_contexts())

    def list_extensions(self, actor: Actor, asked: ExtensionsQuery) -> DialplanExtensions:
        """Return the extensions of a context and of what it includes, by ``utilities.read``.

        Raises:
            NotFound: There is no such context.
        """
        pbx = self._find_whole_pbx(actor, asked.pbx)
        dialplan = self._read(pbx)
        if asked.context not in dialplan:
            raise NotFound(f"context: there is no such context on {pbx.name}.")
        shows_data = actor.may(Permission.EVENTS_SENSITIVE)
        found = [
            extension if shows_data else replace(extension, application_data=None)
            for extension in dialplan.list_extensions(asked.context)
        ]
        matching = sorted((each for each in found if _matches(each, asked.text)), key=_order)
        return DialplanExtensions(
            pbx.name, asked.context, tuple(matching[: asked.limit]), len(matching) > asked.limit
        )

    def _read(self, pbx: Pbx) -> Dialplan:
        """Return the PBX's dialplan, from a moment ago if it was asked for then."""
        epoch, now = pbx.picture.link.epoch, self._clock()
        with self._lock:
            known = self._readings.get(pbx.name)
        if known is not None and known.epoch == epoch and now - known.at < _KEPT_SECONDS:
            return known.dialplan
        dialplan = Dialplan(self._execution.read(pbx, make_action("ShowDialPlan")).items)
        with self._lock:
            self._readings[pbx.name] = _Reading(epoch, now, dialplan)
        return dialplan


def _matches(extension: DialplanExtension, text: str | None) -> bool:
    """Return whether a text is in anything that an extension shows."""
    shown = (extension.exten, extension.hint, extension.application, extension.application_data)
    return text is None or any(text.lower() in part.lower() for part in shown if part)


def _order(extension: DialplanExtension) -> tuple[bool, bool, list[tuple[int, str]]]:
    """Return what extensions are ordered by: 9 comes before 10."""
    parts = _NUMBERS.split(extension.exten)
    natural = [(int(part), "") if part.isdecimal() else (-1, part) for part in parts if part]
    return extension.special, extension.pattern, natural
