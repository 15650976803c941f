"""From the PBX's words to what they mean: no such thing, there already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from amictl.errors import ActionRefused, AmictlError


@contextmanager
def translate_refusal(words: str, meaning: AmictlError) -> Iterator[None]:
    """Raise a more telling error when the PBX refuses with certain words.

    Args:
        words: Part of the PBX's message, in lower case.
        meaning: What to raise instead.
    """
    try:
        yield
    except ActionRefused as error:
        if words in (error.ami or "").lower():
            raise meaning from error
        raise
