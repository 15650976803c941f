"""The AMI message beside its reading, for those who ask; without passwords."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Annotated, Final, TypeVar

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from amictl.pbx.reader import Listed
from amictl.pbx.value import About
from amictl.protocol import Message

RawMessage = Annotated[
    dict[str, str | list[str]] | list[dict[str, str | list[str]]],
    About("The AMI message as the PBX sent it; only with raw=1"),
]
Raw = RawMessage | UnsetType
"""The type of the field ``raw``, whose default is UNSET."""

Of = TypeVar("Of", bound=Listed)

MASK: Final = "***"

# AuthDetail, TransportDetail and OutboundRegistrationDetail of PJSIP carry them in clear
# (Asterisk res/res_pjsip/config_auth.c); headers such as ``SecretExist`` only say whether there is one.
_SECRET: Final = re.compile(
    r"password.*|passwd|md5[-_]?(cred|secret)|(remote|oauth)?[-_]?secret|refresh[-_]?token", re.IGNORECASE
)


class Row(Listed, frozen=True, kw_only=True):
    """A row of one of the PBX's own lists, or an answer of its own, which may have its message beside it."""

    raw: Annotated[Raw, About("", "")] = UNSET


def is_secret_header(name: str) -> bool:
    """Return whether a header of the PBX holds a password."""
    return _SECRET.fullmatch(name) is not None


def show_message(message: Message) -> dict[str, str | list[str]]:
    """Return a message as people and JSON see it, with its passwords hidden."""
    return {
        name: MASK if value and is_secret_header(name) else value for name, value in message.to_dict().items()
    }


def show_raw(wanted: bool, *messages: Message) -> Raw:
    """Return messages as the field ``raw`` has them; UNSET where they are not wanted.

    Args:
        wanted: Whether they are.
        messages: One, shown as an object, or several, shown as a list.
    """
    if not wanted:
        return UNSET
    shown = [show_message(message) for message in messages]
    return shown[0] if len(shown) == 1 else shown


def with_raw(row: Of, wanted: bool, *messages: Message) -> Of:
    """Return a row, with the messages that it was made from if they are wanted."""
    return replace(row, raw=show_raw(wanted, *messages)) if wanted else row


def read_rows(items: Iterable[Message], read: Callable[[Message], Of], *, raw: bool) -> tuple[Of, ...]:
    """Return the rows of a list.

    Args:
        items: The events of the list.
        read: Reads one of them.
        raw: Whether each row shall have its message beside it.
    """
    return tuple([with_raw(read(item), raw, item) for item in items])
