"""Recording channels: with MixMonitor, or with Monitor where the PBX still has it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from amictl.errors import AmictlError, NotFound
from amictl.manager import Pbx, Registry
from amictl.pbx.actions import make_action
from amictl.pbx.ami_values import read_text
from amictl.pbx.topics.channels.value import Channel
from amictl.protocol import Action, Reply
from amictl.services.access import Actor
from amictl.services.access.live_channels import describe_done, find_channel
from amictl.services.access.pbxes import find_pbx, require_live_picture
from amictl.services.execution.execution import Execution, translate_refusal
from amictl.store.permissions import Permission

Method = Literal["mixmonitor", "monitor"]
Direction = Literal["read", "write", "both"]

_ID_VARIABLE: Final = "AMICTL_MIXMONITOR_ID"  # Asterisk answers with the ID only where a variable takes it
_PATH_VARIABLE: Final = "MIXMONITOR_FILENAME"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class RecordingPlan:
    """How to record a channel.

    Args:
        channel: The channel's name or unique ID.
        file: Where to, below the PBX's folder for recordings, without ending; None makes a name of the
            channel's unique ID and the time.
        format: The ending, which chooses the format.
        append: Whether to go on at the end of a file of that name, instead of writing over it.
        bridged_only: Whether to record only while the channel is in a bridge.
        mix: Whether Monitor makes one file of its two at the end.
        method: ``mixmonitor`` or ``monitor``.
    """

    channel: str
    file: str | None = None
    format: str = "wav"
    append: bool = False
    bridged_only: bool = False
    mix: bool = False
    method: Method = "mixmonitor"


class RecordingService:
    """Starts, silences and ends recordings of channels.

    Args:
        registry: The PBXes.
        execution: Carries out actions.
        clock: Returns the seconds since 1970.
    """

    def __init__(
        self, registry: Registry, execution: Execution, clock: Callable[[], float] = time.time
    ) -> None:
        self._registry = registry
        self._execution = execution
        self._clock = clock

    def start(self, actor: Actor, plan: RecordingPlan, pbx_name: str | None = None) -> dict[str, Any]:
        """Start a recording, and tell what it is called.

        Args:
            actor: Needs ``calls.record``.
            plan: What to record, where to.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not record there, or not this call.
            InvalidInput: The file's name could do more than name a file.
            NotFound: There is no such PBX or channel.
            ActionUnsupported: The PBX does not have Monitor any more.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx, found = self._find(actor, plan.channel, pbx_name)
        file = (plan.file or self._name_file(found)).removesuffix(f".{plan.format}")
        if plan.method == "monitor":
            action = make_action(
                "Monitor", channel=found.channel, file=file, file_format=plan.format, mix=plan.mix or None
            )
            reply = self._write(actor, pbx, found, action)
            directions = ("",) if plan.mix else ("-in", "-out")
            files = [f"{file}{direction}.{plan.format}" for direction in directions]
            return describe_done(
                pbx, found, reply, method=plan.method, files=files, path=None, mixmonitor_id=None
            )
        options = f"{'a' * plan.append}{'b' * plan.bridged_only}i({_ID_VARIABLE})"
        action = make_action(
            "MixMonitor", channel=found.channel, file=f"{file}.{plan.format}", options=options
        )
        reply = self._write(actor, pbx, found, action)
        return describe_done(
            pbx,
            found,
            reply,
            method=plan.method,
            files=[f"{file}.{plan.format}"],
            path=read_recording_path(self._execution, pbx, found.channel),
            mixmonitor_id=read_text(reply.get("MixMonitorID")),
        )

    def stop(
        self,
        actor: Actor,
        channel: str,
        *,
        mixmonitor_id: str | None = None,
        method: Method = "mixmonitor",
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """End one recording of a channel, or all of one method.

        Asterisk says that it succeeded also where nothing was recorded; an ID that is unknown it refuses.

        Args:
            actor: Needs ``calls.record``.
            channel: The channel's name or unique ID.
            mixmonitor_id: One recording of MixMonitor; None means all.
            method: What records: ``mixmonitor`` or ``monitor``.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not record there, or not this call.
            NotFound: There is no such PBX, channel or recording.
            ActionUnsupported: The PBX does not have Monitor any more.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx, found = self._find(actor, channel, pbx_name)
        if method == "monitor":
            action = make_action("StopMonitor", channel=found.channel)
        else:
            action = make_action("StopMixMonitor", channel=found.channel, mixmonitor_id=mixmonitor_id)
        missing = NotFound(f"mixmonitor_id: there is no such recording of the channel on {pbx.name}.")
        with translate_refusal("could not stop monitoring", missing):
            reply = self._write(actor, pbx, found, action)
        return describe_done(pbx, found, reply, method=method, mixmonitor_id=mixmonitor_id)

    def mute(
        self,
        actor: Actor,
        channel: str,
        *,
        muted: bool,
        direction: Direction = "both",
        method: Method = "mixmonitor",
        pbx_name: str | None = None,
    ) -> dict[str, Any]:
        """Record silence instead of a channel's sound, or its sound again; all recordings of one method.

        Monitor does not write silence: it interrupts its files.

        Args:
            actor: Needs ``calls.record``.
            channel: The channel's name or unique ID.
            muted: Whether the recording shall be silent.
            direction: ``read`` is what the channel says, ``write`` what it hears; Monitor has only ``both``.
            method: What records: ``mixmonitor`` or ``monitor``.
            pbx_name: The PBX; None means the default one.

        Raises:
            PermissionDenied: The actor may not record there, or not this call.
            NotFound: There is no such PBX or channel.
            ActionUnsupported: The PBX does not have Monitor any more.
            PbxError: The PBX could not be asked, or refused.
        """
        pbx, found = self._find(actor, channel, pbx_name)
        if method == "mixmonitor":
            action = make_action("MixMonitorMute", channel=found.channel, muted=muted, direction=direction)
        else:
            action = make_action("PauseMonitor" if muted else "UnpauseMonitor", channel=found.channel)
        reply = self._write(actor, pbx, found, action)
        return describe_done(pbx, found, reply, method=method, muted=muted, direction=direction)

    def _find(self, actor: Actor, channel: str, pbx_name: str | None) -> tuple[Pbx, Channel]:
        """Return the PBX and the live channel."""
        pbx = find_pbx(self._registry, actor, pbx_name)
        require_live_picture(pbx)
        return pbx, find_channel(pbx, actor, "channel", channel)

    def _write(self, actor: Actor, pbx: Pbx, channel: Channel, action: Action) -> Reply:
        return self._execution.write(
            actor, pbx, action, permission=Permission.CALLS_RECORD, channel=channel.channel
        )

    def _name_file(self, channel: Channel) -> str:
        """Return a name that no other recording has: a channel's ID may hold any characters."""
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock()))
        return f"amictl-{_UNSAFE.sub('-', channel.unique_id)}-{stamp}"


def read_recording_path(execution: Execution, pbx: Pbx, channel: str) -> str | None:
    """Return the path of the file that MixMonitor writes, or None where the PBX does not tell.

    Args:
        execution: Asks the PBX.
        pbx: Where.
        channel: The name of the channel that is recorded.
    """
    try:
        response = execution.read(
            pbx, make_action("Getvar", variable=_PATH_VARIABLE, channel=channel)
        ).response
    except AmictlError:
        return None  # it is recorded all the same: only the path stays unknown
    return read_text(response.get("Value"))
