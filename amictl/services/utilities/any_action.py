"""Any AMI action, by its name: what the PBX offers, and carrying one out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

from amictl.errors import InvalidInput
from amictl.manager import Pbx, Registry
from amictl.pbx.catalogue import FAMILIES, Offer, check, offer_payload
from amictl.protocol import Action, Reply
from amictl.services.access import Actor, require_command, require_every_queue
from amictl.services.access.pbxes import find_pbx
from amictl.services.execution.execution import Execution
from amictl.services.utilities.config_secrets import show_without_secrets
from amictl.store.permissions import Permission

Entry = TypeVar("Entry")

_NAME: Final = "action"
_FAMILIES: Final = (*FAMILIES, "other")  # the last holds actions that only a PBX knows
_MAX_ANSWER: Final = 1_000_000  # characters of what the PBX said
_TIMEOUT: Final = 10.0  # seconds
_READS_BY_FUNCTION: Final = frozenset({"Getvar", "Status"})


class AnyActionService:
    """The way to actions that have no route of their own.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
    """

    def __init__(self, registry: Registry, execution: Execution) -> None:
        self._registry = registry
        self._execution = execution

    def list_actions(
        self,
        actor: Actor,
        pbx_name: str | None = None,
        *,
        family: str | None = None,
        available: bool | None = None,
    ) -> dict[str, Any]:
        """Return every known action, with what this PBX and AMI user can really do.

        Args:
            actor: Needs ``utilities.read``.
            pbx_name: The PBX; None means the default one.
            family: Only the actions of one family; None means all.
            available: Only what the PBX does, or only what it does not; None means both.

        Raises:
            InvalidInput: There is no such family.
            PermissionDenied: The actor may not use that PBX.
            NotFound: There is no such PBX.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        if family is not None and family not in _FAMILIES:
            raise InvalidInput.of("family", f"Must be one of {', '.join(_FAMILIES)}.")

        def is_wanted(offer: Offer) -> bool:
            return family in (None, offer.family) and available in (None, offer.available)

        return {
            "pbx": pbx.name,
            "actions": [offer_payload(offer) for offer in pbx.manager.make_offers() if is_wanted(offer)],
        }

    def execute(
        self,
        actor: Actor,
        name: str,
        parameters: Mapping[str, Any],
        pbx_name: str | None = None,
        timeout: float = _TIMEOUT,
    ) -> dict[str, Any]:
        """Carry out an action, after the catalogue's checks.

        Args:
            actor: Needs ``command.any``, and a role that is not limited to some queues.
            name: The action's name in AMI, in any case of letters.
            parameters: By our names, or by AMI's.
            pbx_name: The PBX; None means the default one.
            timeout: Seconds to wait for the whole answer.

        Raises:
            InvalidInput: Names every refused parameter.
            PermissionDenied: The actor may not do that there.
            NotFound: There is no such PBX.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_every_queue(actor)
        action = _check(actor, name, parameters, pbx)
        if action.changes_pbx:
            reply = self._execution.write(
                actor, pbx, action, permission=Permission.COMMAND_ANY, timeout=timeout
            )
        else:
            reply = self._execution.read(pbx, action, timeout)
        return {"pbx": pbx.name, "action": action.name, **_show_reply(action, reply)}


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


def _show_reply(action: Action, reply: Reply) -> dict[str, Any]:
    """Return what the PBX said, without passwords and never without bound."""
    room = _Room(_MAX_ANSWER)
    response = show_without_secrets(action, reply.response)
    output = response.pop("Output", None)
    shown = {
        "message": reply.message,
        "response": dict(room.take(response.items())),
        "output": room.take(() if output is None else reply.output),
        "items": room.take(show_without_secrets(action, item) for item in reply.items),
        "complete": None if reply.complete is None else show_without_secrets(action, reply.complete),
    }
    return {**shown, "truncated": room.is_full}


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
