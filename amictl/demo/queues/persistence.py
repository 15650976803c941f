"""Dynamic members as Asterisk keeps them in its database (apps/app_queue.c, ``dump_queue_members``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from amictl.demo.configuration import to_integer
from amictl.demo.queues.members import Member
from amictl.demo.queues.settings import MemberSettings


def dump_members(members: Iterable[Member]) -> str:
    """Return the database's text for a queue's dynamic members."""
    return "|".join(
        f"{member.interface};{member.penalty};{int(member.paused)};{member.name};{member.state_interface}"
        f";{member.reason};{member.wrap_up_time}"
        for member in members
    )


def parse_members(text: str) -> Iterator[tuple[MemberSettings, str]]:
    """Return the members that such a text names, each with why it is paused; broken ones end it."""
    for part in re.split(r"[,|]", text):
        interface, *rest = part.split(";")
        if not interface:
            continue
        if len(rest) < 2:
            return
        penalty, paused, name, state_interface, reason, wrap_up = [*rest, "", "", "", ""][:6]
        settings = MemberSettings(
            interface=interface,
            name=name or interface,
            state_interface=state_interface or interface,
            penalty=to_integer(penalty),
            wrap_up_time=to_integer(wrap_up),
            paused=to_integer(paused) == 1,
        )
        yield settings, reason
