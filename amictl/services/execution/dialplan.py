"""Checking that the dialplan has an extension before a call is sent there: Asterisk hangs up otherwise."""

from __future__ import annotations

from typing import Final

from amictl.errors import ActionRefused, ActionUnsupported, NotFound
from amictl.manager import Pbx
from amictl.pbx.actions import make_action
from amictl.services.execution.execution import Execution

_NO_CONTEXT: Final = "did not find context"  # Asterisk main/pbx.c, manager_show_dialplan
_NO_EXTENSION: Final = "did not find extension"
_MOST_CONTEXTS: Final = 20
_INVALID: Final = "i"  # the extension that takes what no other one does


def require_extension(
    execution: Execution, pbx: Pbx, exten: str, context: str, fields: tuple[str, str] = ("exten", "context")
) -> None:
    """Check that an extension is there, where the PBX can tell.

    ``Redirect`` and ``BlindTransfer`` succeed without it, and everybody in the call is hung up: seen on
    22.10 and 16.28. A PBX whose AMI user may not see the dialplan, and a context that asks other places
    (``switch``), are not judged.

    Args:
        execution: Asks the PBX.
        pbx: Where.
        exten: The extension; patterns and included contexts are followed by the PBX.
        context: Its context.
        fields: The fields that named the two, for the error.

    Raises:
        NotFound: There is no such context, or nothing in it takes the extension.
        PbxError: The PBX could not be asked.
    """
    try:
        execution.read(pbx, make_action("ShowDialPlan", context=context, extension=exten))
    except ActionUnsupported:
        return
    except ActionRefused as refusal:
        words = (refusal.ami or "").lower()
        if words.startswith(_NO_CONTEXT):
            raise NotFound(f"{fields[1]}: there is no such context on {pbx.name}.") from None
        if words.startswith(_NO_EXTENSION) and not _takes_anything(execution, pbx, context):
            raise NotFound(
                f"{fields[0]}: there is no such extension in that context of {pbx.name}."
            ) from None


def _takes_anything(execution: Execution, pbx: Pbx, context: str) -> bool:
    """Return whether a context, or one that it includes, takes extensions that it does not list."""
    waiting, seen = [context], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if len(seen) > _MOST_CONTEXTS:
            return True
        try:
            items = execution.read(pbx, make_action("ShowDialPlan", context=name)).items
        except ActionRefused:
            continue
        if any(item.get("Switch") or item.get("Extension") == _INVALID for item in items):
            return True
        waiting += [included for item in items if (included := item.get("IncludeContext"))]
    return False
