"""Any AMI action, by its name: what the PBX offers, and carrying one out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from amictl.errors import InvalidInput
from amictl.manager import Pbx, Registry
from amictl.pbx.catalogue import check, offer_payload
from amictl.pbx.readings.raw import show_message
from amictl.protocol import Action
from amictl.services.access import Actor, require_every_queue
from amictl.services.execution import Execution
from amictl.services.pbxes import find_pbx
from amictl.store.permissions import Permission

_NAME: Final = "action"


class AnyActionService:
    """The way to actions that have no route of their own.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
    """

    def __init__(self, registry: Registry, execution: Execution) -> None:
        self._registry = registry
        self._execution = execution

    def list_actions(self, actor: Actor, pbx_name: str | None = None) -> dict[str, Any]:
        """Return every known action, with what this PBX and AMI user can really do.

        Args:
            actor: Needs ``utilities.read``.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not use that PBX.
            NotFound: There is no such PBX.
        """
        pbx = find_pbx(self._registry, actor, Permission.UTILITIES_READ, pbx_name)
        offers = [offer_payload(offer) for offer in pbx.manager.make_offers()]
        return {"pbx": pbx.name, "actions": offers}

    def execute(
        self, actor: Actor, name: str, parameters: Mapping[str, Any], pbx_name: str | None = None
    ) -> dict[str, Any]:
        """Carry out an action, after the catalogue's checks.

        Args:
            actor: Needs ``command.any``, and a role that is not limited to some queues.
            name: The action's name in AMI, in any case of letters.
            parameters: By our names, or by AMI's.
            pbx_name: The PBX; None means the default one.

        Raises:
            InvalidInput: Names every refused parameter.
            PermissionDenied: The actor may not do that there.
            NotFound: There is no such PBX.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx = find_pbx(self._registry, actor, Permission.COMMAND_ANY, pbx_name)
        require_every_queue(actor)
        action = _check(name, parameters, pbx)
        reply = self._execution.write(actor, pbx, action, permission=Permission.COMMAND_ANY)
        return {
            "pbx": pbx.name,
            "action": action.name,
            "message": reply.message,
            "output": reply.output,
            "response": show_message(reply.response),
            "items": [show_message(item) for item in reply.items],
        }


def _check(name: str, parameters: Mapping[str, Any], pbx: Pbx) -> Action:
    """Return the action; a refused parameter is named as it lies in the request."""
    try:
        return check(name, parameters, listed=pbx.manager.actions)
    except InvalidInput as error:
        raise InvalidInput(
            [
                problem if problem.field == _NAME else replace(problem, field=f"parameters.{problem.field}")
                for problem in error.problems
            ]
        ) from error
