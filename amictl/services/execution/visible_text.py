"""Text from a PBX for a terminal, a log line or a sheet: what would act instead of being read is escaped."""

from __future__ import annotations

import re
from typing import Final

_ACTING: Final = (
    "\x00-\x1f\x7f-\x9f"  # C0 and C1: escape sequences begin with one, a terminal obeys others by themselves
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # directions
    "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # unseen
    "\u2028\u2029"  # lines and paragraphs
    "\ud800-\udfff"  # halves of characters: no encoding has them
    "\U000e0000-\U000e0fff"  # tags and variants, unseen
)
_IN_CELLS: Final = re.compile(f"[{_ACTING}]")
_IN_TEXT: Final = re.compile(f"(?![\n\t])[{_ACTING}]")


def show_controls(text: str) -> str:
    r"""Return text of one or more lines in which each character that acts is an escape, such as ``\u202e``.

    Line feeds and tabs stay. The escapes are JSON's, so that JSON stays JSON and says the same.

    Args:
        text: Whatever a PBX, or anybody, may have put together.
    """
    return text if text.isprintable() else _IN_TEXT.sub(_escape, text)


def show_controls_in_cell(text: str) -> str:
    """Return text for one cell or one line of several: line feeds and tabs are escaped, too.

    Args:
        text: As for ``show_controls``.
    """
    return text if text.isprintable() else _IN_CELLS.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    """Return a character as JSON escapes it ("RFC 8259", section 7)."""
    number = ord(found.group())
    if number < 0x10000:
        return f"\\u{number:04x}"
    high, low = divmod(number - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
