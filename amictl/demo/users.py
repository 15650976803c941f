"""The AMI users of the demo: what ``manager.conf`` says of each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from amictl.demo.event_filters import EventFilters, FilterRefused
from amictl.demo.rights import ALL, is_class, make_mask
from amictl.errors import ConfigurationError

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_SECRET: Final = re.compile(r"[^\x00-\x20;]{1,200}")


@dataclass(frozen=True, slots=True)
class AmiUser:
    """One user.

    Args:
        username: The name of the section in ``manager.conf``.
        secret: What it logs in with.
        read: Classes of events that it gets.
        write: Classes of actions that it may send.
        event_filters: Its ``eventfilter`` lines, each without what stands before the ``=``.
        write_timeout: Seconds that it may leave bytes unread before it is cut off (``writetimeout``).
        allow_multiple_login: Whether it may be logged in more than once at a time.

    Raises:
        ConfigurationError: Asterisk could not have such a user.
    """

    username: str
    secret: str = field(repr=False)
    read: tuple[str, ...] = ("all",)
    write: tuple[str, ...] = ("all",)
    event_filters: tuple[str, ...] = ()
    write_timeout: float = 0.1
    allow_multiple_login: bool = True

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.username) or self.username == "general":
            raise ConfigurationError(
                f"An AMI user cannot be called {self.username!r}: it takes 1 to 80 letters, digits, '.', '_'"
                " and '-', and cannot be general."
            )
        if not _SECRET.fullmatch(self.secret):
            raise ConfigurationError(
                f"The secret of the AMI user {self.username} must have 1 to 200 characters, no blank and no"
                " semicolon among them."
            )
        for name in (*self.read, *self.write):
            if not is_class(name):
                raise ConfigurationError(
                    f"The AMI user {self.username} has no such class of rights: {name!r}."
                )
        if self.write_timeout <= 0:
            raise ConfigurationError(f"The write timeout of the AMI user {self.username} must be above 0 s.")
        try:
            self.make_filters()
        except FilterRefused as problem:
            raise ConfigurationError(f"The AMI user {self.username}: {problem}") from problem

    @property
    def read_mask(self) -> int:
        """The classes of events."""
        return ALL if "all" in self.read else make_mask(self.read)

    @property
    def write_mask(self) -> int:
        """The classes of actions."""
        return ALL if "all" in self.write else make_mask(self.write)

    def make_filters(self) -> EventFilters:
        """Return its filters, which a session may add to."""
        filters = EventFilters()
        for line in self.event_filters:
            filters.add("eventfilter", line)
        return filters
