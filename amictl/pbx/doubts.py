"""What the tables of a picture cannot tell from an event alone, so that the PBX is asked for it at once."""

from __future__ import annotations

from typing import Final

Doubt = tuple[str, str]
"""A topic, and the key of the value that is in doubt."""

_MOST: Final = 1000


class Doubts:
    """Values that an event changed, or told to be there, without telling what they are now.

    A table notes them while it takes an event or a list; who reads the stream takes them right after, and
    asks for each (`amictl.pbx.picture.refresh_triggers.find_doubted_steps`).
    """

    def __init__(self) -> None:
        self._noted: dict[Doubt, None] = {}

    def note(self, topic: str, key: str) -> None:
        """Let a value be asked for; one that is in doubt already, or one too many, changes nothing.

        Args:
            topic: The topic that it belongs to.
            key: Its key within the topic; of channels the unique ID.
        """
        if len(self._noted) < _MOST:
            self._noted[topic, key] = None

    def take(self) -> tuple[Doubt, ...]:
        """Return what is in doubt, in the order in which it came to be, and doubt it no more."""
        if not self._noted:
            return ()
        noted, self._noted = tuple(self._noted), {}
        return noted
