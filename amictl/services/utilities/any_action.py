"""Any AMI action, by its name: what the PBX offers, and carrying one out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, TypeVar

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from amictl.errors import InvalidInput
from amictl.manager import Pbx
from amictl.pbx.catalogue import FAMILIES, Offer, check, describe_offer
from amictl.pbx.catalogue.payloads import ShownOffer
from amictl.pbx.value import About
from amictl.protocol import Action, Reply
from amictl.services.access import Actor, require_command, require_every_queue
from amictl.services.execution.masking import mask_headers
from amictl.services.pbx_service import PbxService
from amictl.services.requests import Fields, PbxName, PbxQuery, QueryFlag, Short
from amictl.services.results import PbxResult, Performed
from amictl.services.utilities.config_secrets import show_without_secrets
from amictl.store.permissions import Permission

Entry = TypeVar("Entry")

_NAME: Final = "action"
_FAMILIES: Final = (*FAMILIES, "other")  # the last holds actions that only a PBX knows
_MAX_ANSWER: Final = 1_000_000  # characters of what the PBX said
_MAX_PARAMETERS: Final = 126  # Asterisk main/manager.c: 128 headers, Action and ActionID among them
_LATER: Final = "<made-when-sent>"
_READS_BY_FUNCTION: Final = frozenset({"Getvar", "Status"})


Scalar = StrictStr | StrictInt | StrictFloat | StrictBool | None
ParameterValue = Scalar | list[Scalar] | dict[str, Scalar]
AmiMessage = dict[str, str | list[str]]


class ActionsQuery(PbxQuery):
    """Which actions to list."""

    family: Annotated[Short | None, Field(description="Only those of one family, such as queues")] = None
    available: Annotated[
        QueryFlag | None, Field(description="Only what this PBX does for amictl (1), or does not (0)")
    ] = None


class KnownActions(PbxResult, frozen=True):
    """Every AMI action that there is."""

    actions: tuple[ShownOffer, ...]


class PreviewBody(Fields):
    """An AMI action that is looked at before it is sent."""

    action: Annotated[Short, Field(description="Its name in AMI, such as QueueStatus")]
    parameters: Annotated[
        dict[Short, ParameterValue],
        Field(max_length=_MAX_PARAMETERS, description="By the names of actions/, or by AMI's own"),
    ] = Field(default_factory=dict)
    pbx: PbxName | None = None


class ActionBody(PreviewBody):
    """An AMI action by its name."""

    timeout: Annotated[
        StrictInt, Field(ge=1, le=60, description="Seconds to wait for the whole answer; 10 when left out")
    ] = 10


class ActionPreview(PbxResult, frozen=True):
    """What would be sent to the PBX; nothing was."""

    action: str
    ami: Annotated[
        tuple[str, ...],
        About(
            "The lines as they would be sent, secrets masked; amictl makes the ActionID when it sends them"
        ),
    ]
    changes_pbx: Annotated[bool, About("Whether it may change something, and is recorded")]


class ActionDone(Performed, frozen=True):
    """What the PBX said, without passwords."""

    action: str
    response: Annotated[AmiMessage, About("The response, as the PBX sent it")]
    output: Annotated[tuple[str, ...], About("The lines that a command printed")]
    items: Annotated[tuple[AmiMessage, ...], About("What a list holds, as the PBX sent it")]
    complete: Annotated[AmiMessage | None, About("The event that ends a list, or that is all of an answer")]
    truncated: Annotated[bool, About("Whether the answer was too long to be shown as a whole")]


class AnyActionService(PbxService):
    """The way to actions that have no route of their own."""

    def list_actions(self, actor: Actor, asked: ActionsQuery) -> KnownActions:
        """Return every known action, with what this PBX and AMI user can really do, by ``utilities.read``.

        Raises:
            InvalidInput: There is no such family.
        """
        pbx = self._find_pbx(actor, asked.pbx)
        if asked.family is not None and asked.family not in _FAMILIES:
            raise InvalidInput.of("family", f"Must be one of {', '.join(_FAMILIES)}.")

        def is_wanted(offer: Offer) -> bool:
            return asked.family in (None, offer.family) and asked.available in (None, offer.available)

        return KnownActions(
            pbx.name, tuple(map(describe_offer, filter(is_wanted, pbx.manager.make_offers())))
        )

    def preview(self, actor: Actor, asked: PreviewBody) -> ActionPreview:
        """Return what `execute` would send, after the same checks and from the same action.

        Raises:
            InvalidInput: Names every refused parameter.
        """
        pbx = self._find_pbx(actor, asked.pbx)
        require_every_queue(actor)
        action = _check(actor, asked.action, asked.parameters, pbx)
        action.encode(_LATER)  # with what is masked below, for its limits
        masked = replace(action, headers=tuple((name, value) for name, value in mask_headers(action.headers)))
        lines = masked.encode(action.action_id or _LATER).decode().split("\r\n")
        return ActionPreview(pbx.name, action.name, tuple(filter(None, lines)), action.changes_pbx)

    def execute(self, actor: Actor, asked: ActionBody) -> ActionDone:
        """Carry out an action, after the catalogue's checks.

        Needs ``command.any``, and a role that is not limited to some queues.

        Raises:
            InvalidInput: Names every refused parameter.
        """
        pbx = self._find_pbx(actor, asked.pbx)
        require_every_queue(actor)
        action = _check(actor, asked.action, asked.parameters, pbx)
        if action.changes_pbx:
            reply = self._execution.write(
                actor, pbx, action, permission=Permission.COMMAND_ANY, timeout=asked.timeout
            )
        else:
            reply = self._execution.read(pbx, action, asked.timeout)
        return _show_reply(pbx, action, reply)


def _check(actor: Actor, name: str, parameters: Mapping[str, Any], pbx: Pbx) -> Action:
    """Return the action; a refused parameter is named as it lies in the request."""
    try:
        action = check(name, parameters, listed=pbx.manager.actions)
        if action.name == "Command":
            _require_command(actor, action)
    except InvalidInput as error:
        raise InvalidInput(
            [
                problem if problem.field == _NAME else replace(problem, field=f"parameters.{problem.field}")
                for problem in error.problems
            ]
        ) from error
    return replace(action, changes_pbx=True) if _runs_function(action) else action


def _require_command(actor: Actor, action: Action) -> None:
    """Check a command of the console as the route ``command/`` does."""
    for _, command in action.headers:
        require_command(actor, command, ())


def _runs_function(action: Action) -> bool:
    """Return whether a read may change something: functions such as SHELL or DB_DELETE do when read."""
    return action.name in _READS_BY_FUNCTION and any("(" in value for _, value in action.headers)


def _show_reply(pbx: Pbx, action: Action, reply: Reply) -> ActionDone:
    """Return what the PBX said, without passwords and never without bound."""
    room = _Room(_MAX_ANSWER)
    response = show_without_secrets(action, reply.response)
    output = response.pop("Output", None)
    return ActionDone(
        pbx=pbx.name,
        message=reply.message,
        action=action.name,
        response=dict(room.take(response.items())),
        output=tuple(room.take(() if output is None else reply.output)),
        items=tuple(room.take(show_without_secrets(action, item) for item in reply.items)),
        complete=None if reply.complete is None else show_without_secrets(action, reply.complete),
        truncated=room.is_full,
    )


class _Room:
    """Counts what an answer may still hold.

    Args:
        characters: Of all entries together.
    """

    def __init__(self, characters: int) -> None:
        self._left = characters

    @property
    def is_full(self) -> bool:
        """Whether something did not fit."""
        return self._left < 0

    def take(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return the first entries, as many as there is room for."""
        kept: list[Entry] = []
        for entry in entries:
            self._left -= len(str(entry))
            if self.is_full:
                break
            kept.append(entry)
        return kept
