"""The items of one list, which may be tens of thousands, in little memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Final, overload

from amictl.protocol.messages import Message

_PORTION: Final = 256  # messages
# No message holds a blank line, which is what ends one.
_SEPARATOR: Final = b"\n\n"
_LEVEL: Final = 1  # items of a list have much in common and shrink to a tenth even so


class ListItems(Sequence[Message]):
    """Messages in the order in which they came; of many, the older ones are kept compressed.

    Messages that were compressed are made anew each time they are read, so nothing that is parsed stays.
    """

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._loose: list[Message] = []

    def append(self, message: Message) -> None:
        """Add the next item."""
        self._loose.append(message)
        if len(self._loose) == 2 * _PORTION:
            portion, self._loose = self._loose[:_PORTION], self._loose[_PORTION:]
            self._packed.append(zlib.compress(_SEPARATOR.join(item.frame for item in portion), _LEVEL))

    def clear(self) -> None:
        """Forget them all."""
        self._packed.clear()
        self._loose.clear()

    def freeze(self) -> Sequence[Message]:
        """Return the items for reading only: as a tuple, unless there are too many for one."""
        return self if self._packed else tuple(self._loose)

    def __len__(self) -> int:
        return len(self._packed) * _PORTION + len(self._loose)

    def __iter__(self) -> Iterator[Message]:
        for number in range(len(self._packed)):
            yield from self._unpack(number)
        yield from self._loose

    @overload
    def __getitem__(self, index: int) -> Message: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Message]: ...
    def __getitem__(self, index: int | slice) -> Message | Sequence[Message]:
        """Return one item, or some as a list."""
        if isinstance(index, slice):
            return self._cut(range(len(self))[index])
        place = range(len(self))[index]
        return self._cut(range(place, place + 1))[0]

    def _cut(self, wanted: range) -> list[Message]:
        """Return the items at some places, each portion of them unpacked once."""
        items: list[Message] = []
        known, portion = -1, self._loose
        for place in wanted:
            number = min(place // _PORTION, len(self._packed))
            if number != known:
                known = number
                portion = self._unpack(number) if number < len(self._packed) else self._loose
            items.append(portion[place - number * _PORTION])
        return items

    def _unpack(self, number: int) -> list[Message]:
        layouts = self._loose[0].layouts
        frames = zlib.decompress(self._packed[number]).split(_SEPARATOR)
        return [Message(frame, "", layouts) for frame in frames]
