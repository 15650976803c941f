"""The dialplan at work: a channel goes through its extension, application by application."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import simpy

from amictl.demo.applications.registry import find_application
from amictl.demo.bridges import PULLED_INTO
from amictl.demo.causes import NOT_ASKED, SoftHangup
from amictl.demo.channels import Channel
from amictl.demo.expressions import substitute
from amictl.demo.extensions import Extensions, Step
from amictl.demo.functions import UnknownFunctionError, read_value

if TYPE_CHECKING:
    from amictl.demo.world import World


class Dialplan:
    """Runs channels through the extensions.

    Args:
        world: The world.
        path: ``extensions.conf``.

    Attributes:
        extensions: What the file and the modules say.
    """

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        self.extensions = Extensions(path)

    def start(self, channel: Channel) -> None:
        """Let a channel begin at the place where it is, in a process of its own."""
        channel.process = self._world.env.process(self.run(channel))

    def run(self, channel: Channel) -> Generator[simpy.Event, Any, None]:
        """Take a channel through the dialplan until it ends ("Asterisk main/pbx.c", __ast_pbx_run)."""
        goes_on = True
        while goes_on:
            if channel.leaves:
                channel.softhangup = NOT_ASKED
            elif channel.is_ending:
                break
            channel.has_jumped = False
            try:
                goes_on = yield from self._do_step(channel)
            except simpy.Interrupt:
                goes_on = True
            if PULLED_INTO in channel.facts and not channel.is_ending:
                channel.priority += 1
                yield from self._world.bridges.stay(channel, channel.facts.pop(PULLED_INTO))
                return
            if channel.leaves:
                goes_on = True
            elif goes_on and not channel.has_jumped and not channel.is_ending:
                channel.priority += 1
        if channel.hung_up:
            return
        yield from self._finish(channel)

    def run_application(
        self, channel: Channel, name: str, data: str
    ) -> Generator[simpy.Event, Any, bool | None]:
        """Run one application, its data complete ("Asterisk main/pbx_app.c", pbx_exec).

        Returns:
            False where it ends the channel, or where there is no such application.
        """
        found = find_application(name)
        if found is None:
            return False
        before = channel.application, channel.data
        channel.application, channel.data = found.name, data
        channel.publish()
        try:
            return (yield from found.run(channel, data))
        finally:
            channel.application, channel.data = before

    def substitute(self, channel: Channel | None, text: str) -> str:
        """Return a text with its variables, functions and expressions put in."""

        def look_up(name: str) -> str:
            try:
                return read_value(self._world, channel, name)
            except UnknownFunctionError:
                return ""

        return substitute(text, look_up)

    def jump(self, channel: Channel, target: str) -> bool:
        """Send a channel that runs an application to ``[[context,]exten,]priority``, by number or label.

        Returns:
            Whether there is such a place.
        """
        parts = [part.strip() for part in target.split(",")]
        priority = parts[-1]
        exten = parts[-2] if len(parts) > 1 and parts[-2] else channel.exten
        context = parts[-3] if len(parts) > 2 and parts[-3] else channel.context
        number = int(priority) if priority.isdigit() else self.extensions.label(context, exten, priority)
        if number is None or self.extensions.step(context, exten, number) is None:
            return False
        channel.context, channel.exten, channel.priority = context, exten, number
        channel.has_jumped = True
        return True

    def _do_step(self, channel: Channel) -> Generator[simpy.Event, Any, bool]:
        """Run what stands at the channel's place.

        Returns:
            Whether the channel goes on in the dialplan.
        """
        step = self.extensions.step(channel.context, channel.exten, channel.priority)
        if step is None:
            return self._is_lost(channel)
        data = self._data(channel, step)
        return (yield from self.run_application(channel, step.application, data)) is not False

    def _data(self, channel: Channel, step: Step) -> str:
        return self.substitute(channel, step.data)

    def _is_lost(self, channel: Channel) -> bool:
        """Send a channel that was sent where nothing is to ``i``, if there is one.

        Returns:
            Whether there is.
        """
        extensions = self.extensions
        known = extensions.find(channel.context, channel.exten)
        if known or channel.exten == "i" or extensions.find(channel.context, "i") is None:
            return False
        channel.set_variable("INVALID_EXTEN", channel.exten)
        channel.exten, channel.priority = "i", 1
        channel.has_jumped = True
        return True

    def _finish(self, channel: Channel) -> Generator[simpy.Event, Any, None]:
        """End a channel whose dialplan is over, after its ``h`` extension."""
        channel.soft_hang_up(SoftHangup.APP_UNLOAD)
        if self.extensions.find(channel.context, "h"):
            channel.exten, channel.priority = "h", 1
            while step := self.extensions.step(channel.context, channel.exten, channel.priority):
                try:
                    data = self._data(channel, step)
                    if (yield from self.run_application(channel, step.application, data)) is False:
                        break
                except simpy.Interrupt:
                    break
                channel.priority += 1
        channel.end()
