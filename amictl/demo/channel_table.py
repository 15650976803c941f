"""The table of all channels, by name, by unique ID and by device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from amictl.demo.channels import NOBODY, Channel, Party, State
from amictl.demo.snapshots import DEVICE_STATES

if TYPE_CHECKING:
    from amictl.demo.world import World


_NO_COUNTS: Final[dict[str, int]] = {}


class Channels:
    """All channels of the world.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_name: dict[str, Channel] = {}
        self._by_unique_id: dict[str, Channel] = {}
        self._of_device: dict[str, dict[str, Channel]] = {}
        self._counts: dict[str, dict[str, int]] = {}
        self._made = 0
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._by_name)

    def get(self, name_or_unique_id: str) -> Channel | None:
        """Return the channel of this name (in any case) or unique ID."""
        found = self._by_name.get(name_or_unique_id.lower())
        return found or self._by_unique_id.get(name_or_unique_id)

    def all(self) -> list[Channel]:
        """Return all channels, oldest first."""
        return list(self._by_name.values())

    def counts(self, device: str) -> dict[str, int]:
        """Return how many channels of a device give it which state; the device's own follows from these."""
        return self._counts.get(device, _NO_COUNTS)

    def count(self, channel: Channel) -> None:
        """Note which state a channel gives its device now."""
        state = "ONHOLD" if channel.is_held else DEVICE_STATES[State(channel.state)]
        if channel.counted_as == state:
            return
        self._discount(channel)
        counts = self._counts.setdefault(channel.device, {})
        counts[state] = counts.get(state, 0) + 1
        channel.counted_as = state

    def _discount(self, channel: Channel) -> None:
        counts, state = self._counts.get(channel.device), channel.counted_as
        if counts is None or not state:
            return
        channel.counted_as = ""
        counts[state] -= 1
        if not counts[state]:
            del counts[state]
        if not counts:
            del self._counts[channel.device]

    def of_device(self, device: str) -> list[Channel]:
        """Return the channels of a device, oldest first."""
        return list(self._of_device.get(device, {}).values())

    def take_number(self, tech: str = "Local") -> int:
        """Return the number of the next channel of a driver.

        Those of Local count for all that the PBX makes for itself ("Asterisk main/core_unreal.c").
        """
        number = self._numbers.get(tech, 0)
        self._numbers[tech] = number + 1
        return number

    def create(
        self,
        tech: str,
        resource: str,
        *,
        context: str,
        exten: str,
        caller: Party = NOBODY,
        linked_id: str | None = None,
        state: int = State.DOWN,
        language: str = "en",
        account: str = "",
        unique_id: str = "",
        suffix: str = "",
    ) -> Channel:
        """Make a channel and tell so.

        Args:
            tech: The driver, ``PJSIP`` or ``Local``.
            resource: What stands between the driver and the number in its name.
            context: Where in the dialplan it begins, with ``exten``.
            exten: See there.
            caller: Whose channel it is.
            linked_id: Of the call that it belongs to; None begins a call.
            state: What it does at first.
            language: Of its prompts.
            account: Its account code.
            unique_id: Where the maker wants a certain one.
            suffix: ``;1`` and then ``;2`` for the halves of a Local channel, which share a number.
        """
        number = self._numbers.get(tech, 0) if suffix == ";1" else self.take_number(tech)
        unique_id = unique_id or f"{int(self._world.now())}.{self._made}"
        self._made += 1
        channel = Channel(
            self._world, f"{tech}/{resource}-{number:08x}{suffix}", unique_id, linked_id or unique_id,
            State(state), caller, context, exten, language=language, account=account,
            created_at=self._world.env.now,
        )  # fmt: skip
        if state == State.UP:
            channel.answered_at = channel.created_at
        self._by_name[channel.name.lower()] = channel
        self._by_unique_id[unique_id] = channel
        self._of_device.setdefault(channel.device, {})[unique_id] = channel
        self.count(channel)
        channel.publish()
        if state not in {State.DOWN, State.RING}:  # one that calls in is told when it hears ringing
            self._world.devices.changed(channel.device)
        return channel

    def forget(self, channel: Channel) -> None:
        """Take a channel that ended out of the tables."""
        self._discount(channel)
        self._by_name.pop(channel.name.lower(), None)
        self._by_unique_id.pop(channel.unique_id, None)
        of_device = self._of_device.get(channel.device, {})
        of_device.pop(channel.unique_id, None)
        if not of_device:
            self._of_device.pop(channel.device, None)

    def rename(self, channel: Channel, name: str) -> None:
        """Give a channel another name, as a masquerade does."""
        old = channel.name
        self.forget(channel)
        channel.name = name
        self._by_name[name.lower()] = channel
        self._by_unique_id[channel.unique_id] = channel
        self._of_device.setdefault(channel.device, {})[channel.unique_id] = channel
        self.count(channel)
        self._world.emit("Rename", (("Channel", old), ("Newname", name), ("Uniqueid", channel.unique_id)))
