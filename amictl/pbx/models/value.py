"""What all values of the picture are."""

from __future__ import annotations

from msgspec import Struct


class Value(Struct, frozen=True, gc=False):
    """A value that is never changed, only replaced, by `msgspec.structs.replace`.

    Structs of msgspec are made several times as fast as frozen dataclasses, and replaced and compared many
    times as fast. The garbage collector does not look into them: values are trees, so that nothing in one
    leads back to it.
    """
